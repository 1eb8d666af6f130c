using System.Text;
using Listmonk.Core.Subscribers.Filtering;

namespace Listmonk.Core.Subscribers.Searching;

/// <summary>
/// An FTS5 table of trigrams. People up to the id in <c>subscriber_index_state</c> are in it, kept by triggers; those above are read, until
/// <see cref="SubscriberIndexWorker"/> has taken them in.
/// </summary>
internal sealed class SqliteSubscriberSearch : SubscriberSearch
{
    private const string NotYetIndexed = "id > (SELECT up_to FROM subscriber_index_state)";

    /// <summary>No name or address is as long. SQLite refuses patterns of more than 50,000 bytes.</summary>
    private const int MaxWord = 5_000;

    public override SqlCondition Condition(IReadOnlyList<string> words)
    {
        var parameters = new List<object>();
        var conditions = new List<string>();
        var indexed = words.Where(IsIndexed).ToList();
        if (indexed.Count > 0)
        {
            // The set is built once and read in the order of ids; an OR of both parts would be sorted for each page.
            parameters.Add(Match(indexed));
            conditions.Add(
                $"id IN (SELECT rowid FROM subscriber_index WHERE subscriber_index MATCH {{0}} UNION ALL SELECT id FROM subscribers WHERE {NotYetIndexed} AND {Occur(indexed, parameters)})");
        }

        var others = words.Where(word => !IsIndexed(word)).ToList();
        if (others.Count > 0)
        {
            conditions.Add(Occur(others, parameters));
        }

        return new SqlCondition(string.Join(" AND ", conditions), parameters, NeedsFunctions: false) { ReadsRows = indexed.Count == 0 };
    }

    public override SqlCondition? Count(IReadOnlyList<string> words)
    {
        if (words.Count == 0 || !words.All(IsIndexed))
        {
            return null;
        }

        var parameters = new List<object> { Match(words) };
        return new SqlCondition(
            $"SELECT (SELECT COUNT(*) FROM subscriber_index WHERE subscriber_index MATCH {{0}}) + (SELECT COUNT(*) FROM subscribers WHERE {NotYetIndexed} AND {Occur(words, parameters)})",
            parameters,
            NeedsFunctions: false);
    }

    public override SqlCondition? Ids(IReadOnlyList<string> words, bool ascending, int skip, int take)
    {
        if (words.Count == 0 || !words.All(IsIndexed))
        {
            return null;
        }

        var parameters = new List<object> { Match(words) };
        var order = ascending ? "ASC" : "DESC";
        var most = (long)skip + take;
        return new SqlCondition(
            $$"""
            SELECT value FROM (
                SELECT * FROM (SELECT rowid AS value FROM subscriber_index WHERE subscriber_index MATCH {0} ORDER BY rowid {{order}} LIMIT {{most}})
                UNION ALL
                SELECT * FROM (SELECT id AS value FROM subscribers WHERE {{NotYetIndexed}} AND {{Occur(words, parameters)}} ORDER BY id {{order}} LIMIT {{most}}))
            ORDER BY value {{order}} LIMIT {{take}} OFFSET {{skip}}
            """,
            parameters,
            NeedsFunctions: false);
    }

    /// <summary>An FTS5 query whose strings all occur.</summary>
    private static string Match(IEnumerable<string> words) =>
        string.Join(" AND ", words.Select(word => $"\"{word.Replace("\"", "\"\"", StringComparison.Ordinal)}\""));

    /// <remarks>LIKE, which costs half of instr(), takes A to Z in any case and other letters as they are, hence the word in lower case and as it was typed.</remarks>
    private static string Occur(IEnumerable<string> words, List<object> parameters) => string.Join(" AND ", words.Select(word =>
    {
        if (word.Length > MaxWord)
        {
            return "0";
        }

        string[] spellings = Ascii.IsValid(word) ? [word] : [word, word.ToLowerInvariant()];
        return $"({string.Join(" OR ", spellings.Distinct(StringComparer.Ordinal).SelectMany(spelling =>
        {
            parameters.Add($"%{LikePattern.Literal(spelling)}%");
            return (string[])["email", "name"];
        }, (spelling, column) => $"{column} LIKE {{{parameters.Count - 1}}} ESCAPE '\\'"))})";
    }));
}
