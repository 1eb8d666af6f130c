using System.Text.Json;
using Listmonk.Core.Common;

namespace Listmonk.Core.Subscribers.Hygiene;

/// <summary>A report as the page shows it.</summary>
public sealed record HygieneProgress
{
    public required int ReportId { get; init; }

    public required HygieneStatus Status { get; init; }

    public int Months { get; init; }

    public int Mails { get; init; }

    /// <summary><see cref="HygieneReport.KnowsActivity"/>.</summary>
    public bool KnowsActivity { get; init; }

    public string? Error { get; init; }

    /// <summary>Part of the people looked at, from 0 to 1.</summary>
    public double Share { get; init; }

    public DateTimeOffset CreatedAt { get; init; }

    public DateTimeOffset? FinishedAt { get; init; }

    /// <summary>People found, for each kind; empty before the end.</summary>
    public IReadOnlyDictionary<HygieneKind, int> Counts { get; init; } = new Dictionary<HygieneKind, int>();

    internal static HygieneProgress From(HygieneReport report) => new()
    {
        ReportId = report.Id,
        Status = report.Status,
        Months = report.Months,
        Mails = report.Mails,
        KnowsActivity = report.KnowsActivity,
        Error = report.Error,
        Share = report.LastId == 0 ? 1 : (double)report.Position / report.LastId,
        CreatedAt = report.CreatedAt,
        FinishedAt = report.FinishedAt,
        Counts = JsonSerializer.Deserialize<Dictionary<string, int>>(report.Counts)!
            .Where(count => EnumText.TryParse<HygieneKind>(count.Key, out _))
            .ToDictionary(count => EnumText.Parse<HygieneKind>(count.Key), count => count.Value),
    };
}
