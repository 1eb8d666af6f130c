using System.Globalization;
using System.Text;
using HtmlAgilityPack;
using Listmonk.Core.Templates;

namespace Listmonk.Core.Campaigns.Conversion;

/// <summary>A document whose expressions are set aside as marks while it is taken apart: they may hold quotes and angle brackets of their own.</summary>
internal sealed class MarkedHtml
{
    // Private-use characters; a text that holds one already loses it.
    private const char Open = '\uE100';
    private const char Close = '\uE101';
    private readonly List<string> _expressions = [];

    public MarkedHtml(string html)
    {
        var marked = ExpressionText.Transform(
            html.Replace(Open.ToString(), "", StringComparison.Ordinal).Replace(Close.ToString(), "", StringComparison.Ordinal),
            static part => part,
            expression =>
            {
                _expressions.Add(expression);
                return string.Create(CultureInfo.InvariantCulture, $"{Open}{_expressions.Count - 1}{Close}");
            });
        var document = new HtmlDocument();
        document.LoadHtml(marked);
        Root = document.DocumentNode;
    }

    public HtmlNode Root { get; }

    public static bool IsMark(char c) => c is Open or Close;

    /// <summary>Puts the expressions back.</summary>
    public string Restore(string text)
    {
        var result = new StringBuilder(text.Length);
        var at = 0;
        while (text.IndexOf(Open, at) is >= 0 and var open && text.IndexOf(Close, open) is >= 0 and var close)
        {
            result.Append(text, at, open - at).Append(_expressions[int.Parse(text.AsSpan(open + 1, close - open - 1), CultureInfo.InvariantCulture)]);
            at = close + 1;
        }

        return result.Append(text, at, text.Length - at).ToString();
    }
}
