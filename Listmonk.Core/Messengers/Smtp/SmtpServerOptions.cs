using System.Text.Json;
using System.Text.Json.Serialization;

namespace Listmonk.Core.Messengers.Smtp;

/// <summary>One SMTP server as the settings describe it. Immutable: a change of settings makes a new one.</summary>
public sealed record SmtpServerOptions
{
    [JsonPropertyName("uuid")]
    public string Uuid { get; init; } = "";

    [JsonPropertyName("enabled")]
    public bool Enabled { get; init; } = true;

    /// <summary>Empty, or <c>email-…</c>, which makes the server a messenger of its own.</summary>
    [JsonPropertyName("name")]
    public string Name { get; init; } = "";

    [JsonPropertyName("host")]
    public required string Host { get; init; }

    [JsonPropertyName("port")]
    public int Port { get; init; } = 587;

    /// <summary>The name given in EHLO; empty means <c>localhost</c>.</summary>
    [JsonPropertyName("hello_hostname")]
    public string HelloHostname { get; init; } = "";

    /// <summary><c>login</c>, <c>cram</c>, <c>plain</c> or <c>none</c>.</summary>
    [JsonPropertyName("auth_protocol")]
    public string AuthProtocol { get; init; } = "none";

    [JsonPropertyName("username")]
    public string Username { get; init; } = "";

    [JsonPropertyName("password")]
    public string Password { get; init; } = "";

    /// <summary><c>none</c>, <c>STARTTLS</c> (required, not opportunistic) or <c>TLS</c> from the first byte.</summary>
    [JsonPropertyName("tls_type")]
    public string TlsType { get; init; } = "STARTTLS";

    [JsonPropertyName("tls_skip_verify")]
    public bool TlsSkipVerify { get; init; }

    [JsonPropertyName("max_conns")]
    public int MaxConnections { get; init; } = 10;

    /// <summary>All attempts at one message, the first included.</summary>
    [JsonPropertyName("max_msg_retries")]
    public int MaxMessageRetries { get; init; } = 2;

    [JsonPropertyName("msg_retry_delay")]
    [JsonConverter(typeof(DurationTextConverter))]
    public TimeSpan MessageRetryDelay { get; init; } = TimeSpan.FromMilliseconds(10);

    [JsonPropertyName("idle_timeout")]
    [JsonConverter(typeof(DurationTextConverter))]
    public TimeSpan IdleTimeout { get; init; } = TimeSpan.FromSeconds(15);

    /// <summary>The longest wait for a free connection, and for a new one to be made.</summary>
    [JsonPropertyName("wait_timeout")]
    [JsonConverter(typeof(DurationTextConverter))]
    public TimeSpan WaitTimeout { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>Headers added to each mail of this server that does not carry one of the same name.</summary>
    [JsonPropertyName("email_headers")]
    public IReadOnlyList<IReadOnlyDictionary<string, string>> EmailHeaders { get; init; } = [];

    /// <summary>Addresses and domains whose mail goes through this server.</summary>
    [JsonPropertyName("from_addresses")]
    public IReadOnlyList<string> FromAddresses { get; init; } = [];

    /// <summary>The envelope sender of mails that bring none of their own; empty leaves it to the message.</summary>
    [JsonPropertyName("return_path")]
    public string ReturnPath { get; init; } = "";

    /// <summary>The share of the mail among servers that may carry it; 0 is used only while none of the others can.</summary>
    [JsonPropertyName("weight")]
    public int Weight { get; init; } = 1;

    /// <summary>Messages a second; 0 means no limit.</summary>
    [JsonPropertyName("message_rate")]
    public int MessageRate { get; init; }

    /// <summary>Messages in any 24 hours; 0 means no limit.</summary>
    [JsonPropertyName("daily_limit")]
    public int DailyLimit { get; init; }

    /// <summary>How results and logs call this server.</summary>
    [JsonIgnore]
    public string DisplayName => Name.Length > 0 ? Name : $"{Host}:{Port}";

    /// <summary>By content, lists included, so that a save that changes nothing keeps its connections.</summary>
    public bool Equals(SmtpServerOptions? other) => other is not null && Fingerprint == other.Fingerprint;

    public override int GetHashCode() => Fingerprint.GetHashCode(StringComparison.Ordinal);

    /// <summary>Leaves out the password: records are printed by loggers and test runners.</summary>
    public override string ToString() => $"SmtpServerOptions {{ {DisplayName} }}";

    [JsonIgnore]
    private string Fingerprint => JsonSerializer.Serialize(this);
}
