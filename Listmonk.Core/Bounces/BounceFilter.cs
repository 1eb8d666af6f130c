using Listmonk.Core.Data;

namespace Listmonk.Core.Bounces;

/// <summary>Which bounces a list shows; null and empty conditions do not narrow.</summary>
public sealed record BounceFilter
{
    public int? CampaignId { get; init; }

    public int? SubscriberId { get; init; }

    public string? Source { get; init; }

    public BounceType? Type { get; init; }

    /// <summary>A word of the catalogue of reasons; see <see cref="Parsing.BounceReasons"/>.</summary>
    public string? Reason { get; init; }

    /// <summary>The recipient's domain, as a whole.</summary>
    public string? Domain { get; init; }

    public DateTimeOffset? From { get; init; }

    /// <summary>The first moment that is out.</summary>
    public DateTimeOffset? Until { get; init; }

    /// <summary>Part of the person's address or of the line that decided; letter case does not matter.</summary>
    public string? Search { get; init; }

    internal IQueryable<Bounce> Apply(IQueryable<Bounce> rows, ListmonkDbContext db)
    {
        if (CampaignId is { } campaignId)
        {
            rows = rows.Where(row => row.CampaignId == campaignId);
        }

        if (SubscriberId is { } subscriberId)
        {
            rows = rows.Where(row => row.SubscriberId == subscriberId);
        }

        if (Source is { Length: > 0 } source)
        {
            rows = rows.Where(row => row.Source == source);
        }

        if (Type is { } type)
        {
            rows = rows.Where(row => row.Type == type);
        }

        if (Reason is { Length: > 0 } reason)
        {
            rows = rows.Where(row => row.Reason == reason);
        }

        if (Domain?.Trim().ToLowerInvariant() is { Length: > 0 } domain)
        {
            rows = rows.Where(row => row.Domain == domain);
        }

        if (From is { } from)
        {
            rows = rows.Where(row => row.CreatedAt >= from);
        }

        if (Until is { } until)
        {
            rows = rows.Where(row => row.CreatedAt < until);
        }

        if (Search?.Trim().ToLowerInvariant() is { Length: > 0 } search)
        {
#pragma warning disable CA1304, CA1311, CA1862 // Translated to the database's lower(); no culture takes part.
            rows = rows.Where(row => db.Subscribers.Any(person => person.Id == row.SubscriberId && person.Email.Contains(search)) || row.Line!.ToLower().Contains(search));
#pragma warning restore CA1304, CA1311, CA1862
        }

        return rows;
    }
}
