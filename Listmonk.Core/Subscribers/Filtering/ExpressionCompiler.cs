using System.Globalization;
using System.Text.Json;
using Listmonk.Core.Common;
using Listmonk.Core.Data;

namespace Listmonk.Core.Subscribers.Filtering;

// Turns the tree into SQL. Every node yields an operand with a type; a constant stays a value until its partner is known, so that
// '2024-01-01' becomes a time beside created_at and a UUID beside uuid. Names come from the schema, aliases are made here, literals
// become parameters (whole numbers and truth values are written by us). Bad input in a cast is NULL, not an error (spec 7.5).

/// <summary>Checks names and types of a tree and writes it as SQL for one database.</summary>
internal sealed class ExpressionCompiler(IDatabaseDialect dialect, Actor actor, DateTimeOffset now)
{
    private const int MaxSelectDepth = 3;

    private readonly ExpressionSql _sql = ExpressionSql.For(dialect);
    private readonly List<object> _parameters = [];
    private readonly List<List<(string Alias, string SqlAlias, ExpressionTable Table)>> _levels =
        [[(ExpressionSchema.Subscribers, ExpressionSchema.Subscribers, ExpressionSchema.Tables[ExpressionSchema.Subscribers])]];

    private readonly string? _visibleLists = actor.SeesAllLists ? null : string.Join(", ", SubscriberScope.VisibleLists(actor).DefaultIfEmpty(0));
    private bool _needsFunctions;
    private bool _allowsAggregates;
    private int _aliases;

    private bool IsSqlite => _sql is SqliteExpressionSql;

    public SqlCondition Compile(ExpressionNode tree) => new(Condition(tree), _parameters, _needsFunctions);

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
                return Bool(_sql.HasKey(Json(node.Left), Emit(Text(node.Right))));
            case "?|" or "?&":
                var json = Json(node.Left);
                var keys = ((ArrayNode)node.Right).Items.Select(item => _sql.HasKey(json, Emit(Text(item)))).ToList();
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
            (ValueKind.Text, ValueKind.Number) => new Operand(kind) { Sql = _sql.Number(Emit(operand)) },
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
        var sql = node.Right switch
        {
            LiteralNode { Value: string key } => _sql.Member(json, Parameter(_sql.MemberKey(key, node.At)), asText),
            LiteralNode { Value: long index } => _sql.Element(json, index, asText),
            BinaryNode { Operator: "-", Left: LiteralNode { Value: 0L }, Right: LiteralNode { Value: long index } } => _sql.Element(json, -index, asText),
            _ => throw new ExpressionException("a key is written as text: attribs->>'city'", node.At),
        };
        return new Operand(asText ? ValueKind.Text : ValueKind.Json) { Sql = sql };
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

    private Operand In(InNode node)
    {
        if (node.Items.Count == 0)
        {
            return Bool(_sql.Bool(node.IsNegated));
        }

        var value = Visit(node.Value);
        var items = new List<string>(node.Items.Count);
        foreach (var item in node.Items)
        {
            var (aligned, other) = Align(value, Visit(item), item.At);
            value = aligned;
            items.Add(Emit(other));
        }

        return Bool($"({Emit(value)} {(node.IsNegated ? "NOT " : "")}IN ({string.Join(", ", items)}))");
    }

    private Operand InSelect(InSelectNode node)
    {
        var (sql, kind) = Select(node.Select, isExists: false);
        var value = Visit(node.Value);
        if (value.Kind != kind)
        {
            throw new ExpressionException($"a {Word(value.Kind)} cannot be looked up among the sub-query's {Word(kind)} values", node.At);
        }

        // A NULL in the sub-query would make NOT IN match nobody: the trap of anonymous views.
        var alias = NextAlias();
        return Bool($"({Emit(value)} {(node.IsNegated ? "NOT " : "")}IN (SELECT {alias}.v FROM ({sql}) AS {alias} WHERE {alias}.v IS NOT NULL))");
    }

    private Operand Scalar(ScalarNode node)
    {
        var (sql, kind) = Select(node.Select, isExists: false);
        if (node.Select.Result is not FunctionNode { Name: "count" or "max" or "min" } || node.Select.GroupBy.Count > 0)
        {
            throw new ExpressionException("a sub-query that stands for one value must be a COUNT, MAX or MIN without GROUP BY", node.At);
        }

        return new Operand(kind) { Sql = $"({sql})" };
    }

