using Listmonk.Core.Settings;

namespace Listmonk.Core.Messengers.Dkim;

/// <summary>The DNS record of a key (RFC 6376 §3.6): what to publish, and whether what is published is it.</summary>
public static class DkimRecord
{
    public static string Name(DkimKey key) => $"{key.Selector}._domainkey.{key.Domain}";

    public static string Value(DkimKey key) => $"v=DKIM1; k={key.Algorithm}; p={key.PublicKey}";

    /// <summary>The value in the form of zone files, where a text has at most 255 characters.</summary>
    public static string ZoneLine(DkimKey key) =>
        $"{Name(key)}. IN TXT ( {string.Join(' ', Value(key).Chunk(250).Select(piece => $"\"{new string(piece)}\""))} )";

    /// <param name="texts">The TXT records under the key's name; null when the DNS did not answer.</param>
    public static DkimRecordState Compare(DkimKey key, IReadOnlyList<string>? texts)
    {
        if (texts is null)
        {
            return DkimRecordState.Unknown;
        }

        var published = texts.Select(Tags).Where(tags => tags.ContainsKey("p")).ToList();
        return published.Count == 0 ? DkimRecordState.Missing
            : published.Count == 1 && published[0]["p"] == key.PublicKey && published[0].GetValueOrDefault("k", DkimKey.Rsa) == key.Algorithm ? DkimRecordState.Published
            : DkimRecordState.Different;
    }

    private static Dictionary<string, string> Tags(string text)
    {
        var tags = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var tag in text.Split(';'))
        {
            if (tag.IndexOf('=', StringComparison.Ordinal) is > 0 and var equals)
            {
                tags.TryAdd(tag[..equals].Trim(), string.Concat(tag[(equals + 1)..].Where(c => !char.IsWhiteSpace(c))));
            }
        }

        return tags;
    }
}

/// <summary>How the DNS and a key go together.</summary>
public enum DkimRecordState
{
    /// <summary>No name server answered.</summary>
    Unknown,
    Missing,

    /// <summary>Another key, a withdrawn one, or several.</summary>
    Different,
    Published,
}
