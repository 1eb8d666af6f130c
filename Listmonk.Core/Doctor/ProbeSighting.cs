using System.Text.Json.Serialization;

namespace Listmonk.Core.Doctor;

/// <summary>What the program saw of the doctor's own request when it came in again through the public address.</summary>
public sealed record ProbeSighting
{
    /// <summary>New for each answer: the same one twice comes from a cache.</summary>
    [JsonPropertyName("i")]
    public string Id { get; init; } = "";

    /// <summary>Who opened the connection.</summary>
    [JsonPropertyName("p")]
    public string Peer { get; init; } = "";

    /// <summary>Whether the peer is a declared proxy, this machine included.</summary>
    [JsonPropertyName("t")]
    public bool IsPeerTrusted { get; init; }

    /// <summary>Whom a hit would be counted for.</summary>
    [JsonPropertyName("c")]
    public string Client { get; init; } = "";

    /// <summary>Of the connection itself, before any header is believed.</summary>
    [JsonPropertyName("s")]
    public string Scheme { get; init; } = "";

    [JsonPropertyName("h")]
    public string Host { get; init; } = "";

    [JsonPropertyName("f")]
    public string? ForwardedFor { get; init; }

    [JsonPropertyName("fp")]
    public string? ForwardedProto { get; init; }

    [JsonPropertyName("fh")]
    public string? ForwardedHost { get; init; }

    /// <summary>Whether a request for a WebSocket arrived as one.</summary>
    [JsonPropertyName("u")]
    public bool IsUpgrade { get; init; }
}
