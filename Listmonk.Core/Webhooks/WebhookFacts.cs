using Listmonk.Core.Common;
using Listmonk.Core.Data;
using Listmonk.Core.Lists;
using Listmonk.Core.Subscribers;
using Microsoft.EntityFrameworkCore;

namespace Listmonk.Core.Webhooks;

/// <summary>Names and addresses of what a slice of events is about, read at once.</summary>
internal sealed class WebhookFacts
{
    private Dictionary<int, WebhookPayload.CampaignData> _campaigns = [];
    private Dictionary<int, WebhookPayload.SubscriberData> _subscribers = [];
    private Dictionary<int, (WebhookPayload.ListData Data, ListOptin Optin)> _lists = [];
    private Dictionary<int, string> _links = [];

    public static async Task<WebhookFacts> ReadAsync(
        ListmonkDbContext db, IEnumerable<int?> campaigns, IEnumerable<int?> subscribers, IEnumerable<int> lists, IEnumerable<int?> links, CancellationToken cancellationToken)
    {
        var (campaignIds, subscriberIds, listIds, linkIds) = (Ids(campaigns), Ids(subscribers), lists.Distinct().ToList(), Ids(links));
        return new WebhookFacts
        {
            _campaigns = campaignIds.Count == 0 ? [] : await db.Campaigns.AsNoTracking().Where(row => campaignIds.Contains(row.Id))
                .ToDictionaryAsync(row => row.Id, row => new WebhookPayload.CampaignData(row.Id, row.Uuid, row.Name, row.Subject), cancellationToken),
            _subscribers = subscriberIds.Count == 0 ? [] : await db.Subscribers.AsNoTracking().Where(row => subscriberIds.Contains(row.Id))
                .ToDictionaryAsync(row => row.Id, row => new WebhookPayload.SubscriberData(row.Id, row.Uuid, row.Email, row.Name), cancellationToken),
            _lists = listIds.Count == 0 ? [] : await db.Lists.AsNoTracking().Where(row => listIds.Contains(row.Id))
                .ToDictionaryAsync(row => row.Id, row => (new WebhookPayload.ListData(row.Id, row.Uuid, row.Name), row.Optin), cancellationToken),
            _links = linkIds.Count == 0 ? [] : await db.Links.AsNoTracking().Where(row => linkIds.Contains(row.Id)).ToDictionaryAsync(row => row.Id, row => row.Url, cancellationToken),
        };
    }

    public WebhookPayload.CampaignData? Campaign(int? id) => id is { } known ? _campaigns.GetValueOrDefault(known) : null;

    public WebhookPayload.SubscriberData? Subscriber(int? id) => id is { } known ? _subscribers.GetValueOrDefault(known) : null;

    public WebhookPayload.ListData? List(int id) => _lists.TryGetValue(id, out var list) ? list.Data : null;

    public WebhookPayload.LinkData? Link(int? id, int? position) => id is { } known && _links.TryGetValue(known, out var url) ? new(url, position ?? 0) : null;

    /// <summary>Whether somebody joined or left. Joining a list with double opt-in takes the confirmation; on others it is asked for by nobody and says nothing new.</summary>
    public string? TypeOf(MembershipChange change)
    {
        var isDouble = _lists.TryGetValue(change.ListId, out var list) && list.Optin == ListOptin.Double;
        bool IsMember(string? status) =>
            status == EnumText.Of(SubscriptionStatus.Confirmed) || (!isDouble && status == EnumText.Of(SubscriptionStatus.Unconfirmed));
        return (IsMember(change.OldStatus), IsMember(change.NewStatus)) switch
        {
            (false, true) => WebhookEvents.Subscribed,
            _ when change.OldStatus is not null && change.NewStatus == EnumText.Of(SubscriptionStatus.Unsubscribed) => WebhookEvents.Unsubscribed,
            _ => null,
        };
    }

    private static List<int> Ids(IEnumerable<int?> ids) => [.. ids.OfType<int>().Distinct()];
}
