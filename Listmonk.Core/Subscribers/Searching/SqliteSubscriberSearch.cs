using Listmonk.Core.Subscribers.Filtering;

namespace Listmonk.Core.Subscribers.Searching;

/// <summary>
/// An FTS5 table of trigrams. People up to the id in <c>subscriber_index_state</c> are in it, kept by triggers; those above are read, until
/// <see cref="SubscriberIndexWorker"/> has taken them in.
/// </summary>
internal sealed class SqliteSubscriberSearch : SubscriberSearch
{
    private const string NotYetIndexed = "id > (SELECT up_to FROM subscriber_index_state)";

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

        return new SqlCondition(string.Join(" AND ", conditions), parameters, NeedsFunctions: false);
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

    private static bool IsIndexed(string word) => word.EnumerateRunes().Take(PartLength).Count() == PartLength;

    /// <summary>An FTS5 query whose strings all occur.</summary>
    private static string Match(IEnumerable<string> words) =>
        string.Join(" AND ", words.Select(word => $"\"{word.Replace("\"", "\"\"", StringComparison.Ordinal)}\""));

    /// <remarks>lower() leaves other letters than A to Z as they are, hence the word as it was typed beside it.</remarks>
    private static string Occur(IEnumerable<string> words, List<object> parameters) => string.Join(" AND ", words.Select(word =>
    {
        var lower = parameters.Count;
        parameters.Add(word.ToLowerInvariant());
        parameters.Add(word);
        return $"(instr(email, {{{lower}}}) > 0 OR instr(lower(name), {{{lower}}}) > 0 OR instr(name, {{{lower + 1}}}) > 0)";
    }));
}
