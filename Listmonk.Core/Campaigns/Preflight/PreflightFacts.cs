namespace Listmonk.Core.Campaigns.Preflight;

/// <summary>All that the rules of the pre-flight report judge by.</summary>
internal sealed record PreflightFacts
{
    public required Campaign Campaign { get; init; }

    public required string From { get; init; }

    /// <summary>The domain of the From address; null when that is no address.</summary>
    public string? Domain { get; init; }

    public DomainRecords? Records { get; init; }

    public bool HasLookedUpDomain { get; init; }

    public string RootUrl { get; init; } = "";

    /// <summary>No mail server is set, so the mails stay in the outbox and nobody looks at their sender.</summary>
    public bool StaysInOutbox { get; init; }

    public CampaignAudience Audience { get; init; } = new();

    public int SampleSize { get; init; }

    /// <summary>Null when the campaign cannot be rendered.</summary>
    public PreflightMail? Mail { get; init; }

    /// <summary>Why it cannot.</summary>
    public string? Fault { get; init; }

    public IReadOnlyList<EmptyField> EmptyFields { get; init; } = [];
}

/// <summary>A personal field of the mail, and how many people of the sample have nothing there.</summary>
internal sealed record EmptyField(string Field, int Count);
