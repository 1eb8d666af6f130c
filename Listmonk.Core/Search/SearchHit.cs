namespace Listmonk.Core.Search;

/// <summary>What can be found by name.</summary>
public enum SearchKind
{
    Campaign,
    List,
    Template,
    Segment,
    Subscriber,
}

/// <summary>Something that was found.</summary>
/// <param name="Kind">Where it belongs.</param>
/// <param name="Id">Its number there.</param>
/// <param name="Name">What it is called; a person's e-mail address.</param>
/// <param name="Detail">What tells it from others of the same name; may be empty.</param>
public sealed record SearchHit(SearchKind Kind, int Id, string Name, string Detail);
