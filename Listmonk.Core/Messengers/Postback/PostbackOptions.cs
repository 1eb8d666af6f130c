using System.Text.Json.Serialization;
using Listmonk.Core.Messengers.Smtp;
using Listmonk.Core.Settings;

namespace Listmonk.Core.Messengers.Postback;

/// <summary>One HTTP messenger as the settings describe it.</summary>
public sealed record PostbackOptions
{
    [JsonPropertyName("uuid")]
    public string Uuid { get; init; } = "";

    [JsonPropertyName("enabled")]
    public bool Enabled { get; init; } = true;

    [JsonPropertyName("name")]
    public required string Name { get; init; }

    /// <summary>Posted to exactly as it stands.</summary>
    [JsonPropertyName("root_url")]
    public required string RootUrl { get; init; }

    [JsonPropertyName("username")]
    public string Username { get; init; } = "";

    [JsonPropertyName("password")]
    public string Password { get; init; } = "";

    /// <summary>Signs each request (<see cref="PostbackSignature"/>); empty signs none.</summary>
    [JsonPropertyName("signing_key")]
    public string SigningKey { get; init; } = "";

    [JsonPropertyName("max_conns")]
    public int MaxConnections { get; init; } = 25;

    /// <summary>All attempts at one message, the first included.</summary>
    [JsonPropertyName("max_msg_retries")]
    public int MaxMessageRetries { get; init; } = 2;

    /// <summary>For one attempt.</summary>
    [JsonPropertyName("timeout")]
    [JsonConverter(typeof(DurationTextConverter))]
    public TimeSpan Timeout { get; init; } = TimeSpan.FromSeconds(5);

    public static PostbackOptions From(PostbackServer server) => new()
    {
        Uuid = server.Uuid,
        Enabled = server.Enabled,
        Name = server.Name,
        RootUrl = server.RootUrl,
        Username = server.Username,
        Password = server.Password,
        SigningKey = server.SigningKey,
        MaxConnections = server.MaxConns,
        MaxMessageRetries = server.MaxMsgRetries,
        Timeout = DurationText.ParseOr(server.Timeout, TimeSpan.FromSeconds(5)),
    };

    /// <summary>Leaves out the secrets.</summary>
    public override string ToString() => $"PostbackOptions {{ {Name} }}";
}
