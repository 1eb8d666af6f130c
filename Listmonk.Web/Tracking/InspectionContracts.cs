using System.Net;
using System.Text.Json;
using System.Text.Json.Serialization;
using Listmonk.Core.Common;
using Listmonk.Core.Tracking;
using Listmonk.Core.Tracking.Judging;
using Listmonk.Web.Api;
using Listmonk.Web.Api.OpenApi;

namespace Listmonk.Web.Tracking;

/// <summary>Hits to be explained, at seconds after the delivery.</summary>
[Example("""{"deliveredAt": 0, "hits": [{"at": 2.5, "kind": "open", "headers": {"User-Agent": "Mozilla/5.0"}, "ip": "203.0.113.7"}, {"at": 60, "kind": "click", "link": 1}]}""")]
internal sealed record HitInspectionRequest
{
    /// <summary>On the scale of the hits, 0 when left out; null when the delivery is unknown.</summary>
    [JsonPropertyName("deliveredAt")]
    public double? DeliveredAt { get; init; } = 0;

    [JsonPropertyName("honeypotLink")]
    public int? HoneypotLink { get; init; }

    [JsonPropertyName("hits")]
    public IReadOnlyList<Hit> Hits { get; init; } = [];

    internal sealed record Hit
    {
        [JsonPropertyName("at")]
        public double At { get; init; }

        [JsonPropertyName("kind")]
        public string Kind { get; init; } = "open";

        [JsonPropertyName("message")]
        public int? Message { get; init; }

        [JsonPropertyName("link")]
        public int? Link { get; init; }

        [JsonPropertyName("method")]
        public string? Method { get; init; }

        [JsonPropertyName("headers")]
        public Dictionary<string, JsonElement>? Headers { get; init; }

        [JsonPropertyName("ip")]
        public string? Ip { get; init; }

        /// <exception cref="ApiException">400 for an unknown kind or a time beyond all measure.</exception>
        public InspectedHit ToHit(DateTimeOffset start)
        {
            var kind = Kind switch
            {
                "open" => HitKind.Open,
                "click" => HitKind.Click,
                _ => throw new ApiException(StatusCodes.Status400BadRequest, "A hit's kind is 'open' or 'click'."),
            };
            var request = new HitRequest(
                kind,
                InspectionHeaders.Value(Headers, "User-Agent") ?? "",
                IsHead: Method is { Length: > 0 } method && !HttpMethods.IsGet(method),
                IsPrefetch: PurposeHeaders.Names.Any(name => RequestRules.IsPrefetch(InspectionHeaders.Value(Headers, name) ?? "")),
                ClientAddress.TryParse(Ip, out var address) ? address : null);
            return new InspectedHit(request, InspectionHeaders.Time(start, At), Message ?? 1, Link);
        }
    }
}

/// <summary>What the rules say of each hit.</summary>
[Example("""{"verdicts": [{"verdict": "human", "reason": "", "explanation": "Nothing speaks for a machine.", "device": "desktop"}], "rule_version": 1}""")]
internal sealed record HitInspectionResponse(IReadOnlyList<HitInspectionResponse.VerdictResponse> Verdicts, int RuleVersion)
{
    public static HitInspectionResponse Of(IReadOnlyList<HitJudgement> judgements) => new(
        [
            .. judgements.Select(judgement => new VerdictResponse(
                judgement.Verdict == HitVerdict.Human ? "human" : "machine", judgement.Reason, HitReasons.Explain(judgement.Reason), judgement.AgentClass)),
        ],
        HitRules.Version);

    internal sealed record VerdictResponse(string Verdict, string Reason, string Explanation, string Device);
}

/// <summary>A connection whose client is to be found behind proxies.</summary>
[Example("""{"remote": "10.0.0.5", "xForwardedFor": "203.0.113.7", "trustedProxies": ["10.0.0.0/8"]}""")]
internal sealed record ClientAddressRequest
{
    [JsonPropertyName("remote")]
    public string? Remote { get; init; }

    /// <summary>A text, an array of header lines, or null for none.</summary>
    [JsonPropertyName("xForwardedFor")]
    public JsonElement? XForwardedFor { get; init; }

    [JsonPropertyName("headers")]
    public Dictionary<string, JsonElement>? Headers { get; init; }

    /// <summary>Addresses and networks (CIDR).</summary>
    [JsonPropertyName("trustedProxies")]
    public IReadOnlyList<string> TrustedProxies { get; init; } = [];

    /// <exception cref="ApiException">400 when the peer's address cannot be read.</exception>
    public IPAddress Find()
    {
        if (!ClientAddress.TryParse(Remote, out var peer))
        {
            throw new ApiException(StatusCodes.Status400BadRequest, "The remote address cannot be read.");
        }

        return ClientAddress.Find(
            peer,
            new NetworkSet(TrustedProxies),
            name => (name == "X-Forwarded-For" ? InspectionHeaders.Text(XForwardedFor) : null) ?? InspectionHeaders.Value(Headers, name));
    }
}

/// <summary>The client's address.</summary>
[Example("""{"ip": "203.0.113.7"}""")]
internal sealed record ClientAddressResponse(string Ip);

/// <summary>Reads header values as people write them in JSON: a text, several lines, or null.</summary>
internal static class InspectionHeaders
{
    private const double MaxSeconds = 1e9;

    public static string? Value(Dictionary<string, JsonElement>? headers, string name)
    {
        foreach (var (key, value) in headers ?? [])
        {
            if (key.Equals(name, StringComparison.OrdinalIgnoreCase))
            {
                return Text(value);
            }
        }

        return null;
    }

    public static string? Text(JsonElement? value) => value switch
    {
        { ValueKind: JsonValueKind.String } text => text.GetString(),
        { ValueKind: JsonValueKind.Array } lines => string.Join(',', lines.EnumerateArray().Select(line => line.ValueKind == JsonValueKind.String ? line.GetString() : line.GetRawText())),
        null or { ValueKind: JsonValueKind.Null or JsonValueKind.Undefined } => null,
        { } other => other.GetRawText(),
    };

    /// <exception cref="ApiException">400 for a time beyond all measure.</exception>
    public static DateTimeOffset Time(DateTimeOffset start, double seconds) => Math.Abs(seconds) <= MaxSeconds
        ? start.AddSeconds(seconds)
        : throw new ApiException(StatusCodes.Status400BadRequest, "A time is too far away.");
}
