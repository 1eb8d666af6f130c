using System.Globalization;

namespace Listmonk.Core.Subscribers.Filtering;

// Lists and inner queries: IN, EXISTS, SELECT in place of a value.
internal sealed partial class ExpressionCompiler
{
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
}
