namespace Listmonk.Core.Subscribers.Suppression;

public enum SuppressionKind
{
    Address,

    /// <summary>A domain and everything below it.</summary>
    Domain,
}

/// <summary>An address or domain that never gets a mail, however it comes in (decision 0042).</summary>
public sealed class SuppressedAddress
{
    public const int MaxReasonLength = 500;

    public int Id { get; set; }

    public SuppressionKind Kind { get; set; }

    /// <summary>Lower case, unique.</summary>
    public required string Value { get; set; }

    public string Reason { get; set; } = "";

    /// <summary>How it got here: <c>page</c>, <c>file</c> or <c>api</c>.</summary>
    public string Source { get; set; } = "";

    /// <summary>The account's name then.</summary>
    public string CreatedBy { get; set; } = "";

    public DateTimeOffset CreatedAt { get; set; }
}
