using System.Text.RegularExpressions;
using Listmonk.Core.Templates;
using Listmonk.Core.Templates.Expressions;
using Listmonk.Core.Tracking.Links;

namespace Listmonk.Core.Campaigns;

/// <summary>
/// Parameters for the links of a campaign as a person writes them, <c>utm_source=news&amp;utm_campaign={{ .Campaign.Name }}</c>. Values are
/// templates over the campaign, never over a person: they end up in the logs of other people's sites.
/// </summary>
public static partial class UtmTemplate
{
    public const int MaxLength = 1_000;

    /// <summary>Why the text is no list of parameters; null when it is one. Empty text means no parameters.</summary>
    public static string? Fault(string text)
    {
        if (text.Length > MaxLength)
        {
            return $"The parameters have at most {MaxLength} characters.";
        }

        foreach (var (name, value) in Split(text))
        {
            if (!Name().IsMatch(name) || value is null)
            {
                return $"'{name}' is no parameter. Write name=value, several joined by &, such as utm_source=newsletter&utm_medium=email.";
            }

            CompiledTemplate? template = null;
            if (TemplateRules.Fault(() => template = Compile(value)) is { } fault)
            {
                return $"The value of {name} does not compile: {fault}";
            }

            if (template!.SubscriberFields.Count > 0)
            {
                return $"The value of {name} names the recipient. Parameters are the same for everybody; use fields of the campaign.";
            }
        }

        return null;
    }

    /// <summary>Null when there are none.</summary>
    /// <exception cref="TemplateException">The text was stored without the check, or a field failed.</exception>
    internal static UtmParameters? Render(string text, CampaignTemplateObject campaign, TimeProvider clock)
    {
        if (string.IsNullOrWhiteSpace(text))
        {
            return null;
        }

        var context = new RenderContext { Root = new MessageTemplateObject { Campaign = campaign }, Clock = clock };
        return new UtmParameters([.. Split(text).Where(pair => pair.Value is not null).Select(pair => KeyValuePair.Create(pair.Name, Compile(pair.Value!).RenderText(context).Trim()))]);
    }

    internal static string Clean(string text) => text.Trim().TrimStart('?', '&').TrimEnd('&');

    private static CompiledTemplate Compile(string value) => CompiledTemplate.Compile(value, TemplateMode.Text, TemplateFunctionSet.Campaign);

    /// <summary>Ampersands within an expression do not end a pair.</summary>
    private static IEnumerable<(string Name, string? Value)> Split(string text)
    {
        var start = 0;
        for (var at = 0; at <= text.Length; at++)
        {
            if (at < text.Length && text.AsSpan(at).StartsWith("{{") && text.IndexOf("}}", at, StringComparison.Ordinal) is > 0 and var end)
            {
                at = end + 1;
            }
            else if (at == text.Length || text[at] == '&')
            {
                var pair = text[start..at].Split('=', 2);
                start = at + 1;
                if (pair.Length > 1 || pair[0].Trim().Length > 0)
                {
                    yield return (pair[0].Trim(), pair.Length > 1 ? pair[1] : null);
                }
            }
        }
    }

    [GeneratedRegex(@"^[A-Za-z][A-Za-z0-9_.\-]{0,63}$", RegexOptions.CultureInvariant, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Name();
}
