using Listmonk.Core.Data;
using Listmonk.Core.Subscribers.Filtering;

namespace Listmonk.Core.Subscribers.Searching;

/// <summary>
/// Finds people by parts of their address or name. Each database has an index of all parts of three letters, kept outside the EF Core model:
/// the migrations make it, and the results never depend on how much of it is filled (decision 0044).
/// </summary>
internal abstract class SubscriberSearch
{
    /// <summary>Both indexes know parts of three letters; shorter words are looked for in every row.</summary>
    public const int PartLength = 3;

    private static readonly SqliteSubscriberSearch Sqlite = new();
    private static readonly PostgresSubscriberSearch Postgres = new();

    public static SubscriberSearch For(IDatabaseDialect dialect) => dialect.Name == "sqlite" ? Sqlite : Postgres;

    public static string[] Words(string search) =>
        search.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);

    /// <summary>True for people in whose address or name every word occurs, in any case.</summary>
    public abstract SqlCondition Condition(IReadOnlyList<string> words);

    protected static bool IsIndexed(string word) => word.EnumerateRunes().Take(PartLength).Count() == PartLength;

    /// <summary>A statement that counts those people without reading them, as a condition is written; null when only reading them tells.</summary>
    public abstract SqlCondition? Count(IReadOnlyList<string> words);

    /// <summary>A statement that takes ids of those people in order from the index, as a condition is written; null when it holds no order.</summary>
    public virtual SqlCondition? Ids(IReadOnlyList<string> words, bool ascending, int skip, int take) => null;
}
