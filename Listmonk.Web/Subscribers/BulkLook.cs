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
        { Lists: { } change } => $"{Action(change.Action)} {string.Join(", ", change.ListIds.Select(id => lists.FirstOrDefault(list => list.Id == id)?.Name ?? $"list {id}"))}",
        _ => EnumText.Of(request.Action) is var text ? char.ToUpperInvariant(text[0]) + text[1..] : "",
    };

    /// <summary>To whom, in words.</summary>
    public static string People(BulkRequest request, IReadOnlyList<ListItem> lists)
    {
        if (request.Ids is { } ids)
        {
            return $"{Figures.Count(ids.Count, "selected person", "selected people")}";
        }

        var filter = request.Filter!;
        string[] parts =
        [
            filter.ListIds.Count > 0 ? $"on {string.Join(" or ", filter.ListIds.Select(id => lists.FirstOrDefault(list => list.Id == id)?.Name ?? $"list {id}"))}" : "",
            filter.SubscriptionStatus is { } subscription ? EnumText.Of(subscription) : "",
            filter.Status is { } status ? $"with status {EnumText.Of(status)}" : "",
            filter.Search.Length > 0 ? $"matching “{filter.Search}”" : "",
            filter.SegmentId is { } segment ? $"in segment {segment}" : "",
            filter.Finding is { } finding ? $"found under {HygieneLook.Title(finding).ToLowerInvariant()}" : "",
            filter.Query.Length > 0 ? $"where {filter.Query}" : "",
        ];
        var text = string.Join(", ", parts.Where(part => part.Length > 0));
        return text.Length == 0 ? "Everybody" : $"Everybody {text}";
    }

    public static string Text(BulkProgress job) => job.Status switch
    {
        BulkStatus.Running when job.IsWaiting => "waiting",
        BulkStatus.Undoing => "being undone",
        _ => EnumText.Of(job.Status),
    };

    public static StatusTone Tone(BulkProgress job) => job.Status switch
    {
        BulkStatus.Finished => StatusTone.Success,
        BulkStatus.Failed => StatusTone.Danger,
        BulkStatus.Cancelled => StatusTone.Warning,
        BulkStatus.Undone => StatusTone.Neutral,
        _ => StatusTone.Info,
    };

    private static string Action(SubscriptionAction action) => action switch
    {
        SubscriptionAction.Add => "Add to",
        SubscriptionAction.Remove => "Remove from",
        _ => "Unsubscribe from",
    };
}
