using Listmonk.Core.Data;

namespace Listmonk.Core.Subscribers.Filtering;

/// <summary>How each database spells what expressions mean; every argument is SQL that the compiler made, never text of the user.</summary>
internal abstract class ExpressionSql
{
    public static ExpressionSql For(IDatabaseDialect dialect) => dialect.Name == "sqlite" ? new SqliteExpressionSql() : new PostgresExpressionSql();

    public abstract string Bool(bool value);

    /// <summary>The parameter that addresses a member: a path on SQLite, the key itself on PostgreSQL.</summary>
    public abstract object MemberKey(string key, int at);

    public abstract string Element(string json, long index, bool asText);

    public abstract string Member(string json, string key, bool asText);

    /// <summary>The text of a JSON value.</summary>
    public abstract string JsonValue(string json);

    public abstract string JsonParameter(string parameter);

    /// <summary>Whether a JSON object has the key, or an array the text.</summary>
    /// <param name="member">What <see cref="MemberKey"/> gave for the key, as a parameter; null when the key is no constant.</param>
    public abstract string HasKey(string json, string key, string? member);

    public abstract string Contains(string outer, string inner);

    /// <summary>
    /// A question that costs less than reading JSON and is true wherever a key or value in it has this text; null when there is none.
    /// </summary>
    public virtual string? MayHold(string json, string text, Func<object, string> parameter) => null;

    public abstract string ArrayLength(string json);

    public abstract string JsonType(string json);

    /// <summary>Null for text that is no whole number.</summary>
    public abstract string Integer(string text);

    /// <summary>Null for text that is no number.</summary>
    public abstract string Number(string text);

    /// <summary>The same number, with less work where a member of JSON is one already and not only its text.</summary>
    public virtual string MemberNumber(string json, string key, string number) => number;

    public abstract string NumberAsText(string number);

    public abstract string UuidAsText(string uuid);

    /// <summary>Midnight (UTC) of a time.</summary>
    public abstract string Day(string time);

    public abstract string AddTicks(string time, long ticks);

    public abstract string SplitPart(string text, string delimiter, long part);

    public abstract string Position(string text, string part);

    public abstract string Left(string text, string length);

    public abstract string Right(string text, string length);

    public abstract string Greatest(IEnumerable<string> values);

    public abstract string Least(IEnumerable<string> values);
}

internal sealed class SqliteExpressionSql : ExpressionSql
{
    /// <summary>SQLite refuses patterns of more than 50,000 bytes.</summary>
    private const int MaxGuard = 1_000;

    public override string Bool(bool value) => value ? "1" : "0";

    public override object MemberKey(string key, int at) => key.Contains('"', StringComparison.Ordinal)
        ? throw new ExpressionException("a key with a double quote cannot be looked up", at)
        : $"$.\"{key}\"";

    public override string Element(string json, long index, bool asText)
    {
        var path = index < 0 ? $"'$[#{index}]'" : $"'$[{index}]'";
        return asText ? Text(json, path) : $"({json} -> {path})";
    }

    public override string Member(string json, string key, bool asText) => asText ? Text(json, key) : $"({json} -> {key})";

    public override string JsonValue(string json) => Text(json, "'$'");

    public override string JsonParameter(string parameter) => parameter;

    public override string HasKey(string json, string key, string? member)
    {
        var search = $"CASE WHEN {json} IS NULL THEN NULL ELSE EXISTS(SELECT 1 FROM json_each({json}) je WHERE CASE json_type({json}) WHEN 'object' THEN je.key = {key} WHEN 'array' THEN je.type = 'text' AND je.atom = {key} ELSE 0 END) END";
        return member is null ? search : $"CASE json_type({json}) WHEN 'object' THEN json_type({json}, {member}) IS NOT NULL ELSE {search} END";
    }

    public override string Contains(string outer, string inner) => $"listmonk_json_contains({outer}, {inner})";

    /// <remarks>A text stands in JSON as it is, or with a backslash in it. What begins with a letter is no number, object or array; but see the three words.</remarks>
    public override string? MayHold(string json, string text, Func<object, string> parameter) =>
        text.Length is > 0 and <= MaxGuard && char.IsAsciiLetter(text[0]) && text is not ("true" or "false" or "Inf")
            ? $"{json} GLOB {parameter(new LikePattern($"%{LikePattern.Literal(text)}%", escape: null).ToGlob())} OR {json} GLOB '*\\*'"
            : null;

    public override string ArrayLength(string json) => $"CASE json_type({json}) WHEN 'array' THEN json_array_length({json}) END";

    public override string JsonType(string json) =>
        $"CASE json_type({json}) WHEN 'text' THEN 'string' WHEN 'integer' THEN 'number' WHEN 'real' THEN 'number' WHEN 'true' THEN 'boolean' WHEN 'false' THEN 'boolean' ELSE json_type({json}) END";

