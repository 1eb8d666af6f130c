using System.Globalization;
using System.Runtime.CompilerServices;
using Listmonk.Core.Templates.Expressions.Evaluation;
using Listmonk.Core.Templates.Expressions.Functions;

namespace Listmonk.Core.Templates.Expressions.Syntax;

/// <summary>
/// Parses one source. Expressions come out ready to run, variables as numbered slots; statements come out as syntax, because
/// what an output writes depends on the HTML around it, which is known only when definitions are put in their places.
/// </summary>
internal sealed partial class Parser
{
    // Deeper sources are refused: parsing, compiling and running recurse over them.
    private const int MaxNesting = 200;

    private readonly SourceText _source;
    private readonly FunctionTable _functions;
    private readonly ParsedTemplates _parsed;
    private readonly List<Token> _tokens;
    private List<(string Name, int Slot)> _variables = [];
    private int _at;
    private int _nesting;
    private int _loops;
    private bool _isTopLevel = true;

    private Parser(SourceText source, FunctionTable functions, ParsedTemplates parsed)
    {
        _source = source;
        _functions = functions;
        _parsed = parsed;
        _tokens = Lexer.Read(source);
    }

    private Token Current => _tokens[_at];

    /// <summary>Parses a source as the definition of <paramref name="name"/>, adding those it contains.</summary>
    public static void Parse(string text, string? sourceName, string name, FunctionTable functions, ParsedTemplates parsed)
    {
        var parser = new Parser(new SourceText(text, sourceName), functions, parsed);
        var firstSlot = parser.BeginDefinition();
        var (nodes, end) = parser.ParseList();
        if (end is not null)
        {
            throw parser.Error(parser._tokens[parser._at - 1], $"{{{{ {end} }}}} without a beginning");
        }

        parsed.Definitions[name] = new TemplateDefinition(name, nodes, firstSlot, parsed.SlotCount);
    }

    private int BeginDefinition()
    {
        var slot = NewSlot();
        _variables = [("$", slot)];
        _parsed.RootSlots.Add(slot);
        return slot;
    }

    private int NewSlot() => _parsed.SlotCount++;

    /// <summary>Reads statements up to <c>end</c> or <c>else</c>, which is returned and stepped over (an <c>end</c> wholly), or to the end of the source.</summary>
    private (List<SyntaxNode> Nodes, string? End) ParseList()
    {
        var nodes = new List<SyntaxNode>();
        while (true)
        {
            var token = Current;
            _at++;
            switch (token.Kind)
            {
                case TokenKind.End:
                    _at--;
                    return (nodes, null);
                case TokenKind.Text:
                    nodes.Add(new TextSyntax(_source.At(token.Offset), token.Value));
                    break;
                default:
                    SkipSpace();
                    if (Current is { Kind: TokenKind.Word, Value: "end" })
                    {
                        _at++;
                        ExpectClose("end");
                        return (nodes, "end");
                    }

                    if (Current is { Kind: TokenKind.Word, Value: "else" })
                    {
                        _at++;
                        return (nodes, "else");
                    }

                    if (ParseAction(token) is { } node)
                    {
                        nodes.Add(node);
                    }

                    break;
            }
        }
    }

    private SyntaxNode? ParseAction(Token open)
    {
        var position = _source.At(open.Offset);
        if (Current.Kind != TokenKind.Word)
        {
            return ParseOutput(position);
        }

        var word = Current;
        switch (word.Value)
        {
            case "if":
                _at++;
                return ParseIf(position);
            case "with":
                _at++;
                return ParseWith(position);
            case "range":
                _at++;
                return ParseRange(position);
            case "define":
                _at++;
                ParseDefine(word);
                return null;
            case "block":
                _at++;
                return ParseBlock(position, word);
            case "template":
                _at++;
                return ParseTemplateCall(position);
            case "break" or "continue" when !_functions.Contains(word.Value):
                _at++;
                ExpectClose(word.Value);
                if (_loops == 0)
                {
                    throw Error(word, $"{word.Value} outside of range");
                }

                return new FlowSyntax(position, word.Value == "break" ? Flow.Break : Flow.Continue);
            default:
                return ParseOutput(position);
        }
    }

