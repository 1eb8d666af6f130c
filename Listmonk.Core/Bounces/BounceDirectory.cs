using System.Linq.Expressions;
using System.Runtime.InteropServices;
using Listmonk.Core.Data;
using Listmonk.Core.Subscribers;
using Microsoft.EntityFrameworkCore;

namespace Listmonk.Core.Bounces;

/// <summary>The people and campaigns that some reports name, read together: a mailbox brings fifty reports at a time.</summary>
internal sealed class BounceDirectory
{
    private readonly Dictionary<int, BouncePerson> _ids = [];
    private readonly Dictionary<Guid, BouncePerson> _uuids = [];
    private readonly Dictionary<string, BouncePerson> _emails = new(StringComparer.Ordinal);
    private readonly HashSet<int> _campaigns = [];
    private readonly Dictionary<Guid, int> _campaignUuids = [];

    private BounceDirectory()
    {
    }

    public static async Task<BounceDirectory> ReadAsync(ListmonkDbContext db, IReadOnlyCollection<BounceLead> leads, CancellationToken cancellationToken)
    {
        var directory = new BounceDirectory();
        if (Distinct(leads, lead => lead.SubscriberId) is { Length: > 0 } ids)
        {
            await directory.AddPeopleAsync(db, row => EF.Parameter(ids).Contains(row.Id), cancellationToken);
        }

        if (Distinct(leads, lead => lead.SubscriberUuid) is { Length: > 0 } uuids)
        {
            await directory.AddPeopleAsync(db, row => EF.Parameter(uuids).Contains(row.Uuid), cancellationToken);
        }

        string[] emails = [.. leads.Select(lead => lead.Email).OfType<string>().Distinct(StringComparer.Ordinal)];
        if (emails.Length > 0)
        {
            await directory.AddPeopleAsync(db, row => EF.Parameter(emails).Contains(row.Email), cancellationToken);
        }

        if (Distinct(leads, lead => lead.CampaignId) is { Length: > 0 } campaigns)
        {
            directory._campaigns.UnionWith(await db.Campaigns.Where(row => EF.Parameter(campaigns).Contains(row.Id)).Select(row => row.Id).ToListAsync(cancellationToken));
        }

        if (Distinct(leads, lead => lead.CampaignUuid) is { Length: > 0 } campaignUuids)
        {
            foreach (var campaign in await db.Campaigns.Where(row => EF.Parameter(campaignUuids).Contains(row.Uuid)).Select(row => new { row.Id, row.Uuid }).ToListAsync(cancellationToken))
            {
                directory._campaignUuids[campaign.Uuid] = campaign.Id;
            }
        }

        return directory;
    }

    public BouncePerson? PersonOf(BounceLead lead) =>
        lead.SubscriberId is { } id ? Find(_ids, id)
        : lead.SubscriberUuid is { } uuid ? Find(_uuids, uuid)
        : lead.Email is { } email ? Find(_emails, email)
        : null;

    /// <exception cref="KeyNotFoundException">No lead named the person.</exception>
    public string EmailOf(int subscriberId) => _ids[subscriberId].Email;

    public int? CampaignOf(BounceLead lead) =>
        lead.CampaignId is { } id ? (_campaigns.Contains(id) ? id : null)
        : lead.CampaignUuid is { } uuid && _campaignUuids.TryGetValue(uuid, out var found) ? found
        : null;

    private async Task AddPeopleAsync(ListmonkDbContext db, Expression<Func<Subscriber, bool>> isNamed, CancellationToken cancellationToken)
    {
        foreach (var person in await db.Subscribers.Where(isNamed).Select(row => new BouncePerson(row.Id, row.Uuid, row.Email)).ToListAsync(cancellationToken))
        {
            _ids[person.Id] = person;
            _uuids[person.Uuid] = person;
            _emails[person.Email] = person;
        }
    }

    private static BouncePerson? Find<TKey>(Dictionary<TKey, BouncePerson> people, TKey key)
        where TKey : notnull => people.TryGetValue(key, out var person) ? person : null;

    private static T[] Distinct<T>(IReadOnlyCollection<BounceLead> leads, Func<BounceLead, T?> select)
        where T : struct => [.. leads.Select(select).OfType<T>().Distinct()];
}

/// <summary>A person who may be meant by a report.</summary>
[StructLayout(LayoutKind.Auto)]
internal readonly record struct BouncePerson(int Id, Guid Uuid, string Email);
