using Listmonk.Core.Templates.Expressions.Escaping;
using Listmonk.Core.Templates.Expressions.Evaluation;
using Listmonk.Core.Templates.Expressions.Values;

namespace Listmonk.Core.Templates.Expressions.Functions;

/// <summary>
/// The product's own functions. Those of a campaign belong to the message itself, so that they also work inside range and with;
/// the dot that listmonk wants as their last argument is accepted and ignored.
/// </summary>
internal static class MessageFunctions
{
    public static readonly TemplateFunction[] ForAll =
    [
        new("Date", 1, 1, static (state, arguments) =>
        {
            var layout = Arguments.Text(arguments[0]);
            return GoTime.Format(state.Context.Clock.GetLocalNow(), layout.Length == 0 ? GoTime.AnsiLayout : layout);
        }),
        new("L", 0, 0, static (state, _) => new LanguageMembers(state.Context.Language)),
        new("Safe", 1, 1, static (_, arguments) => new SafeHtml(Arguments.Text(arguments[0]))),
    ];

    public static readonly TemplateFunction[] ForCampaigns =
    [
        new("TrackLink", 1, 2, static (state, arguments) => state.Message.TrackLink(Arguments.Text(arguments[0]).Replace("&amp;", "&", StringComparison.Ordinal))),
        new("TrackView", 0, 1, static (state, _) => new SafeHtml(state.Message.TrackView())),
        new("UnsubscribeURL", 0, 1, static (state, _) => state.Message.UnsubscribeUrl),
        new("ManageURL", 0, 1, static (state, _) => state.Message.ManageUrl),
        new("OptinURL", 0, 1, static (state, _) => state.Message.OptinUrl),
        new("MessageURL", 0, 1, static (state, _) => state.Message.MessageUrl),
        new("ArchiveURL", 0, 1, static (state, _) => state.Message.ArchiveUrl),
        new("RootURL", 0, 1, static (state, _) => state.Message.RootUrl),
        new(FunctionTable.JoinUrl, 1, int.MaxValue, static (state, arguments) => JoinUrl(state, arguments)),
    ];

    public static readonly TemplateFunction[] ForSystem =
    [
        new("RootURL", 0, 1, static (state, _) => state.Message.RootUrl),
        new("LogoURL", 0, 1, static (state, _) => state.Message.LogoUrl),
    ];

    private static string JoinUrl(RenderState state, ReadOnlySpan<object?> parts)
    {
        var limit = state.Limits.MaxOutputLength;
        var url = new TextBuilder(limit);
        var isInQuery = false;
        for (var i = 0; i < parts.Length; i++)
        {
            var shown = GoText.Display(parts[i], limit);
            if (i % 2 == 0)
            {
                url.Append(shown);
                isInQuery |= shown.AsSpan().ContainsAny('?', '#');
            }
            else
            {
                url.Append(isInQuery ? HtmlEscaping.EncodeUrl(shown, limit) : HtmlEscaping.NormalizeUrl(shown, limit));
            }
        }

        return url.ToString();
    }
}
