using System.Globalization;
using System.Text;
using System.Xml;
using Listmonk.Core.Campaigns.Archive;

namespace Listmonk.Web.PublicPages;

/// <summary>Writes the archive as RSS 2.0.</summary>
internal static class ArchiveFeed
{
    public const string ContentType = "application/rss+xml; charset=utf-8";
    private const string ContentNamespace = "http://purl.org/rss/1.0/modules/content/";

    public static byte[] Write(string siteName, string description, string rootUrl, IReadOnlyList<ArchiveEntry> entries, bool hasContent)
    {
        using var memory = new MemoryStream();
        using (var xml = XmlWriter.Create(memory, new XmlWriterSettings { Encoding = new UTF8Encoding(encoderShouldEmitUTF8Identifier: false) }))
        {
            xml.WriteStartElement("rss");
            xml.WriteAttributeString("version", "2.0");
            xml.WriteAttributeString("xmlns", "content", null, ContentNamespace);
            xml.WriteStartElement("channel");
            xml.WriteElementString("title", Text(siteName));
            xml.WriteElementString("link", rootUrl);
            xml.WriteElementString("description", Text(description));
            foreach (var entry in entries)
            {
                WriteItem(xml, entry, hasContent);
            }

            xml.WriteEndElement();
            xml.WriteEndElement();
        }

        return memory.ToArray();
    }

    private static void WriteItem(XmlWriter xml, ArchiveEntry entry, bool hasContent)
    {
        xml.WriteStartElement("item");
        xml.WriteElementString("title", Text(entry.Item.Subject));
        xml.WriteElementString("link", entry.Item.Url);
        xml.WriteStartElement("guid");
        xml.WriteAttributeString("isPermaLink", "false");
        xml.WriteString($"urn:uuid:{entry.Item.Uuid}");
        xml.WriteEndElement();
        xml.WriteElementString("pubDate", entry.Item.SentAt.UtcDateTime.ToString("R", CultureInfo.InvariantCulture));
        if (hasContent && entry.Message is { IsPlain: false } message)
        {
            xml.WriteElementString("content", "encoded", ContentNamespace, Text(message.Body));
        }

        xml.WriteEndElement();
    }

    /// <summary>Without the few characters that XML cannot carry at all.</summary>
    internal static string Text(string text)
    {
        var clean = new StringBuilder(text.Length);
        for (var i = 0; i < text.Length; i++)
        {
            if (XmlConvert.IsXmlChar(text[i]))
            {
                clean.Append(text[i]);
            }
            else if (i + 1 < text.Length && XmlConvert.IsXmlSurrogatePair(text[i + 1], text[i]))
            {
                clean.Append(text, i++, 2);
            }
        }

        return clean.ToString();
    }
}
