using System.Text.Json.Serialization;

namespace Listmonk.Core.Settings;

/// <summary>Which mail services may report bounces, and how each proves that it is the one (spec/settings.md 2.6).</summary>
public sealed record BounceProviderSettings
{
    [JsonPropertyName("bounce.ses_enabled")]
    public bool SesEnabled { get; init; }

    /// <summary>Ours: topics whose reports count. While it is empty, the first topic that reports is written here.</summary>
    [JsonPropertyName("bounce.ses_topics")]
    public IReadOnlyList<string> SesTopics { get; init; } = [];

    [JsonPropertyName("bounce.sendgrid_enabled")]
    public bool SendGridEnabled { get; init; }

    /// <summary>The public key that SendGrid shows: base64 of the DER form.</summary>
    [JsonPropertyName("bounce.sendgrid_key")]
    public string SendGridKey { get; init; } = "";

    [JsonPropertyName("bounce.postmark")]
    public BounceCredentials Postmark { get; init; } = new();

    [JsonPropertyName("bounce.forwardemail")]
    public BounceKey ForwardEmail { get; init; } = new();

    [JsonPropertyName("bounce.azure")]
    public BounceSharedSecret Azure { get; init; } = new();

    [JsonPropertyName("bounce.lettermint")]
    public BounceKey Lettermint { get; init; } = new();

    /// <summary>Ours, as are those below.</summary>
    [JsonPropertyName("bounce.mailgun")]
    public BounceKey Mailgun { get; init; } = new();

    [JsonPropertyName("bounce.brevo")]
    public BounceCredentials Brevo { get; init; } = new();

    [JsonPropertyName("bounce.mailjet")]
    public BounceCredentials Mailjet { get; init; } = new();

    [JsonPropertyName("bounce.sparkpost")]
    public BounceCredentials SparkPost { get; init; } = new();
}

/// <summary>A service that signs in with a name and a password, or with the password as a bearer token.</summary>
public sealed record BounceCredentials
{
    public bool Enabled { get; init; }

    public string Username { get; init; } = "";

    public string Password { get; init; } = "";
}

/// <summary>A service that signs what it sends with a shared key.</summary>
public sealed record BounceKey
{
    public bool Enabled { get; init; }

    public string Key { get; init; } = "";
}

/// <summary>A service that sends a secret along, in a header or in the address.</summary>
public sealed record BounceSharedSecret
{
    public const string DefaultHeader = "X-Listmonk-Webhook-Secret";

    public bool Enabled { get; init; }

    public string SharedSecret { get; init; } = "";

    /// <summary>Empty means <see cref="DefaultHeader"/>.</summary>
    public string SharedSecretHeader { get; init; } = "";
}
