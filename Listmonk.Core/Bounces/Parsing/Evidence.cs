namespace Listmonk.Core.Bounces.Parsing;

/// <summary>What a report holds about one recipient, sorted by how far it can be trusted.</summary>
internal sealed record Evidence
{
    public string? Recipient { get; init; }

    public string? WrittenTo { get; init; }

    /// <summary>The server's own words, best first: Diagnostic-Code, quoted replies.</summary>
    public IReadOnlyList<string> Answers { get; init; } = [];

    /// <summary>What the reporting program wrote around them.</summary>
    public string Context { get; init; } = "";

    /// <summary>The Status field of the report.</summary>
    public string? Status { get; init; }

    public string? Host { get; init; }

    public string? Stage { get; init; }

    public bool IsDelayed { get; init; }
}
