using System.Net;
using System.Text;
using Listmonk.Core.Lists;

namespace Listmonk.Core.Campaigns;

/// <summary>Writes the body of an opt-in campaign: which lists, and one link that confirms them all (spec/campaigns.md 7).</summary>
internal static class OptinCampaignBody
{
    public static string Write(IReadOnlyList<MailingList> lists, CampaignContentType contentType)
    {
        var link = "{{ OptinURL }}" + string.Join(contentType == CampaignContentType.Plain ? "&" : "&amp;", lists.Select(list => $"l={list.Uuid}"));
        var text = new StringBuilder();
        if (contentType == CampaignContentType.Plain)
        {
            text.Append("Hello {{ .Subscriber.FirstName }},\n\nyou asked for mail from:\n\n");
            foreach (var list in lists)
            {
                text.Append("- ").Append(NameOf(list).Replace("{{", "{ {", StringComparison.Ordinal)).Append('\n');
            }

            return text.Append("\nPlease confirm here:\n").Append(link).Append("\n\nIf that was not you, ignore this mail.\n").ToString();
        }

        text.Append("<p>Hello {{ .Subscriber.FirstName }},</p>\n<p>you asked for mail from:</p>\n<ul>\n");
        foreach (var list in lists)
        {
            // A name is text of the list's owner, not a part of the template.
            text.Append("  <li>").Append(WebUtility.HtmlEncode(NameOf(list)).Replace("{", "&#123;", StringComparison.Ordinal)).Append("</li>\n");
        }

        return text.Append("</ul>\n<p><a class=\"button\" href=\"").Append(link)
            .Append("\">Confirm subscription</a></p>\n<p>If that was not you, ignore this mail.</p>\n").ToString();
    }

    private static string NameOf(MailingList list) => list.Type == ListType.Private ? "Private list" : list.Name;
}
