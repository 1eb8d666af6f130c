namespace Listmonk.Core.Common;

/// <summary>Which slice of an ordered result a caller wants; API rules in spec/api.md 1.2.</summary>
public sealed record PageRequest
{
    public const int DefaultPerPage = 20;

    /// <summary>1-based page number; values below 1 mean 1.</summary>
    public int Page { get; init; } = 1;

    /// <summary>Rows a page; 0 means all.</summary>
    public int PerPage { get; init; } = DefaultPerPage;

    /// <summary>Name of the column to order by, as the API spells it; an unknown name means the query's own default.</summary>
    public string OrderBy { get; init; } = "";

    public bool Ascending { get; init; }

    public int Skip => PerPage == 0 ? 0 : (int)Math.Min(int.MaxValue, (long)(Math.Max(1, Page) - 1) * PerPage);

    public int Take => PerPage == 0 ? int.MaxValue : PerPage;
}

/// <summary>One page of results with the number of matches over all pages.</summary>
public sealed record PagedList<T>(IReadOnlyList<T> Results, int Total, PageRequest Request);
