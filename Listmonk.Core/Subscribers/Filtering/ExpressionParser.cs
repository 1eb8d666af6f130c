using System.Globalization;

namespace Listmonk.Core.Subscribers.Filtering;

// A recursive-descent parser for the subset of PostgreSQL's conditions that listmonk's users write (spec/subscribers.md 6 and 7).
// Precedence follows PostgreSQL: OR, AND, NOT, IS, comparison, LIKE/IN/BETWEEN, other operators (-> ->> ? || @> ~), + -, * / %, ::.
// The parser only builds a tree; names and types are checked by the compiler. Depth and size are bounded here, so that a hostile text
// cannot exhaust the stack or the database's own parser.

/// <summary>Reads an expression into a tree.</summary>
internal sealed partial class ExpressionParser
{
    private const int MaxLength = 10_000;
    private const int MaxNodes = 500;
    /// <summary>A bracket costs two levels.</summary>
    private const int MaxDepth = 100;
    private const int MaxListItems = 10_000;

    private static readonly HashSet<string> Comparisons = new(StringComparer.Ordinal) { "=", "!=", "<>", "<", "<=", ">", ">=" };
    private static readonly HashSet<string> OtherOperators = new(StringComparer.Ordinal)
    {
        "->", "->>", "||", "?", "?|", "?&", "@>", "<@", "~", "~*", "!~", "!~*",
    };

    private readonly List<ExpressionToken> _tokens;
    private int _index;
    private int _nodes;
    private int _depth;

    private ExpressionParser(List<ExpressionToken> tokens) => _tokens = tokens;

    private ExpressionToken Current => _tokens[_index];

    /// <exception cref="ExpressionException">The text is no condition of the language.</exception>
    public static ExpressionNode Parse(string text)
    {
        if (text.Length > MaxLength)
        {
            throw new ExpressionException($"the expression is longer than {MaxLength} characters", 0);
        }

        var parser = new ExpressionParser(ExpressionLexer.Split(text));
        if (parser.Current.IsWord("select"))
        {
            throw new ExpressionException("write only the condition, without SELECT … WHERE", 0);
        }

        var tree = parser.Or();
        parser.TakeIf(";");
        return parser.Current.Kind == TokenKind.End ? tree : throw parser.Unexpected("after the end of the condition");
    }

    private ExpressionNode Or()
    {
        var left = And();
        while (Current.IsWord("or"))
        {
            var at = Take().At;
            left = Count(new BinaryNode("OR", left, And(), at));
        }

        return left;
    }

    private ExpressionNode And()
    {
        var left = Not();
        while (Current.IsWord("and"))
        {
            var at = Take().At;
            left = Count(new BinaryNode("AND", left, Not(), at));
        }

        return left;
    }

    private ExpressionNode Not()
    {
        Enter();
        var node = Current.IsWord("not") ? Count(new NotNode(NotInner(Take()), Current.At)) : Is();
        _depth--;
        return node;
    }

    private ExpressionNode NotInner(ExpressionToken not) =>
        Current.Kind == TokenKind.End ? throw new ExpressionException("a condition is missing after NOT", not.At) : Not();

    private ExpressionNode Is()
    {
        var value = Comparison();
        while (Current.IsWord("is"))
        {
            var at = Take().At;
            var isNegated = TakeIfWord("not");
            var what = Current.Value.ToLowerInvariant();
            if (what is not ("null" or "true" or "false"))
            {
                throw Unexpected("after IS; use NULL, TRUE or FALSE");
            }

            Take();
            value = Count(new IsNode(value, what, isNegated, at));
        }

        return value;
    }

    private ExpressionNode Comparison()
    {
        var left = Membership();
        while (Current.Kind == TokenKind.Symbol && Comparisons.Contains(Current.Value))
        {
            var token = Take();
            if (Current.IsWord("any"))
            {
                Take();
                left = Any(left, token);
                continue;
            }

            left = Count(new BinaryNode(token.Value == "<>" ? "!=" : token.Value, left, Membership(), token.At));
        }

        return left;
    }

    private ExpressionNode Any(ExpressionNode value, ExpressionToken comparison)
    {
        if (comparison.Value != "=")
        {
            throw new ExpressionException("ANY is only understood after =", comparison.At);
        }

        Expect("(");
        var items = Array();
        Expect(")");
        return Count(new InNode(value, items.Items, IsNegated: false, comparison.At));
    }

