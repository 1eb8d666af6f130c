namespace Listmonk.Core.Import;

/// <summary>What an import would do, counted without doing it.</summary>
public sealed record ImportForecast
{
    /// <summary>Lines read, header apart.</summary>
    public int Lines { get; init; }

    /// <summary>People who are not known yet.</summary>
    public int New { get; init; }

    public int Known { get; init; }

    /// <summary>Of the known, those whose name or attributes would change, or who would be blocklisted.</summary>
    public int Changed { get; init; }

    /// <summary>Of the known, those who are blocklisted and stay so.</summary>
    public int Blocklisted { get; init; }

    public int NewSubscriptions { get; init; }

    /// <summary>Subscriptions that exist and would get another status.</summary>
    public int ChangedSubscriptions { get; init; }

    /// <summary>Of those, the ones that people have ended themselves or by an account.</summary>
    public int Resubscribed { get; init; }

    /// <summary>Lines that name somebody of an earlier line again.</summary>
    public int Repeated { get; init; }

    public int Rejected { get; init; }

    /// <summary>How often each reason comes, the most frequent first, with the first line that has it.</summary>
    public IReadOnlyList<ImportReason> Reasons { get; init; } = [];

    /// <summary>Why the import would fail, and after how many lines; null when it would go through.</summary>
    public string? Error { get; init; }
}

/// <summary>A fault of lines.</summary>
public sealed record ImportReason(string Reason, int Count, int FirstLine);
