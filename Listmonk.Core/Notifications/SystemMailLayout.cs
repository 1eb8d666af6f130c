using System.Net;
using System.Text;

namespace Listmonk.Core.Notifications;

/// <summary>Lays a system mail out as HTML that any mail reader shows well, and as text.</summary>
internal static class SystemMailLayout
{
    public static string Html(SystemMail mail, string siteName)
    {
        var html = new StringBuilder();
        html.Append("<!doctype html><html lang=\"en\"><head><meta charset=\"utf-8\"><meta name=\"viewport\" content=\"width=device-width\"><title>")
            .Append(Text(mail.Subject))
            .Append("</title></head><body style=\"margin:0;padding:24px 12px;background:#f4f5f7;color:#1f2933;font:16px/1.5 -apple-system,'Segoe UI',Roboto,Helvetica,Arial,sans-serif\">")
            .Append("<div style=\"max-width:560px;margin:0 auto\"><p style=\"margin:0 0 12px;font-size:14px;color:#616e7c\">").Append(Text(siteName))
            .Append("</p><div style=\"background:#fff;border:1px solid #e4e7eb;border-radius:8px;padding:28px\"><h1 style=\"margin:0 0 16px;font-size:20px;line-height:1.3\">")
            .Append(Text(mail.Heading)).Append("</h1>");
        foreach (var paragraph in mail.Paragraphs)
        {
            html.Append("<p style=\"margin:0 0 16px\">").Append(Text(paragraph)).Append("</p>");
        }

        if (mail.Facts.Count > 0)
        {
            html.Append("<table role=\"presentation\" style=\"border-collapse:collapse;margin:0 0 16px\">");
            foreach (var (name, value) in mail.Facts)
            {
                html.Append("<tr><td style=\"padding:4px 20px 4px 0;color:#616e7c;vertical-align:top\">").Append(Text(name))
                    .Append("</td><td style=\"padding:4px 0\">").Append(Text(value)).Append("</td></tr>");
            }

            html.Append("</table>");
        }

        if (mail.Action is { } action)
        {
            html.Append("<p style=\"margin:24px 0 0\"><a href=\"").Append(Text(action.Url))
                .Append("\" style=\"display:inline-block;background:#1f6feb;color:#fff;text-decoration:none;padding:10px 18px;border-radius:6px\">")
                .Append(Text(action.Label)).Append("</a></p>");
        }

        return html.Append("</div></div></body></html>\n").ToString();
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

    private static string Text(string value) => WebUtility.HtmlEncode(value);
}