    private SyntaxNode ParseOutput(SourcePosition position)
    {
        if (Current is { Kind: TokenKind.Word, Value: FunctionTable.TrackedLink })
        {
            return ParseTrackedLink(position);
        }

        var pipeline = ParsePipeline("expression", TokenKind.Close, allowTwo: false);
        _at++;
        return new ActionSyntax(position, pipeline.AsExpression(), pipeline.KeySlot >= 0 || pipeline.ValueSlot >= 0);
    }

    private TrackedLinkSyntax ParseTrackedLink(SourcePosition position)
    {
        var word = Current;
        _at++;
        SkipSpace();
        if (Current.Kind == TokenKind.Number && int.TryParse(Current.Value, NumberStyles.None, CultureInfo.InvariantCulture, out var place))
        {
            _at++;
            ExpectClose(FunctionTable.TrackedLink);
            _parsed.Usage.Functions.Add(FunctionTable.TrackedLink);
            return new TrackedLinkSyntax(position, place);
        }

        throw Error(word, "TrackedLink takes the number of a link and nothing else");
    }

    private IfSyntax ParseIf(SourcePosition position)
    {
        var scope = _variables.Count;
        Descend(Current);
        var condition = ParsePipeline("if", TokenKind.Close, allowTwo: false).AsExpression();
        _at++;
        var (then, end) = ParseList();
        var otherwise = ParseElse(position, "if", end, allowed: "if");
        Ascend(scope);
        return new IfSyntax(position, condition, then, otherwise);
    }

    private WithSyntax ParseWith(SourcePosition position)
    {
        var scope = _variables.Count;
        Descend(Current);
        var subject = ParsePipeline("with", TokenKind.Close, allowTwo: false).AsExpression();
        _at++;
        var (then, end) = ParseList();
        var otherwise = ParseElse(position, "with", end, allowed: "with");
        Ascend(scope);
        return new WithSyntax(position, subject, then, otherwise);
    }

    private RangeSyntax ParseRange(SourcePosition position)
    {
        var scope = _variables.Count;
        Descend(Current);
        var pipeline = ParsePipeline("range", TokenKind.Close, allowTwo: true);
        _at++;
        _loops++;
        var (body, end) = ParseList();
        _loops--;
        var otherwise = ParseElse(position, "range", end, allowed: null);
        Ascend(scope);
        return new RangeSyntax(position, pipeline.Value, pipeline.KeySlot, pipeline.ValueSlot, body, otherwise);
    }

    private List<SyntaxNode> ParseElse(SourcePosition position, string statement, string? end, string? allowed)
    {
        switch (end)
        {
            case null:
                throw position.Error($"{{{{ {statement} }}}} is not closed with {{{{ end }}}}");
            case "end":
                return [];
        }

        var afterElse = Current;
        SkipSpace();
        if (afterElse.Kind == TokenKind.Space && Current is { Kind: TokenKind.Word, Value: "if" or "with" } word)
        {
            if (word.Value != allowed)
            {
                throw Error(word, $"{{{{ else {word.Value} }}}} does not belong to {{{{ {statement} }}}}");
            }

            _at++;
            var nested = _source.At(word.Offset);
            return [word.Value == "if" ? ParseIf(nested) : ParseWith(nested)];
        }

        ExpectClose("else");
        var (nodes, closing) = ParseList();
        return closing switch
        {
            "end" => nodes,
            null => throw position.Error($"{{{{ {statement} }}}} is not closed with {{{{ end }}}}"),
            _ => throw Error(_tokens[_at - 1], "a second {{ else }}"),
        };
    }

