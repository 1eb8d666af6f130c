namespace Listmonk.Core.Subscribers.Filtering;

// What stands between operators: literals, columns, functions, arrays, inner queries.
internal sealed partial class ExpressionParser
{
    private ExpressionNode Primary()
    {
        Enter();
        var node = PrimaryInner();
        _depth--;
        return node;
    }

    /// <summary>A hostile text must not exhaust the stack.</summary>
    private void Enter()
    {
        if (++_depth > MaxDepth)
        {
            throw new ExpressionException("the expression is nested too deeply", Current.At);
        }
    }

    private ExpressionNode PrimaryInner()
    {
        var token = Take();
        switch (token.Kind)
        {
            case TokenKind.Text:
                return Count(new LiteralNode(token.Value, token.At));
            case TokenKind.Number:
                return Count(new LiteralNode(Number(token), token.At));
            case TokenKind.QuotedName:
                return Column(token);
            case TokenKind.Word:
                return Word(token);
            case TokenKind.Symbol when token.Value == "(":
                if (Current.IsWord("select"))
                {
                    var select = Select();
                    Expect(")");
                    return Count(new ScalarNode(select, token.At));
                }

                var inner = Or();
                Expect(")");
                return inner;
            case TokenKind.Symbol when token.Value == "-":
                return Count(new BinaryNode("-", new LiteralNode(0L, token.At), Cast(), token.At));
            case TokenKind.Symbol when token.Value == "+":
                return Cast();
            default:
                throw new ExpressionException(
                    token.Kind == TokenKind.End ? "the expression ends where a value is expected" : $"unexpected '{token.Value}' where a value is expected", token.At);
        }
    }

    private ExpressionNode Word(ExpressionToken token)
    {
        switch (token.Value.ToLowerInvariant())
        {
            case "true":
                return Count(new LiteralNode(true, token.At));
            case "false":
                return Count(new LiteralNode(false, token.At));
            case "null":
                return Count(new LiteralNode(null, token.At));
            case "exists":
                Expect("(");
                var select = Select();
                Expect(")");
                return Count(new ExistsNode(select, token.At));
            case "interval" when Current.Kind == TokenKind.Text:
                return Count(new IntervalNode(Take().Value, token.At));
            case "interval":
                throw new ExpressionException("write the interval as text: INTERVAL '30 days'", token.At);
            case "date" or "timestamp" or "timestamptz" when Current.Kind == TokenKind.Text:
                return Count(new CastNode(new LiteralNode(Take().Value, token.At), token.Value.ToLowerInvariant(), token.At));
            case "array":
                _index--;
                return Array();
            case "cast":
                Expect("(");
                var value = Or();
                ExpectWord("as");
                var type = TypeName();
                Expect(")");
                return Count(new CastNode(value, type, token.At));
            case "current_date" or "current_timestamp":
                return Count(new FunctionNode(token.Value.ToLowerInvariant(), [], IsStar: false, IsDistinct: false, token.At));
            default:
                return Current.Is("(") ? Function(token) : Column(token);
        }
    }

    private ExpressionNode Column(ExpressionToken token)
    {
        if (!TakeIf("."))
        {
            return Count(new ColumnNode(null, Name(token), token.At));
        }

        var column = Take();
        return column.Kind is TokenKind.Word or TokenKind.QuotedName
            ? Count(new ColumnNode(Name(token), Name(column), token.At))
            : throw new ExpressionException("a column name is missing after the dot", column.At);
    }

    private ExpressionNode Function(ExpressionToken name)
    {
        Expect("(");
        var arguments = new List<ExpressionNode>();
        var isDistinct = false;
        var isStar = false;
        if (TakeIf("*"))
        {
            isStar = true;
        }
        else if (!Current.Is(")"))
        {
            isDistinct = TakeIfWord("distinct");
            do
            {
                arguments.Add(Or());
            }
            while (TakeIf(","));
        }

        Expect(")");
        return Count(new FunctionNode(name.Value.ToLowerInvariant(), arguments, isStar, isDistinct, name.At));
    }

    private ArrayNode Array()
    {
        var at = Current.At;
        var items = new List<ExpressionNode>();
        if (Current.Kind == TokenKind.Text)
        {
            var text = Take();
            if (!text.Value.StartsWith('{') || !text.Value.EndsWith('}'))
            {
                throw new ExpressionException("an array is written ARRAY['a', 'b'] or '{a,b}'", at);
            }

            items.AddRange(text.Value[1..^1].Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries)
                .Select(item => (ExpressionNode)new LiteralNode(item.Trim('"'), at)));
        }
        else
        {
            ExpectWord("array");
            Expect("[");
            while (!Current.Is("]"))
            {
                items.Add(ListItem());
                if (!TakeIf(","))
                {
                    break;
                }
            }

            Expect("]");
        }

        if (TakeIf("::"))
        {
            TypeName();
            Expect("[");
            Expect("]");
        }

        return (ArrayNode)Count(new ArrayNode(items, at));
    }

    private SelectNode Select()
    {
        Enter();
        var at = Current.At;
        ExpectWord("select");
        var isDistinct = TakeIfWord("distinct");
        var result = TakeIf("*") ? null : Or();
        ExpectWord("from");
        var from = Source();
        var joins = new List<JoinNode>();
        while (true)
        {
            var isLeft = TakeIfWord("left");
            var isJoin = isLeft ? TakeIfWord("outer") | true : TakeIfWord("inner");
            if (!TakeIfWord("join"))
            {
                if (isJoin)
                {
                    throw Unexpected("where JOIN is expected");
                }

                break;
            }

            var source = Source();
            ExpectWord("on");
            joins.Add(new JoinNode(source, isLeft, Or()));
        }

        var where = TakeIfWord("where") ? Or() : null;
        var groupBy = new List<ExpressionNode>();
        if (TakeIfWord("group"))
        {
            ExpectWord("by");
            do
            {
                groupBy.Add(Other());
            }
            while (TakeIf(","));
        }

        var having = TakeIfWord("having") ? Or() : null;
        _depth--;
        return new SelectNode(result is LiteralNode ? null : result, isDistinct, from, joins, where, groupBy, having, at);
    }

    private SourceNode Source()
    {
        var table = Take();
        if (table.Kind is not (TokenKind.Word or TokenKind.QuotedName))
        {
            throw new ExpressionException("a table name is missing", table.At);
        }

        var hasAs = TakeIfWord("as");
        string[] keywords = ["where", "join", "inner", "left", "on", "group", "having", "order", "limit", "union"];
        var hasAlias = Current.Kind == TokenKind.QuotedName
            || (Current.Kind == TokenKind.Word && !keywords.Contains(Current.Value, StringComparer.OrdinalIgnoreCase));
        if (hasAs && !hasAlias)
        {
            throw Unexpected("where an alias is expected");
        }

        return new SourceNode(Name(table), hasAlias ? Name(Take()) : Name(table), table.At);
    }
}
