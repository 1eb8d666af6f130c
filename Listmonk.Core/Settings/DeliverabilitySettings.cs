using System.Text.Json.Serialization;

namespace Listmonk.Core.Settings;

/// <summary>Ours: what mails say about their sender to the servers that receive them.</summary>
public sealed record DeliverabilitySettings
{
    /// <summary>The envelope sender, to which bounces go; empty means each mail's From address, as in listmonk. A server's own setting goes before it.</summary>
    [JsonPropertyName("app.return_path")]
    public string ReturnPath { get; init; } = "";

    /// <summary>Turns the return path into an address that names campaign and person (VERP).</summary>
    [JsonPropertyName("app.return_path_verp")]
    public bool ReturnPathVerp { get; init; } = true;

    /// <summary>The return path; null means the From address.</summary>
    [JsonIgnore]
    public string? EnvelopeSender => ReturnPath.Trim() is { Length: > 0 } address ? address : null;
}
