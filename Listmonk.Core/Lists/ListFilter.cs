using Listmonk.Core.Common;

namespace Listmonk.Core.Lists;

/// <summary>Which lists are wanted; the same filter serves the page, the API and deletion by query.</summary>
public sealed record ListFilter
{
    /// <summary>Words that must all occur in the name, in any case.</summary>
    public string Query { get; init; } = "";

    public ListType? Type { get; init; }

    public ListOptin? Optin { get; init; }

    public ListStatus? Status { get; init; }

    /// <summary>Tags that a list must all carry.</summary>
    public IReadOnlyList<string> Tags { get; init; } = [];

    internal IQueryable<MailingList> Apply(IQueryable<MailingList> lists)
    {
        foreach (var word in Query.Split(' ', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries))
        {
            var lower = word.ToLowerInvariant();
#pragma warning disable CA1304, CA1311, CA1862 // Translated to the database's lower(); no culture takes part.
            lists = lists.Where(list => list.Name.ToLower().Contains(lower) || list.Name.Contains(word));
#pragma warning restore CA1304, CA1311, CA1862
        }

        lists = Type is { } type ? lists.Where(list => list.Type == type) : lists;
        lists = Optin is { } optin ? lists.Where(list => list.Optin == optin) : lists;
        return Status is { } status ? lists.Where(list => list.Status == status) : lists;
    }

    /// <summary>Tags are kept as JSON, so they are compared in memory; lists are few.</summary>
    internal bool HasTags(IReadOnlyCollection<string> tags) => Tags.All(tag => tags.Contains(tag, StringComparer.OrdinalIgnoreCase));

    /// <summary>What an account may see.</summary>
    internal static IQueryable<MailingList> Visible(IQueryable<MailingList> lists, Actor actor)
    {
        if (actor.SeesAllLists)
        {
            return lists;
        }

        var ids = actor.ReadableLists.Union(actor.ManageableLists).ToList();
        return lists.Where(list => ids.Contains(list.Id));
    }
}