    private (string Sql, ValueKind Kind) Select(SelectNode node, bool isExists)
    {
        if (_levels.Count > MaxSelectDepth)
        {
            throw new ExpressionException($"sub-queries may be nested {MaxSelectDepth} deep", node.At);
        }

        var level = new List<(string Alias, string SqlAlias, ExpressionTable Table)>();
        var outerAggregates = _allowsAggregates;
        _levels.Add(level);
        _allowsAggregates = false;
        var from = $"FROM {Source(node.From, level)}";
        foreach (var join in node.Joins)
        {
            var source = Source(join.Source, level);
            from += $" {(join.IsLeft ? "LEFT JOIN" : "JOIN")} {source} ON {Condition(join.On)}";
        }

        var where = node.Where is null ? "" : $" WHERE {Condition(node.Where)}";
        var groupBy = node.GroupBy.Count == 0 ? "" : $" GROUP BY {string.Join(", ", node.GroupBy.Select(item => Emit(Visit(item))))}";
        _allowsAggregates = true;
        var having = node.Having is null ? "" : $" HAVING {Condition(node.Having)}";
        var kind = ValueKind.Any;
        string result;
        if (isExists || node.Result is null)
        {
            result = isExists ? "1" : throw new ExpressionException("the sub-query must name the column to compare with", node.At);
            if (node.Result is { } unused)
            {
                // Looked at for its names only.
                var before = _parameters.Count;
                Visit(unused);
                _parameters.RemoveRange(before, _parameters.Count - before);
            }
        }
        else
        {
            var operand = Visit(node.Result);
            kind = operand.Kind;
            result = $"{(node.IsDistinct ? "DISTINCT " : "")}{Emit(operand)}";
        }

        _allowsAggregates = outerAggregates;
        _levels.RemoveAt(_levels.Count - 1);
        return ($"SELECT {result}{(isExists ? "" : " AS v")} {from}{where}{groupBy}{having}", kind);
    }

    private string Source(SourceNode node, List<(string Alias, string SqlAlias, ExpressionTable Table)> level)
    {
        if (!ExpressionSchema.Tables.TryGetValue(node.Table, out var table))
        {
            throw new ExpressionException($"table '{node.Table}' is not allowed; the tables are {string.Join(", ", ExpressionSchema.Tables.Keys)}", node.At);
        }

        if (level.Exists(source => source.Alias == node.Alias))
        {
            throw new ExpressionException($"'{node.Alias}' stands for two tables; give one of them another alias", node.At);
        }

        var alias = NextAlias();
        level.Add((node.Alias, alias, table));
        var limit = _visibleLists is not null && table.ListCondition is { } condition ? string.Format(CultureInfo.InvariantCulture, condition, _visibleLists) : null;
        return limit is null
            ? $"({table.Source}) AS {alias}"
            : $"({table.Source} {(table.Source.Contains(" WHERE ", StringComparison.Ordinal) ? "AND" : "WHERE")} {limit}) AS {alias}";
    }

    private Operand Arithmetic(BinaryNode node)
    {
        var left = Visit(node.Left);
        var right = Visit(node.Right);
        if (left.Kind == ValueKind.Interval || right.Kind == ValueKind.Interval || left.Kind == ValueKind.Time)
        {
            return Shift(node, left, right);
        }

        left = Coerce(left, ValueKind.Number, node.At);
        right = Coerce(right, ValueKind.Number, node.At);
        if (left is { IsConstant: true, Constant: 0L } && node.Operator == "-" && right is { IsConstant: true, Constant: long number })
        {
            return Operand.Of(-number);
        }

        var divisor = node.Operator is "/" or "%" ? $"NULLIF({Emit(right)}, 0)" : Emit(right);
        return new Operand(ValueKind.Number) { Sql = $"({Emit(left)} {node.Operator} {divisor})" };
    }

    private Operand Shift(BinaryNode node, Operand left, Operand right)
    {
        if (left.Kind == ValueKind.Interval && node.Operator == "+")
        {
            (left, right) = (right, left);
        }

        if (right is { Kind: ValueKind.Number, IsConstant: true, Constant: long days } && Math.Abs(days) < 1_000_000)
        {
            right = new Operand(ValueKind.Interval) { IsConstant = true, Constant = new IntervalText(0, TimeSpan.FromDays(days)) };
        }

        if (left is { IsConstant: true, Constant: string })
        {
            left = Coerce(left, ValueKind.Time, node.At);
        }

        if (left.Kind != ValueKind.Time || right.Constant is not IntervalText span || node.Operator is not ("+" or "-"))
        {
            throw new ExpressionException("an interval can be added to or taken from a time: NOW() - INTERVAL '30 days'", node.At);
        }

        span = node.Operator == "-" ? span.Negate() : span;
        if (left.Constant is DateTimeOffset time)
        {
            return new Operand(ValueKind.Time) { IsConstant = true, Constant = span.AddTo(time) };
        }

        return span.Months != 0
            ? throw new ExpressionException("months and years can only be added to a fixed time; move them to the other side", node.At)
            : new Operand(ValueKind.Time) { Sql = _sql.AddTicks(left.Sql, span.Rest.Ticks) };
    }

