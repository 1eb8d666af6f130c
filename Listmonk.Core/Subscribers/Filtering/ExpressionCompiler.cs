using System.Globalization;
using System.Text.Json;
using Listmonk.Core.Common;
using Listmonk.Core.Data;

namespace Listmonk.Core.Subscribers.Filtering;

// Turns the tree into SQL. Every node yields an operand with a type; a constant stays a value until its partner is known, so that
// '2024-01-01' becomes a time beside created_at and a UUID beside uuid. Names come from the schema, aliases are made here, literals
// become parameters (whole numbers and truth values are written by us). Bad input in a cast is NULL, not an error (spec 7.5).

/// <summary>Checks names and types of a tree and writes it as SQL for one database.</summary>
internal sealed partial class ExpressionCompiler(IDatabaseDialect dialect, Actor actor, DateTimeOffset now)
{
    private const int MaxSelectDepth = 3;

    private readonly ExpressionSql _sql = ExpressionSql.For(dialect);
    private readonly List<object> _parameters = [];
    private readonly List<List<(string Alias, string SqlAlias, ExpressionTable Table)>> _levels =
        [[(ExpressionSchema.Subscribers, ExpressionSchema.Subscribers, ExpressionSchema.Tables[ExpressionSchema.Subscribers])]];

    private readonly string? _visibleLists = actor.SeesAllLists ? null : string.Join(", ", SubscriberScope.VisibleLists(actor).DefaultIfEmpty(0));
    private bool _needsFunctions;
    private bool _readsAttributes;
    private bool _allowsAggregates;
    private int _aliases;

    private bool IsSqlite => _sql is SqliteExpressionSql;

    public SqlCondition Compile(ExpressionNode tree) => new(Outermost(tree), _parameters, _needsFunctions) { ReadsRows = _readsAttributes };

    /// <summary>The tree down to where a NOT could tell false from unknown: here a cheaper question may stand before an expensive one.</summary>
    private string Outermost(ExpressionNode node) => node switch
    {
        BinaryNode { Operator: "AND" or "OR" } both => $"({Outermost(both.Left)} {both.Operator} {Outermost(both.Right)})",
        BinaryNode { Operator: "=", Left: BinaryNode { Operator: "->>", Left: ColumnNode column }, Right: LiteralNode { Value: string text } } => Guarded(column, text, node),
        BinaryNode { Operator: "?", Left: ColumnNode column, Right: LiteralNode { Value: string key } } => Guarded(column, key, node),
        _ => Condition(node),
    };

    private string Guarded(ColumnNode json, string text, ExpressionNode node) =>
        _sql.MayHold(Emit(Visit(json)), text, Parameter) is { } guard ? $"CASE WHEN {guard} THEN {Condition(node)} END" : Condition(node);

    private string Condition(ExpressionNode node)
    {
        var operand = Visit(node);
        if (operand.Kind is not (ValueKind.Bool or ValueKind.Any))
        {
            throw new ExpressionException("a condition is expected here, such as name LIKE 'A%'", node.At);
        }

        return Emit(operand);
    }

    private Operand Visit(ExpressionNode node) => node switch
    {
        LiteralNode literal => Operand.Of(literal.Value),
        ColumnNode column => Column(column),
        NotNode not => Bool($"NOT ({Condition(not.Inner)})"),
        BinaryNode binary => Binary(binary),
        LikeNode like => Like(like),
        BetweenNode between => Between(between),
        IsNode isNode => Bool($"({Emit(Visit(isNode.Value))} IS {(isNode.IsNegated ? "NOT " : "")}{isNode.What.ToUpperInvariant()})"),
        InNode inNode => In(inNode),
        InSelectNode inSelect => InSelect(inSelect),
        ExistsNode exists => Bool($"EXISTS({Select(exists.Select, isExists: true).Sql})"),
        ScalarNode scalar => Scalar(scalar),
        FunctionNode function => Function(function),
        CastNode cast => Cast(cast),
        IntervalNode interval => new Operand(ValueKind.Interval) { IsConstant = true, Constant = IntervalText.Parse(interval.Text, interval.At) },
        ArrayNode array => throw new ExpressionException("an array is only understood after = ANY, ?| and ?&", array.At),
        _ => throw new ExpressionException("this is not understood", node.At),
    };

