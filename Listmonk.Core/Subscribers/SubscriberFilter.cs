using Listmonk.Core.Subscribers.Hygiene;

namespace Listmonk.Core.Subscribers;

/// <summary>Which people are wanted: the page, the API, the export and the actions by query share it.</summary>
public sealed record SubscriberFilter
{
    /// <summary>Members of any of these lists; empty means no restriction.</summary>
    public IReadOnlyList<int> ListIds { get; init; } = [];

    /// <summary>With <see cref="ListIds"/> only: the membership must have this status.</summary>
    public SubscriptionStatus? SubscriptionStatus { get; init; }

    /// <summary>Ours: the person's own status.</summary>
    public SubscriberStatus? Status { get; init; }

    /// <summary>Words that must all occur in the name or the e-mail, in any case; never a pattern.</summary>
    public string Search { get; init; } = "";

    /// <summary>A condition in the expression language of the folder Filtering; needs its own permission.</summary>
    public string Query { get; init; } = "";

    /// <summary>Ours: those who match a saved segment; needs no permission of its own.</summary>
    public int? SegmentId { get; init; }

    /// <summary>Ours: those whom the last hygiene report has found for this.</summary>
    public HygieneKind? Finding { get; init; }

    /// <summary>Words are looked for, and nothing else narrows them.</summary>
    public bool IsSearchAlone => Search.Length > 0 && Query.Length == 0 && SegmentId is null && Finding is null && Status is null && ListIds.Count == 0;

    public bool HasCondition => Search.Length > 0 || Query.Length > 0 || SegmentId is not null || Finding is not null;
}

/// <summary>The people that an action is for: given ids, or all who match a filter.</summary>
public sealed record SubscriberSelection
{
    private SubscriberSelection()
    {
    }

    public IReadOnlyCollection<int>? Ids { get; private init; }

    public SubscriberFilter? Filter { get; private init; }

    public static SubscriberSelection Of(params IReadOnlyCollection<int> ids) => new() { Ids = ids };

    public static SubscriberSelection Matching(SubscriberFilter filter) => new() { Filter = filter };
}
