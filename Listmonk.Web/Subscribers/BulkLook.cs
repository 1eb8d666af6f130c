using Listmonk.Core.Common;
using Listmonk.Core.Lists;
using Listmonk.Core.Subscribers;
using Listmonk.Core.Subscribers.Bulk;
using Listmonk.Web.Shared;

namespace Listmonk.Web.Subscribers;

/// <summary>How bulk actions read on the pages.</summary>
internal static class BulkLook
{
    /// <summary>What is done: 'Add to Weekly'.</summary>
    public static string Action(BulkRequest request, IReadOnlyList<ListItem> lists) => request switch
    {
        { Lists: { Action: SubscriptionAction.Add } change } => T["Add to {0}", Names(change.ListIds, lists)],
        { Lists: { Action: SubscriptionAction.Remove } change } => T["Remove from {0}", Names(change.ListIds, lists)],
        { Lists: { } change } => T["Unsubscribe from {0}", Names(change.ListIds, lists)],
        { Action: BulkAction.Enable } => T["Enable"],
        { Action: BulkAction.Disable } => T["Disable"],
        { Action: BulkAction.Blocklist } => T["Blocklist"],
        _ => T["Delete"],
    };

    /// <summary>To whom, in words.</summary>
    public static string People(BulkRequest request, IReadOnlyList<ListItem> lists)
    {
        if (request.Ids is { } ids)
        {
            return Figures.Count(ids.Count, "selected person", "selected people");
        }

        var filter = request.Filter!;
        string[] parts =
        [
            filter.ListIds.Count > 0 ? T["on {0}", Names(filter.ListIds, lists)] : "",
            filter.SubscriptionStatus is { } subscription ? T[EnumText.Of(subscription)] : "",
            filter.Status is { } status ? T["with status {0}", T[EnumText.Of(status)]] : "",
            filter.Search.Length > 0 ? T["matching “{0}”", filter.Search] : "",
            filter.SegmentId is { } segment ? T["in segment {0}", segment] : "",
            filter.Finding is { } finding ? T["found under “{0}”", HygieneLook.Title(finding)] : "",
            filter.Query.Length > 0 ? T["where {0}", filter.Query] : "",
        ];
        var text = string.Join(", ", parts.Where(part => part.Length > 0));
        return text.Length == 0 ? T["Everybody"] : T["Everybody {0}", text];
    }

    public static string Text(BulkProgress job) => job.Status switch
    {
        BulkStatus.Running when job.IsWaiting => T["waiting"],
        BulkStatus.Undoing => T["being undone"],
        _ => T[EnumText.Of(job.Status)],
    };

    public static StatusTone Tone(BulkProgress job) => job.Status switch
    {
        BulkStatus.Finished => StatusTone.Success,
        BulkStatus.Failed => StatusTone.Danger,
        BulkStatus.Cancelled => StatusTone.Warning,
        BulkStatus.Undone => StatusTone.Neutral,
        _ => StatusTone.Info,
    };

    private static string Names(IEnumerable<int> ids, IReadOnlyList<ListItem> lists) =>
        string.Join(", ", ids.Select(id => lists.FirstOrDefault(list => list.Id == id)?.Name ?? T["list {0}", id]));
}
