namespace Listmonk.Core.Campaigns.Preflight;

/// <summary>How much a finding matters: an error forbids sending, a warning asks whether to send anyway.</summary>
public enum PreflightSeverity
{
    Info,
    Warning,
    Error,
}

/// <summary>What is looked at, each with one or more findings or none.</summary>
public enum PreflightCheck
{
    Content,
    Audience,
    Subject,
    Sender,
    Unsubscribe,
    Links,
    Images,
    Size,
    MergeFields,
    TextPart,
    Attachments,
    Spam,
}

/// <summary>One thing worth knowing before a campaign goes out.</summary>
/// <param name="Title">What is the matter, as a sentence.</param>
/// <param name="Advice">What it means and what to do about it; empty where nothing needs to be done.</param>
public sealed record PreflightFinding(PreflightCheck Check, PreflightSeverity Severity, string Title, string Advice = "")
{
    /// <summary>The places or values it is about, such as addresses of links.</summary>
    public IReadOnlyList<string> Items { get; init; } = [];
}

/// <summary>What a campaign looks like before it goes out: findings, links, size and audience.</summary>
public sealed record PreflightReport
{
    /// <summary>The gravest first.</summary>
    public required IReadOnlyList<PreflightFinding> Findings { get; init; }

    /// <summary>All links in reading order; empty when the campaign cannot be rendered.</summary>
    public required IReadOnlyList<PreflightLink> Links { get; init; }

    public required CampaignAudience Audience { get; init; }

    /// <summary>How many people of the audience the mail was rendered for; 0 when there are none.</summary>
    public int SampleSize { get; init; }

    /// <summary>Bytes of the largest body in the sample.</summary>
    public int BodySize { get; init; }

    /// <summary>Bytes of the largest whole mail in the sample, attachments included.</summary>
    public int MessageSize { get; init; }

    /// <summary>Whether the links were followed.</summary>
    public bool HasTestedLinks { get; init; }

    /// <summary>Whether the sender's domain was looked up.</summary>
    public bool HasLookedUpDomain { get; init; }

    public bool CanSend => Count(PreflightSeverity.Error) == 0;

    /// <summary>What was looked at without a finding beyond a note.</summary>
    public IEnumerable<PreflightCheck> Passed =>
        Enum.GetValues<PreflightCheck>().Where(check => Findings.All(finding => finding.Check != check || finding.Severity == PreflightSeverity.Info));

    public int Count(PreflightSeverity severity) => Findings.Count(finding => finding.Severity == severity);
}