    private ExpressionNode Membership()
    {
        var value = Other();
        var at = Current.At;
        var isNegated = Current.IsWord("not") && _tokens[_index + 1] is var next
            && (next.IsWord("in") || next.IsWord("like") || next.IsWord("ilike") || next.IsWord("between"));
        if (isNegated)
        {
            Take();
        }

        if (TakeIfWord("between"))
        {
            var low = Other();
            ExpectWord("and");
            return Count(new BetweenNode(value, low, Other(), isNegated, at));
        }

        if (Current.IsWord("like") || Current.IsWord("ilike"))
        {
            var ignoresCase = Take().IsWord("ilike");
            var pattern = Other();
            var escape = TakeIfWord("escape") ? Primary() : null;
            return Count(new LikeNode(value, pattern, escape, ignoresCase, isNegated, at));
        }

        if (!TakeIfWord("in"))
        {
            return value;
        }

        Expect("(");
        if (Current.IsWord("select"))
        {
            var select = Select();
            Expect(")");
            return Count(new InSelectNode(value, select, isNegated, at));
        }

        var items = new List<ExpressionNode>();
        do
        {
            items.Add(ListItem());
            if (items.Count > MaxListItems)
            {
                throw new ExpressionException($"IN takes at most {MaxListItems} values", at);
            }
        }
        while (TakeIf(","));
        Expect(")");
        return Count(new InNode(value, items, isNegated, at));
    }

    /// <summary>Literals in a list do not count against the size of the tree.</summary>
    private ExpressionNode ListItem()
    {
        var before = _nodes;
        var item = Other();
        if (item is LiteralNode)
        {
            _nodes = before;
        }

        return item;
    }

    private ExpressionNode Other()
    {
        var left = Sum();
        while (Current.Kind == TokenKind.Symbol && OtherOperators.Contains(Current.Value))
        {
            var token = Take();
            var right = token.Value is "?|" or "?&" ? Array() : Sum();
            left = Count(new BinaryNode(token.Value, left, right, token.At));
        }

        return left;
    }

    private ExpressionNode Sum()
    {
        var left = Product();
        while (Current.Is("+") || Current.Is("-"))
        {
            var token = Take();
            left = Count(new BinaryNode(token.Value, left, Product(), token.At));
        }

        return left;
    }

    private ExpressionNode Product()
    {
        var left = Cast();
        while (Current.Is("*") || Current.Is("/") || Current.Is("%"))
        {
            var token = Take();
            left = Count(new BinaryNode(token.Value, left, Cast(), token.At));
        }

        return left;
    }

    private ExpressionNode Cast()
    {
        var value = Primary();
        while (Current.Is("::"))
        {
            var at = Take().At;
            value = Count(new CastNode(value, TypeName(), at));
        }

        return value;
    }

    private string TypeName()
    {
        var token = Take();
        if (token.Kind != TokenKind.Word)
        {
            throw new ExpressionException("a type name is missing", token.At);
        }

        var name = token.Value.ToLowerInvariant();
        if (name == "double" && TakeIfWord("precision"))
        {
            return name;
        }

        if (TakeIf("("))
        {
            // A length or precision changes nothing in a comparison.
            Take();
            if (TakeIf(","))
            {
                Take();
            }

            Expect(")");
        }

        return name;
    }

    private static object Number(ExpressionToken token)
    {
        if (long.TryParse(token.Value, NumberStyles.None, CultureInfo.InvariantCulture, out var whole))
        {
            return whole;
        }

        return decimal.TryParse(token.Value, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var fraction)
            ? fraction
            : throw new ExpressionException($"'{token.Value}' is no number", token.At);
    }

    private static string Name(ExpressionToken token) => token.Value.ToLowerInvariant();

    private ExpressionNode Count(ExpressionNode node) =>
        ++_nodes > MaxNodes ? throw new ExpressionException($"the expression has more than {MaxNodes} parts", node.At) : node;

    private ExpressionToken Take() => _tokens[Current.Kind == TokenKind.End ? _index : _index++];

    private bool TakeIf(string symbol)
    {
        if (!Current.Is(symbol))
        {
            return false;
        }

        _index++;
        return true;
    }

    private bool TakeIfWord(string word)
    {
        if (!Current.IsWord(word))
        {
            return false;
        }

        _index++;
        return true;
    }

    private void Expect(string symbol)
    {
        if (!TakeIf(symbol))
        {
            throw Unexpected($"where '{symbol}' is expected");
        }
    }

    private void ExpectWord(string word)
    {
        if (!TakeIfWord(word))
        {
            throw Unexpected($"where {word.ToUpperInvariant()} is expected");
        }
    }

    private ExpressionException Unexpected(string where) => new(
        Current.Kind == TokenKind.End ? $"the expression ends {where}" : $"unexpected '{Current.Value}' {where}", Current.At);
}
