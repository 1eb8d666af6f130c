using System.Text.Json.Serialization;

namespace Listmonk.Core.Analytics.Breakdowns;

/// <summary>A campaign's figures cut by who the recipients are and what they read with. Counted in the background (decision 0027).</summary>
public sealed record CampaignBreakdown
{
    /// <summary>When the hits and the ledger were counted.</summary>
    public DateTimeOffset CountedAt { get; init; }

    /// <summary>By list; somebody on two of the campaign's lists counts in both. The key is the list's id.</summary>
    public IReadOnlyList<BreakdownRow> Lists { get; init; } = [];

    /// <summary>By domain of the address, the most mailed first; the rest is summed under an empty key.</summary>
    public IReadOnlyList<BreakdownRow> Domains { get; init; } = [];

    /// <summary>By class of device (<see cref="Tracking.Judging.AgentClasses"/>); an empty key where none was recorded.</summary>
    public IReadOnlyList<BreakdownRow> Devices { get; init; } = [];

    /// <summary>By mail program or browser; an empty key where none was recorded.</summary>
    public IReadOnlyList<BreakdownRow> Clients { get; init; } = [];

    /// <summary>Recipients who clicked each link, and each place of each link.</summary>
    public IReadOnlyList<LinkClickers> Clickers { get; init; } = [];

    public OpenTimes TimesAll { get; init; } = new();

    public OpenTimes TimesPeople { get; init; } = new();
}

/// <summary>One row of a breakdown. Devices and mail programs are seen at hits only: nothing is sent to them, so their sent and bounced are 0.</summary>
public sealed record BreakdownRow
{
    public string Key { get; init; } = "";

    public int Sent { get; init; }

    public int Bounced { get; init; }

    public BreakdownCounts All { get; init; } = new();

    public BreakdownCounts People { get; init; } = new();

    [JsonIgnore]
    public int Delivered => Math.Max(0, Sent - Bounced);

    internal BreakdownRow Plus(BreakdownRow other) => this with
    {
        Sent = Sent + other.Sent,
        Bounced = Bounced + other.Bounced,
        All = All.Plus(other.All),
        People = People.Plus(other.People),
    };
}

/// <summary>Reactions of one kind of visitor: hits, and the recipients behind them as far as they are known.</summary>
public sealed record BreakdownCounts(int Opens = 0, int Opened = 0, int Clicks = 0, int Clicked = 0)
{
    internal BreakdownCounts Plus(BreakdownCounts other) =>
        new(Opens + other.Opens, Opened + other.Opened, Clicks + other.Clicks, Clicked + other.Clicked);
}

/// <summary>Recipients who followed a link, each counted once; a null position stands for all places of the link.</summary>
public sealed record LinkClickers(int LinkId, int? Position, int All, int People);

/// <summary>How long after the delivery recipients opened first; a person's click counts as an open.</summary>
public sealed record OpenTimes
{
    /// <summary>The upper ends of all steps but the last, which has none.</summary>
    public static IReadOnlyList<TimeSpan> Ends { get; } =
    [
        TimeSpan.FromMinutes(10), TimeSpan.FromHours(1), TimeSpan.FromHours(3), TimeSpan.FromHours(6), TimeSpan.FromHours(12), TimeSpan.FromDays(1),
        TimeSpan.FromDays(2), TimeSpan.FromDays(7),
    ];

    /// <summary>Recipients for each step; empty when nobody opened.</summary>
    public IReadOnlyList<int> Counts { get; init; } = [];

    /// <summary>Seconds within which half of those who opened had opened; null when nobody did.</summary>
    public int? MedianSeconds { get; init; }

    /// <param name="seconds">In any order; hits before the delivery count as 0.</param>
    internal static OpenTimes Of(List<int> seconds)
    {
        if (seconds.Count == 0)
        {
            return new OpenTimes();
        }

        var counts = new int[Ends.Count + 1];
        foreach (var second in seconds)
        {
            var step = 0;
            while (step < Ends.Count && second >= Ends[step].TotalSeconds)
            {
                step++;
            }

            counts[step]++;
        }

        seconds.Sort();
        return new OpenTimes { Counts = counts, MedianSeconds = seconds[(seconds.Count - 1) / 2] };
    }
}
