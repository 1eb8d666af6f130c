using System.Globalization;
using System.Text;
using System.Xml;
using Listmonk.Core.Campaigns.Archive;

namespace Listmonk.Web.PublicPages;

/// <summary>Writes the archive as Atom (RFC 4287).</summary>
internal static class AtomFeed
{
    public const string ContentType = "application/atom+xml; charset=utf-8";
    private const string Namespace = "http://www.w3.org/2005/Atom";

    public static byte[] Write(string siteName, string rootUrl, IReadOnlyList<ArchiveEntry> entries, bool hasContent)
    {
        using var memory = new MemoryStream();
        using (var xml = XmlWriter.Create(memory, new XmlWriterSettings { Encoding = new UTF8Encoding(encoderShouldEmitUTF8Identifier: false) }))
        {
            var updated = entries.Count == 0 ? DateTimeOffset.UnixEpoch : entries.Max(entry => entry.Item.SentAt);
            xml.WriteStartElement("feed", Namespace);
            xml.WriteElementString("title", Namespace, ArchiveFeed.Text(siteName));
            xml.WriteElementString("id", Namespace, $"{rootUrl}/archive");
            xml.WriteElementString("updated", Namespace, Time(updated));
            WriteLink(xml, "self", $"{rootUrl}/archive.atom");
            WriteLink(xml, "alternate", $"{rootUrl}/archive");
            xml.WriteStartElement("author", Namespace);
            xml.WriteElementString("name", Namespace, ArchiveFeed.Text(siteName));
            xml.WriteEndElement();
            foreach (var entry in entries)
            {
                WriteEntry(xml, entry, hasContent);
            }

            xml.WriteEndElement();
        }

        return memory.ToArray();
    }

    private static void WriteEntry(XmlWriter xml, ArchiveEntry entry, bool hasContent)
    {
        xml.WriteStartElement("entry", Namespace);
        xml.WriteElementString("title", Namespace, ArchiveFeed.Text(entry.Item.Subject));
        xml.WriteElementString("id", Namespace, $"urn:uuid:{entry.Item.Uuid}");
        xml.WriteElementString("updated", Namespace, Time(entry.Item.SentAt));
        WriteLink(xml, "alternate", entry.Item.Url);
        if (hasContent && entry.Message is { IsPlain: false } message)
        {
            xml.WriteStartElement("content", Namespace);
            xml.WriteAttributeString("type", "html");
            xml.WriteString(ArchiveFeed.Text(message.Body));
            xml.WriteEndElement();
        }

        xml.WriteEndElement();
    }

    private static void WriteLink(XmlWriter xml, string relation, string address)
    {
        xml.WriteStartElement("link", Namespace);
        xml.WriteAttributeString("rel", relation);
        xml.WriteAttributeString("href", address);
        xml.WriteEndElement();
    }

    private static string Time(DateTimeOffset time) => time.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture);
}