    private Operand Cast(CastNode node)
    {
        var value = Visit(node.Value);
        switch (node.Type)
        {
            case "int" or "integer" or "int4" or "int8" or "int2" or "smallint" or "bigint":
                return value.Kind switch
                {
                    ValueKind.Number => new Operand(ValueKind.Number) { Sql = $"ROUND({Emit(value)})" },
                    ValueKind.Json => new Operand(ValueKind.Number) { Sql = $"ROUND({_sql.Number(_sql.JsonValue(Emit(value)))})" },
                    ValueKind.Text when value.IsConstant => Coerce(value, ValueKind.Number, node.At),
                    ValueKind.Text => new Operand(ValueKind.Number) { Sql = _sql.Integer(Emit(value)) },
                    _ => Coerce(value, ValueKind.Number, node.At),
                };
            case "numeric" or "decimal" or "real" or "float" or "float4" or "float8" or "double":
                return Coerce(value, ValueKind.Number, node.At);
            case "bool" or "boolean":
                return value.Kind == ValueKind.Number ? Bool($"({Emit(value)} <> 0)") : Coerce(value, ValueKind.Bool, node.At);
            case "text" or "varchar" or "char" or "subscriber_status" or "subscription_status":
                return value.Kind == ValueKind.Json
                    ? new Operand(ValueKind.Text) { Sql = $"CAST({Emit(value)} AS TEXT)" }
                    : Coerce(value, ValueKind.Text, node.At);
            case "uuid":
                return Coerce(value, ValueKind.Uuid, node.At);
            case "json" or "jsonb":
                return Coerce(value, ValueKind.Json, node.At);
            case "timestamp" or "timestamptz":
                return Coerce(value, ValueKind.Time, node.At);
            case "date":
                return Day(Coerce(value, ValueKind.Time, node.At));
            default:
                throw new ExpressionException($"the type '{node.Type}' is not known", node.At);
        }
    }

    private Operand Function(FunctionNode node)
    {
        var arguments = node.Arguments;
        switch (node.Name)
        {
            case "now" or "current_timestamp":
                return new Operand(ValueKind.Time) { IsConstant = true, Constant = now };
            case "current_date":
                return Day(new Operand(ValueKind.Time) { IsConstant = true, Constant = now });
            case "date":
                return Day(Coerce(Visit(Argument(node, 0, 1)), ValueKind.Time, node.At));
            case "date_trunc":
                return DateTrunc(node);
            case "lower" or "upper" or "trim" or "ltrim" or "rtrim":
                return new Operand(ValueKind.Text) { Sql = $"{node.Name}({Emit(Text(Argument(node, 0, 1)))})" };
            case "length" or "char_length":
                return new Operand(ValueKind.Number) { Sql = $"length({Emit(Text(Argument(node, 0, 1)))})" };
            case "substring" or "substr":
                var start = Emit(Number(Argument(node, 1, 2, 3)));
                return new Operand(ValueKind.Text)
                {
                    Sql = $"substr({Emit(Text(arguments[0]))}, {start}{(arguments.Count > 2 ? ", " + Emit(Number(arguments[2])) : "")})",
                };
            case "split_part":
                return Argument(node, 2, 3) is LiteralNode { Value: long and >= 1 and <= 5 } part
                    ? new Operand(ValueKind.Text) { Sql = _sql.SplitPart(Emit(Text(arguments[0])), Emit(Text(arguments[1])), (long)part.Value!) }
                    : throw new ExpressionException("SPLIT_PART takes a part from 1 to 5", node.At);
            case "replace":
                Argument(node, 0, 3);
                return new Operand(ValueKind.Text) { Sql = $"replace({string.Join(", ", arguments.Select(argument => Emit(Text(argument))))})" };
            case "concat":
                return new Operand(ValueKind.Text) { Sql = $"({string.Join(" || ", arguments.Select(argument => $"COALESCE({Emit(Text(argument))}, '')"))})" };
            case "left":
                return new Operand(ValueKind.Text) { Sql = _sql.Left(Emit(Text(Argument(node, 0, 2))), Emit(Number(arguments[1]))) };
            case "right":
                return new Operand(ValueKind.Text) { Sql = _sql.Right(Emit(Text(Argument(node, 0, 2))), Emit(Number(arguments[1]))) };
            case "strpos":
                return new Operand(ValueKind.Number) { Sql = _sql.Position(Emit(Text(Argument(node, 0, 2))), Emit(Text(arguments[1]))) };
            case "starts_with":
                return Bool($"({_sql.Position(Emit(Text(Argument(node, 0, 2))), Emit(Text(arguments[1])))} = 1)");
            case "coalesce":
                return Same(node, values => $"COALESCE({string.Join(", ", values)})");
            case "nullif":
                Argument(node, 0, 2);
                return Same(node, values => $"NULLIF({string.Join(", ", values)})");
            case "greatest":
                return Same(node, _sql.Greatest);
            case "least":
                return Same(node, _sql.Least);
            case "abs" or "round" or "floor" or "ceil":
                return new Operand(ValueKind.Number) { Sql = $"{node.Name}({Emit(Number(Argument(node, 0, 1)))})" };
            case "jsonb_array_length":
                return new Operand(ValueKind.Number) { Sql = _sql.ArrayLength(Json(Argument(node, 0, 1))) };
            case "jsonb_exists":
                return Bool(_sql.HasKey(Json(Argument(node, 0, 2)), Emit(Text(arguments[1]))));
            case "jsonb_typeof":
                return new Operand(ValueKind.Text) { Sql = _sql.JsonType(Json(Argument(node, 0, 1))) };
            case "count" or "max" or "min":
                return Aggregate(node);
            default:
                throw new ExpressionException($"the function '{node.Name}' is not known", node.At);
        }
    }

