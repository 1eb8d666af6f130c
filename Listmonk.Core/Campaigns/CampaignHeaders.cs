using System.Text.Json;

namespace Listmonk.Core.Campaigns;

/// <summary>The stored form of a campaign's custom headers: a JSON array of objects, each with one or more entries.</summary>
public static class CampaignHeaders
{
    public static IReadOnlyList<KeyValuePair<string, string>> Parse(string json) =>
        [.. (JsonSerializer.Deserialize<List<Dictionary<string, string>>>(json) ?? []).SelectMany(header => header)];

    internal static string Write(IEnumerable<KeyValuePair<string, string>> headers) =>
        JsonSerializer.Serialize(headers.Select(header => new Dictionary<string, string>(StringComparer.Ordinal) { [header.Key] = header.Value }));
}
