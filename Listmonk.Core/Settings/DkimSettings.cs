using System.Text.Json.Serialization;

namespace Listmonk.Core.Settings;

/// <summary>Ours: the keys that sign mails (DKIM, RFC 6376).</summary>
public sealed record DkimSettings
{
    [JsonPropertyName("dkim.keys")]
    public IReadOnlyList<DkimKey> Keys { get; init; } = [];
}

/// <summary>One key of a sending domain; its public half stands in the DNS under the selector.</summary>
public sealed record DkimKey
{
    public const string Rsa = "rsa";
    public const string Ed25519 = "ed25519";

    public string Uuid { get; init; } = "";

    /// <summary>In ASCII form; mails from subdomains are signed as well unless they have keys of their own.</summary>
    public string Domain { get; init; } = "";

    public string Selector { get; init; } = "";

    /// <summary><c>rsa</c> (2048 bits) or <c>ed25519</c> (RFC 8463).</summary>
    public string Algorithm { get; init; } = Rsa;

    /// <summary>Signs. At most one key of a domain and algorithm does; the others only stay published.</summary>
    public bool Enabled { get; init; }

    /// <summary>The value of <c>p=</c> in the DNS record.</summary>
    public string PublicKey { get; init; } = "";

    /// <summary>Base64: PKCS#8 for RSA, the 32 bytes of RFC 8032 for Ed25519. Kept protected, shown to nobody.</summary>
    public string PrivateKey { get; init; } = "";

    public DateTimeOffset CreatedAt { get; init; }

    /// <summary>Leaves out the private key: records are printed by loggers and test runners.</summary>
    public override string ToString() => $"DkimKey {{ {Selector}._domainkey.{Domain} }}";
}