    private Operand Aggregate(FunctionNode node)
    {
        if (!_allowsAggregates)
        {
            throw new ExpressionException($"{node.Name.ToUpperInvariant()} is only understood in HAVING or as a sub-query's result", node.At);
        }

        if (node is { Name: "count", IsStar: true })
        {
            return new Operand(ValueKind.Number) { Sql = "COUNT(*)" };
        }

        var value = Visit(Argument(node, 0, 1));
        return new Operand(node.Name == "count" ? ValueKind.Number : value.Kind)
        {
            Sql = $"{node.Name.ToUpperInvariant()}({(node.IsDistinct ? "DISTINCT " : "")}{Emit(value)})",
        };
    }

    private Operand Same(FunctionNode node, Func<IEnumerable<string>, string> write)
    {
        if (node.Arguments.Count == 0)
        {
            throw new ExpressionException($"{node.Name.ToUpperInvariant()} needs values", node.At);
        }

        var values = node.Arguments.Select(Visit).ToList();
        var kind = values.Find(value => value is { IsConstant: false, Kind: not ValueKind.Any })?.Kind
            ?? values.Find(value => value.Kind != ValueKind.Any)?.Kind ?? ValueKind.Any;
        kind = kind == ValueKind.Text && values.Exists(value => value.Kind == ValueKind.Number) ? ValueKind.Number : kind;
        return new Operand(kind) { Sql = write(values.Select(value => Emit(Coerce(value, kind, node.At)))) };
    }

    private Operand DateTrunc(FunctionNode node)
    {
        var time = Coerce(Visit(Argument(node, 1, 2)), ValueKind.Time, node.At);
        var unit = (node.Arguments[0] as LiteralNode)?.Value as string;
        if (unit == "day")
        {
            return Day(time);
        }

        return time.Constant is DateTimeOffset at && unit is "year" or "month"
            ? new Operand(ValueKind.Time)
            {
                IsConstant = true,
                Constant = new DateTimeOffset(((DateTimeOffset)time.Constant!).Year, unit == "year" ? 1 : ((DateTimeOffset)time.Constant!).Month, 1, 0, 0, 0, TimeSpan.Zero),
            }
            : throw new ExpressionException("DATE_TRUNC takes 'day' of a column, or 'month' and 'year' of NOW()", node.At);
    }

    private Operand Day(Operand time) => time.Constant is DateTimeOffset at
        ? time with { Constant = new DateTimeOffset(at.UtcDateTime.Date, TimeSpan.Zero) }
        : new Operand(ValueKind.Time) { Sql = _sql.Day(time.Sql) };

    private static ExpressionNode Argument(FunctionNode node, int index, params ReadOnlySpan<int> counts) =>
        counts.Contains(node.Arguments.Count)
            ? node.Arguments[index]
            : throw new ExpressionException($"{node.Name.ToUpperInvariant()} has the wrong number of arguments", node.At);

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
