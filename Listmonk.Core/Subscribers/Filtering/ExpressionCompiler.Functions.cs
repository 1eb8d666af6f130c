namespace Listmonk.Core.Subscribers.Filtering;

// What is calculated: arithmetic, casts, functions and aggregates.
internal sealed partial class ExpressionCompiler
{
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
                    ValueKind.Text => new Operand(ValueKind.Number) { Sql = value.AsNumber(_sql, _sql.Integer(Emit(value))) },
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
                return HasKey(Json(Argument(node, 0, 2)), arguments[1]);
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
}
