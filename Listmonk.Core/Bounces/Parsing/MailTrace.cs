namespace Listmonk.Core.Bounces.Parsing;

/// <summary>Everything in a report that can lead back to the mail it is about, best first; nothing here is looked up yet.</summary>
public sealed record MailTrace
{
    /// <summary>Addresses that the report was sent to; one of them may carry a return-path token.</summary>
    public IReadOnlyList<string> EnvelopeAddresses { get; init; } = [];

    /// <summary>X-Listmonk-Campaign and -Subscriber of the returned mail.</summary>
    public Guid? Campaign { get; init; }

    public Guid? Subscriber { get; init; }

    /// <summary>Message-IDs of the returned mail.</summary>
    public IReadOnlyList<string> MessageIds { get; init; } = [];

    /// <summary>Addresses of List-Unsubscribe of the returned mail.</summary>
    public IReadOnlyList<string> UnsubscribeUrls { get; init; } = [];

    /// <summary>To and Cc of the returned mail, in lower case.</summary>
    public IReadOnlyList<string> OriginalRecipients { get; init; } = [];

    /// <summary>The From of the returned mail, in lower case.</summary>
    public string? OriginalSender { get; init; }
}