    private Operand Column(ColumnNode node)
    {
        for (var level = _levels.Count - 1; level >= 0; level--)
        {
            var hits = _levels[level].FindAll(source =>
                (node.Table is null || source.Alias == node.Table) && source.Table.Columns.ContainsKey(node.Name));
            if (hits.Count > 1)
            {
                throw new ExpressionException($"column '{node.Name}' is ambiguous; write its table before it", node.At);
            }

            if (hits.Count == 1)
            {
                _readsAttributes |= level == 0 && hits[0].Table.Columns[node.Name] == ValueKind.Json;
                return new Operand(hits[0].Table.Columns[node.Name])
                {
                    Sql = $"{hits[0].SqlAlias}.{node.Name}",
                    IsEmail = node.Name == "email",
                };
            }
        }

        throw new ExpressionException(Unknown(node), node.At);
    }

    private string Unknown(ColumnNode node)
    {
        if (node.Table is null)
        {
            return $"column '{node.Name}' does not exist; the columns are {string.Join(", ", ExpressionSchema.Tables[ExpressionSchema.Subscribers].Columns.Keys)}. Text needs single quotes: '{node.Name}'";
        }

        if (_levels.Exists(level => level.Exists(source => source.Alias == node.Table)))
        {
            return $"column '{node.Table}.{node.Name}' does not exist";
        }

        return node.Table switch
        {
            "subscriber" => "write subscribers, not subscriber",
            "subscriber_lists" => "use EXISTS(SELECT 1 FROM subscriber_lists WHERE subscriber_id = subscribers.id AND list_id = …), or NOT EXISTS for people who are not on a list",
            _ => $"table '{node.Table}' is not allowed here",
        };
    }

    private Operand Binary(BinaryNode node)
    {
        switch (node.Operator)
        {
            case "AND" or "OR":
                return Bool($"({Condition(node.Left)} {node.Operator} {Condition(node.Right)})");
            case "=" or "!=" or "<" or "<=" or ">" or ">=":
                return Comparison(node);
            case "->" or "->>":
                return Member(node);
            case "?":
                return HasKey(Json(node.Left), node.Right);
            case "?|" or "?&":
                var json = Json(node.Left);
                var keys = ((ArrayNode)node.Right).Items.Select(item => HasKey(json, item).Sql).ToList();
                return Bool(keys.Count == 0 ? _sql.Bool(node.Operator == "?&") : $"({string.Join(node.Operator == "?|" ? " OR " : " AND ", keys)})");
            case "@>":
                return Contains(node.Left, node.Right);
            case "<@":
                return Contains(node.Right, node.Left);
            case "~" or "~*" or "!~" or "!~*":
                return Regex(node);
            case "||":
                return new Operand(ValueKind.Text) { Sql = $"({Emit(Text(node.Left))} || {Emit(Text(node.Right))})" };
            default:
                return Arithmetic(node);
        }
    }

    private Operand Comparison(BinaryNode node)
    {
        var (left, right) = Align(Visit(node.Left), Visit(node.Right), node.At);
        if (left.Kind == ValueKind.Json && node.Operator is not ("=" or "!="))
        {
            throw new ExpressionException("compare JSON values with ->> and a cast, such as (attribs->>'age')::INT > 30", node.At);
        }

        return Bool($"({Emit(left)} {(node.Operator == "!=" ? "<>" : node.Operator)} {Emit(right)})");
    }

    /// <summary>Brings both sides to one type.</summary>
    private (Operand Left, Operand Right) Align(Operand left, Operand right, int at)
    {
        if (left.IsEmail && right is { IsConstant: true, Constant: string address })
        {
            right = right with { Constant = address.ToLowerInvariant() };
        }
        else if (right.IsEmail && left is { IsConstant: true, Constant: string other })
        {
            left = left with { Constant = other.ToLowerInvariant() };
        }

        if (left.Kind == right.Kind || left.Kind == ValueKind.Any || right.Kind == ValueKind.Any)
        {
            return (left, right);
        }

        ValueKind[] order = [ValueKind.Time, ValueKind.Uuid, ValueKind.Number, ValueKind.Bool, ValueKind.Json, ValueKind.Text];
        var kind = order.First(candidate => left.Kind == candidate || right.Kind == candidate);
        return (Coerce(left, kind, at), Coerce(right, kind, at));
    }

    private Operand Coerce(Operand operand, ValueKind kind, int at)
    {
        if (operand.Kind == kind || operand.Kind == ValueKind.Any)
        {
            return operand;
        }

        if (operand is { IsConstant: true, Constant: string text })
        {
            object? value = kind switch
            {
                ValueKind.Time => Time(text),
                ValueKind.Uuid => Guid.TryParse(text, out var uuid) ? uuid : null,
                ValueKind.Number => decimal.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var number) ? number : null,
                ValueKind.Bool => Truth(text),
                ValueKind.Json => JsonText(text),
                _ => text,
            };
            return value is null
                ? throw new ExpressionException($"'{text}' cannot be compared with a {Word(kind)}", at)
                : new Operand(kind) { IsConstant = true, Constant = value };
        }

