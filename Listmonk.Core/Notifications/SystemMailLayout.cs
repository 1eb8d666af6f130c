using System.Net;
using System.Text;

namespace Listmonk.Core.Notifications;

/// <summary>
/// Lays a system mail out as HTML that any mail reader shows well, and as text. Tables and inline styles are for Outlook and Gmail; the
/// style block turns the mail dark where the reader knows how.
/// </summary>
internal static class SystemMailLayout
{
    private const string Style =
        """
        <style>
        :root{color-scheme:light dark;supported-color-schemes:light dark}
        @media (prefers-color-scheme:dark){
        .page{background:#14171c!important}
        .card{background:#1e232b!important;border-color:#343b46!important}
        .text,.value{color:#e6e9ee!important}
        .muted{color:#9aa5b4!important}
        .rule{border-color:#343b46!important}
        .button{background:#4c8dff!important}
        }
        @media (max-width:480px){.pad{padding:24px 20px!important}}
        </style>
        """;

    public static string Html(SystemMail mail, string siteName)
    {
        var html = new StringBuilder();
        html.Append("<!doctype html>\n<html lang=\"").Append(Text(mail.Language.Code)).Append("\" dir=\"").Append(mail.Language.IsRightToLeft ? "rtl" : "ltr").Append("\">\n<head>\n<meta charset=\"utf-8\">\n<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n")
            .Append("<meta name=\"color-scheme\" content=\"light dark\">\n<title>").Append(Text(mail.Subject)).Append("</title>\n").Append(Style).Append("\n</head>\n")
            .Append("<body class=\"page\" style=\"margin:0;padding:0;background:#f4f5f7\">\n")
            .Append("<table role=\"presentation\" class=\"page\" width=\"100%\" cellpadding=\"0\" cellspacing=\"0\" border=\"0\" style=\"background:#f4f5f7\"><tr><td align=\"center\" style=\"padding:32px 12px\">\n")
            .Append("<table role=\"presentation\" width=\"560\" cellpadding=\"0\" cellspacing=\"0\" border=\"0\" style=\"width:100%;max-width:560px;font-family:-apple-system,'Segoe UI',Roboto,Helvetica,Arial,sans-serif\">\n")
            .Append("<tr><td class=\"muted\" style=\"padding:0 4px 12px;font-size:14px;line-height:20px;color:#616e7c\">").Append(Text(siteName)).Append("</td></tr>\n")
            .Append("<tr><td class=\"card pad\" style=\"padding:32px;background:#ffffff;border:1px solid #e4e7eb;border-radius:10px\">\n")
            .Append("<h1 class=\"text\" style=\"margin:0 0 16px;font-size:20px;line-height:28px;font-weight:600;color:#1f2933\">").Append(Text(mail.Heading)).Append("</h1>\n");
        foreach (var paragraph in mail.Paragraphs)
        {
            html.Append("<p class=\"text\" style=\"margin:0 0 16px;font-size:16px;line-height:24px;color:#1f2933\">").Append(Text(paragraph)).Append("</p>\n");
        }

        AppendFacts(html, mail.Facts);
        if (mail.Action is { } action)
        {
            html.Append("<table role=\"presentation\" cellpadding=\"0\" cellspacing=\"0\" border=\"0\" style=\"margin-top:24px\"><tr><td class=\"button\" style=\"background:#1f6feb;border-radius:6px\"><a href=\"")
                .Append(Text(action.Url))
                .Append("\" style=\"display:inline-block;padding:12px 22px;font-size:15px;line-height:20px;font-weight:600;color:#ffffff;text-decoration:none\">")
                .Append(Text(action.Label)).Append("</a></td></tr></table>\n");
        }

        return html.Append("</td></tr>\n</table>\n</td></tr></table>\n</body>\n</html>\n").ToString();
    }

    public static string PlainText(SystemMail mail)
    {
        var text = new StringBuilder(mail.Heading).Append("\n\n");
        foreach (var paragraph in mail.Paragraphs)
        {
            text.Append(paragraph).Append("\n\n");
        }

        foreach (var (name, value) in mail.Facts)
        {
            text.Append(name).Append(": ").Append(value).Append('\n');
        }

        if (mail.Action is { } action)
        {
            text.Append('\n').Append(action.Label).Append(":\n").Append(action.Url).Append('\n');
        }

        return text.ToString();
    }

    private static void AppendFacts(StringBuilder html, IReadOnlyList<KeyValuePair<string, string>> facts)
    {
        if (facts.Count == 0)
        {
            return;
        }

        html.Append("<table role=\"presentation\" width=\"100%\" cellpadding=\"0\" cellspacing=\"0\" border=\"0\" style=\"border-collapse:collapse;font-size:15px;line-height:22px\">\n");
        foreach (var (name, value) in facts)
        {
            html.Append("<tr><td class=\"muted rule\" width=\"120\" style=\"padding:9px 16px 9px 0;border-top:1px solid #e4e7eb;color:#616e7c;vertical-align:top\">").Append(Text(name))
                .Append("</td><td class=\"value rule\" style=\"padding:9px 0;border-top:1px solid #e4e7eb;color:#1f2933;vertical-align:top\">").Append(Text(value)).Append("</td></tr>\n");
        }

        html.Append("</table>\n");
    }

    private static string Text(string value) => WebUtility.HtmlEncode(value);
}