    private void ParseDefine(Token word)
    {
        if (!_isTopLevel || _nesting > 0)
        {
            throw Error(word, "define must not stand inside another statement");
        }

        SkipSpace();
        var name = ParseName("define");
        ExpectClose("define");
        ParseDefinition(name, word);
    }

    private void ParseDefinition(string name, Token word)
    {
        var (variables, loops, isTopLevel) = (_variables, _loops, _isTopLevel);
        (_loops, _isTopLevel) = (0, false);
        Descend(word);
        var firstSlot = BeginDefinition();
        var (nodes, end) = ParseList();
        if (end != "end")
        {
            throw Error(word, end is null ? $"{{{{ {word.Value} }}}} is not closed with {{{{ end }}}}" : $"{{{{ else }}}} does not belong to {{{{ {word.Value} }}}}");
        }

        _parsed.Definitions[name] = new TemplateDefinition(name, nodes, firstSlot, _parsed.SlotCount);
        _nesting--;
        (_variables, _loops, _isTopLevel) = (variables, loops, isTopLevel);
    }

    private TemplateCallSyntax ParseBlock(SourcePosition position, Token word)
    {
        SkipSpace();
        var name = ParseName("block");
        SkipSpace();
        var argument = ParsePipeline("block", TokenKind.Close, allowTwo: false).AsExpression();
        _at++;
        ParseDefinition(name, word);
        return new TemplateCallSyntax(position, name, argument);
    }

    private TemplateCallSyntax ParseTemplateCall(SourcePosition position)
    {
        SkipSpace();
        var name = ParseName("template");
        SkipSpace();
        Expression? argument = null;
        if (Current.Kind != TokenKind.Close)
        {
            argument = ParsePipeline("template", TokenKind.Close, allowTwo: false).AsExpression();
        }

        _at++;
        return new TemplateCallSyntax(position, name, argument);
    }

    private string ParseName(string statement)
    {
        if (Current.Kind != TokenKind.TextLiteral)
        {
            throw Error(Current, $"{statement} needs a name in double quotes");
        }

        return _tokens[_at++].Value;
    }

    private int Find(Token variable)
    {
        for (var i = _variables.Count - 1; i >= 0; i--)
        {
            if (_variables[i].Name == variable.Value)
            {
                return _variables[i].Slot;
            }
        }

        throw Error(variable, $"the variable {variable.Value} is not defined");
    }

    private void Descend(Token token)
    {
        if (++_nesting > MaxNesting || !RuntimeHelpers.TryEnsureSufficientExecutionStack())
        {
            throw Error(token, $"more than {MaxNesting} levels of nesting");
        }
    }

    private void Ascend(int scope)
    {
        _nesting--;
        _variables.RemoveRange(scope, _variables.Count - scope);
    }

    private void SkipSpace()
    {
        while (Current.Kind == TokenKind.Space)
        {
            _at++;
        }
    }

    private void ExpectClose(string statement)
    {
        SkipSpace();
        if (Current.Kind != TokenKind.Close)
        {
            throw Error(Current, $"unexpected {Current.Value} in {statement}");
        }

        _at++;
    }

    private TemplateException Error(Token token, string message) => _source.At(token.Offset).Error(message);

    private enum OperandKind
    {
        Literal,
        Nil,
        Value,
        Fields,
        Function,
    }

    private sealed record Operand(OperandKind Kind, Token Token, Expression? Target, string[] Path)
    {
        public Expression AsArgument(Parser parser) => Kind switch
        {
            OperandKind.Function => parser.Call(Token, []),
            OperandKind.Fields => new FieldsExpression(Target!, Path),
            _ => Target!,
        };
    }

    private readonly record struct Pipeline(Expression Value, int KeySlot, int ValueSlot)
    {
        public Expression AsExpression() => ValueSlot >= 0 ? new AssignExpression(ValueSlot, Value) : Value;
    }
}