        return (operand.Kind, kind) switch
        {
            (ValueKind.Text, ValueKind.Number) => new Operand(kind) { Sql = operand.AsNumber(_sql, _sql.Number(Emit(operand))) },
            (ValueKind.Json, ValueKind.Number) => new Operand(kind) { Sql = _sql.Number(_sql.JsonValue(Emit(operand))) },
            (ValueKind.Text, ValueKind.Bool) => TextAsBool(Emit(operand)),
            (ValueKind.Json, ValueKind.Bool) => TextAsBool(_sql.JsonValue(Emit(operand))),
            (ValueKind.Json, ValueKind.Text) => new Operand(kind) { Sql = _sql.JsonValue(Emit(operand)) },
            (ValueKind.Uuid, ValueKind.Text) => new Operand(kind) { Sql = _sql.UuidAsText(Emit(operand)) },
            (ValueKind.Number, ValueKind.Text) => new Operand(kind) { Sql = _sql.NumberAsText(Emit(operand)) },
            _ => throw new ExpressionException($"a {Word(operand.Kind)} cannot be compared with a {Word(kind)}", at),
        };
    }

    private Operand Member(BinaryNode node)
    {
        var json = Json(node.Left);
        var asText = node.Operator == "->>";
        if (node.Right is LiteralNode { Value: string name })
        {
            var key = Parameter(_sql.MemberKey(name, node.At));
            return new Operand(asText ? ValueKind.Text : ValueKind.Json) { Sql = _sql.Member(json, key, asText), MemberOf = (json, key) };
        }

        var sql = node.Right switch
        {
            LiteralNode { Value: long index } => _sql.Element(json, index, asText),
            BinaryNode { Operator: "-", Left: LiteralNode { Value: 0L }, Right: LiteralNode { Value: long index } } => _sql.Element(json, -index, asText),
            _ => throw new ExpressionException("a key is written as text: attribs->>'city'", node.At),
        };
        return new Operand(asText ? ValueKind.Text : ValueKind.Json) { Sql = sql };
    }

    private Operand HasKey(string json, ExpressionNode key)
    {
        var name = Visit(key);
        var member = name is { IsConstant: true, Constant: string text } && !text.Contains('"', StringComparison.Ordinal) && IsSqlite
            ? Parameter(_sql.MemberKey(text, key.At))
            : null;
        return Bool(_sql.HasKey(json, Emit(Text(key)), member));
    }

    private Operand Contains(ExpressionNode outer, ExpressionNode inner)
    {
        _needsFunctions |= IsSqlite;
        return Bool(_sql.Contains(Json(outer), Json(inner)));
    }

    private Operand Regex(BinaryNode node)
    {
        var value = Emit(Text(node.Left));
        if (Visit(node.Right) is not { IsConstant: true, Constant: string pattern })
        {
            throw new ExpressionException("a regular expression is written as text", node.At);
        }

        if (!ExpressionRegex.IsValid(pattern))
        {
            throw new ExpressionException("the regular expression is not valid", node.At);
        }

        var ignoresCase = node.Operator.EndsWith('*');
        var isNegated = node.Operator.StartsWith('!');
        if (!IsSqlite)
        {
            return Bool($"({value} {node.Operator} {Parameter(pattern)})");
        }

        _needsFunctions = true;
        return Bool($"{(isNegated ? "NOT " : "")}listmonk_regex({value}, {Parameter(pattern)}, {(ignoresCase ? 1 : 0)})");
    }

    private Operand Like(LikeNode node)
    {
        var value = Emit(Text(node.Value));
        if (Visit(node.Pattern) is not { IsConstant: true, Constant: string text })
        {
            throw new ExpressionException("a pattern is written as text: LIKE '%@example.com'", node.At);
        }

        var escape = node.Escape is null ? null : (node.Escape as LiteralNode)?.Value as string
            ?? throw new ExpressionException("ESCAPE takes one character", node.At);
        if (escape?.Length > 1)
        {
            throw new ExpressionException("ESCAPE takes one character", node.At);
        }

        var pattern = new LikePattern(text, escape);
        var not = node.IsNegated ? "NOT " : "";
        if (!IsSqlite)
        {
            return Bool($"({value} {not}{(node.IgnoresCase ? "ILIKE" : "LIKE")} {Parameter(pattern.ToLike())})");
        }

        if (!node.IgnoresCase)
        {
            return Bool($"({value} {not}GLOB {Parameter(pattern.ToGlob())})");
        }

        // SQLite folds the case of ASCII letters only.
        if (!pattern.IsAscii)
        {
            _needsFunctions = true;
            return Bool($"(listmonk_fold({value}) {not}LIKE {Parameter(pattern.ToLike().ToLowerInvariant())} ESCAPE '\\')");
        }

        return Bool($"({value} {not}LIKE {Parameter(pattern.ToLike())} ESCAPE '\\')");
    }

    private Operand Between(BetweenNode node)
    {
        var (value, low) = Align(Visit(node.Value), Visit(node.Low), node.At);
        var high = Coerce(Visit(node.High), value.Kind, node.At);
        return Bool($"({Emit(value)} {(node.IsNegated ? "NOT " : "")}BETWEEN {Emit(low)} AND {Emit(high)})");
    }

    private Operand Text(ExpressionNode node)
    {
        var value = Visit(node);
        return value.Kind switch
        {
            ValueKind.Text or ValueKind.Any => value,
            ValueKind.Uuid or ValueKind.Number => Coerce(value, ValueKind.Text, node.At),
            _ => throw new ExpressionException($"text is expected, not a {Word(value.Kind)}; use ->> for attributes, or ::text", node.At),
        };
    }

    private Operand Number(ExpressionNode node) => Coerce(Visit(node), ValueKind.Number, node.At);

    private string Json(ExpressionNode node)
    {
        var value = Visit(node);
        return value.Kind == ValueKind.Json || value is { IsConstant: true, Constant: string }
            ? Emit(Coerce(value, ValueKind.Json, node.At))
            : throw new ExpressionException("a JSON value is expected, such as attribs or attribs->'tags'", node.At);
    }

    private Operand TextAsBool(string text)
    {
        var lower = $"lower({text})";
        return Bool(
            $"CASE WHEN {lower} IN ('true', 't', 'yes', 'y', 'on', '1') THEN {_sql.Bool(true)} WHEN {lower} IN ('false', 'f', 'no', 'n', 'off', '0') THEN {_sql.Bool(false)} END");
    }

    private static Operand Bool(string sql) => new(ValueKind.Bool) { Sql = sql };

    private string Emit(Operand operand)
    {
        if (!operand.IsConstant)
        {
            return operand.Sql;
        }

        return operand.Constant switch
        {
            null => "NULL",
            bool truth => _sql.Bool(truth),
            long whole => whole.ToString(CultureInfo.InvariantCulture),
            // SQLite's driver would bind a decimal as text.
            decimal fraction => Parameter(IsSqlite ? (double)fraction : fraction),
            DateTimeOffset time => Parameter(dialect.TimeValue(time)),
            string json when operand.Kind == ValueKind.Json => _sql.JsonParameter(Parameter(json)),
            var value => Parameter(value),
        };
    }

    private string Parameter(object value)
    {
        _parameters.Add(value);
        return $"{{{_parameters.Count - 1}}}";
    }

    private string NextAlias() => $"x{++_aliases}";

    private static DateTimeOffset? Time(string text) =>
        DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal, out var time) ? time : null;

    private static bool? Truth(string text) => text.Trim().ToLowerInvariant() switch
    {
        "true" or "t" or "yes" or "y" or "on" or "1" => true,
        "false" or "f" or "no" or "n" or "off" or "0" => false,
        _ => null,
    };

    private static string? JsonText(string text)
    {
        try
        {
            using var document = JsonDocument.Parse(text);
            return JsonSerializer.Serialize(document.RootElement);
        }
        catch (JsonException)
        {
            return null;
        }
    }

    private static string Word(ValueKind kind) => kind switch
    {
        ValueKind.Any => "NULL",
        ValueKind.Bool => "true/false value",
        ValueKind.Json => "JSON value",
        ValueKind.Uuid => "UUID",
        _ => kind.ToString().ToLowerInvariant(),
    };

    private sealed record Operand(ValueKind Kind)
    {
        public string Sql { get; init; } = "";

        public bool IsConstant { get; init; }

        public object? Constant { get; init; }

        public bool IsEmail { get; init; }

        /// <summary>The JSON and the key, when this is a member of it.</summary>
        public (string Json, string Key)? MemberOf { get; init; }

        /// <summary>This text as a number, which <paramref name="number"/> reads from any text.</summary>
        public string AsNumber(ExpressionSql sql, string number) => MemberOf is { } member ? sql.MemberNumber(member.Json, member.Key, number) : number;

        public static Operand Of(object? value) => new(value switch
        {
            null => ValueKind.Any,
            string => ValueKind.Text,
            bool => ValueKind.Bool,
            _ => ValueKind.Number,
        })
        {
            IsConstant = true,
            Constant = value,
        };
    }
}
