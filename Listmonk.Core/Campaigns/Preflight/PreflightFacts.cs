using Listmonk.Core.Messengers.Dkim;

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

    /// <summary>The installation's own keys that sign this sender's mails, and what the DNS has of them.</summary>
    public IReadOnlyList<OwnKey> OwnKeys { get; init; } = [];

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

/// <summary>A DKIM key of the installation's own: its record's name, and whether the DNS has it.</summary>
internal sealed record OwnKey(string RecordName, DkimRecordState State);
