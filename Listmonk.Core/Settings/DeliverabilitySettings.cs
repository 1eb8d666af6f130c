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

    /// <summary>A mailbox that takes people off who write to it, offered in List-Unsubscribe beside the web address; empty offers none.</summary>
    [JsonPropertyName("app.unsubscribe_mailbox")]
    public string UnsubscribeMailbox { get; init; } = "";

    /// <summary>Adds Feedback-ID to campaigns, by which Gmail groups complaints.</summary>
    [JsonPropertyName("app.feedback_id")]
    public bool FeedbackId { get; init; } = true;

    /// <summary>Adds <c>Precedence: bulk</c> to campaigns, which keeps automatic answers away.</summary>
    [JsonPropertyName("app.precedence_bulk")]
    public bool PrecedenceBulk { get; init; } = true;

    /// <summary>The return path; null means the From address.</summary>
    [JsonIgnore]
    public string? EnvelopeSender => ReturnPath.Trim() is { Length: > 0 } address ? address : null;
}