    public override string Integer(string text) =>
        $"CASE WHEN ({text} GLOB '[0-9]*' OR {text} GLOB '[-+][0-9]*') AND substr({text}, 2) NOT GLOB '*[^0-9]*' THEN CAST({text} AS INTEGER) END";

    public override string Number(string text) =>
        $"CASE WHEN {text} GLOB '*[0-9]*' AND ({text} GLOB '[0-9.]*' OR {text} GLOB '[-+][0-9.]*') AND substr({text}, 2) NOT GLOB '*[^0-9.]*' AND {text} NOT GLOB '*.*.*' THEN {text} + 0 WHEN json_valid({text}) AND json_type({text}) = 'real' THEN CAST({text} AS REAL) END";

    public override string MemberNumber(string json, string key, string number) =>
        $"CASE json_type({json}, {key}) WHEN 'integer' THEN json_extract({json}, {key}) ELSE {number} END";

    public override string NumberAsText(string number) => $"CAST({number} AS TEXT)";

    public override string UuidAsText(string uuid) => $"lower({uuid})";

    public override string Day(string time) => $"({time} - {time} % {TimeSpan.TicksPerDay})";

    public override string AddTicks(string time, long ticks) => $"({time} + {ticks})";

    public override string SplitPart(string text, string delimiter, long part)
    {
        for (var i = 1L; i < part; i++)
        {
            text = $"CASE WHEN instr({text}, {delimiter}) > 0 THEN substr({text}, instr({text}, {delimiter}) + length({delimiter})) ELSE '' END";
        }

        return $"CASE WHEN instr({text}, {delimiter}) > 0 THEN substr({text}, 1, instr({text}, {delimiter}) - 1) ELSE {text} END";
    }

    public override string Position(string text, string part) => $"instr({text}, {part})";

    public override string Left(string text, string length) => $"substr({text}, 1, {length})";

    public override string Right(string text, string length) => $"substr({text}, -({length}))";

    public override string Greatest(IEnumerable<string> values) => $"max({string.Join(", ", values)})";

    public override string Least(IEnumerable<string> values) => $"min({string.Join(", ", values)})";

    /// <summary>SQLite's own operator yields 1 for true; people compare with 'true'.</summary>
    private static string Text(string json, string path) =>
        $"CASE json_type({json}, {path}) WHEN 'true' THEN 'true' WHEN 'false' THEN 'false' ELSE CAST(json_extract({json}, {path}) AS TEXT) END";
}

internal sealed class PostgresExpressionSql : ExpressionSql
{
    public override string Bool(bool value) => value ? "TRUE" : "FALSE";

    public override object MemberKey(string key, int at) => key;

    public override string Element(string json, long index, bool asText) => asText ? $"({json} ->> {index})" : $"({json} -> {index})";

    public override string Member(string json, string key, bool asText) => asText ? $"({json} ->> {key})" : $"({json} -> {key})";

    // Doubled braces: the text passes through a composite format.
    public override string JsonValue(string json) => $"({json} #>> '{{{{}}}}')";

    public override string JsonParameter(string parameter) => $"CAST({parameter} AS jsonb)";

    public override string HasKey(string json, string key, string? member) => $"jsonb_exists({json}, {key})";

    public override string Contains(string outer, string inner) => $"({outer} @> {inner})";

    public override string ArrayLength(string json) => $"CASE jsonb_typeof({json}) WHEN 'array' THEN jsonb_array_length({json}) END";

    public override string JsonType(string json) => $"jsonb_typeof({json})";

    public override string Integer(string text) => $"CASE WHEN {text} ~ '^[-+]?[0-9]+$' THEN CAST({text} AS numeric) END";

    public override string Number(string text) => $"CASE WHEN {text} ~ '^[-+]?([0-9]+[.]?[0-9]*|[.][0-9]+)([eE][-+]?[0-9]+)?$' THEN CAST({text} AS numeric) END";

    public override string NumberAsText(string number) => $"CAST({number} AS text)";

    public override string UuidAsText(string uuid) => $"CAST({uuid} AS text)";

    public override string Day(string time) => $"(date_trunc('day', {time} AT TIME ZONE 'UTC') AT TIME ZONE 'UTC')";

    public override string AddTicks(string time, long ticks) => $"({time} + interval '{ticks / TimeSpan.TicksPerMillisecond} milliseconds')";

    public override string SplitPart(string text, string delimiter, long part) => $"split_part({text}, {delimiter}, {part})";

    public override string Position(string text, string part) => $"strpos({text}, {part})";

    public override string Left(string text, string length) => $"left({text}, {length})";

    public override string Right(string text, string length) => $"right({text}, {length})";

    public override string Greatest(IEnumerable<string> values) => $"greatest({string.Join(", ", values)})";

    public override string Least(IEnumerable<string> values) => $"least({string.Join(", ", values)})";
}
