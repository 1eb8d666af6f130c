using Listmonk.Core.Subscribers.Filtering;

namespace Listmonk.Core.Subscribers.Searching;

/// <summary>A GIN index of trigrams (pg_trgm) over the very expression that the condition asks; without that extension the rows are read.</summary>
internal sealed class PostgresSubscriberSearch : SubscriberSearch
{
    public override SqlCondition Condition(IReadOnlyList<string> words) => new(
        string.Join(" AND ", words.Select((_, index) => $"lower(email || chr(10) || name) LIKE {{{index}}}")),
        [.. words.Select(word => $"%{LikePattern.Literal(word.ToLowerInvariant())}%")],
        NeedsFunctions: false)
    {
        ReadsRows = !words.Any(IsIndexed),
    };

    public override SqlCondition? Count(IReadOnlyList<string> words) => null;
}
