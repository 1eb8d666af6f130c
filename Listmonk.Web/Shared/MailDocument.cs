using System.Net;
using System.Text.RegularExpressions;
using Listmonk.Core.Messengers.Mime;

namespace Listmonk.Web.Shared;

/// <summary>The document that shows a mail in a frame: links open in a new tab, inline images come along, and text alone is text.</summary>
internal static partial class MailDocument
{
    private const string LinksInNewTab = "<base target=\"_blank\">";

    public static string For(string? html, string? text, IReadOnlyList<Attachment> files)
    {
        if (string.IsNullOrEmpty(html))
        {
            return $"<!doctype html><meta charset=\"utf-8\"><pre style=\"white-space:pre-wrap;font:14px/1.5 ui-monospace,monospace;padding:8px\">{WebUtility.HtmlEncode(text)}</pre>";
        }

        foreach (var image in files.Where(file => file.InlineContentId is { Length: > 0 }))
        {
            html = html.Replace($"cid:{image.InlineContentId}", $"data:{image.ContentType};base64,{Convert.ToBase64String(image.Content.Span)}", StringComparison.OrdinalIgnoreCase);
        }

        // Before a doctype it would switch the page to the old rendering mode.
        var place = HeadOrDoctype().Match(html);
        return html.Insert(place.Success ? place.Index + place.Length : 0, LinksInNewTab);
    }

    [GeneratedRegex("<head[^>]*>|^\\s*<!doctype[^>]*>(?![\\s\\S]*<head[\\s>])", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant, matchTimeoutMilliseconds: 1000)]
    private static partial Regex HeadOrDoctype();
}
