using System.Globalization;
using System.Runtime.InteropServices;
using Listmonk.Core.Templates.Expressions.Evaluation;
using Listmonk.Core.Templates.Expressions.Values;

namespace Listmonk.Core.Templates.Expressions.Syntax;

// What stands inside of an action: pipelines, commands, operands and numbers.
internal sealed partial class Parser
{
    private Pipeline ParsePipeline(string statement, TokenKind end, bool allowTwo)
    {
        SkipSpace();
        var (keySlot, valueSlot, declared) = ParseTargets(allowTwo);
        Expression? value = null;
        var stages = 0;
        while (true)
        {
            SkipSpace();
            var first = Current;
            if (first.Kind == end)
            {
                throw Error(first, stages == 0 ? $"missing value for {statement}" : "missing command after |");
            }

            // Left-nested calls recurse when they run, as parentheses do.
            if (++stages > MaxNesting)
            {
                throw Error(first, "the pipeline is too long");
            }

            value = ParseCommand(value);
            if (Current.Kind == TokenKind.Pipe)
            {
                _at++;
                continue;
            }

            if (Current.Kind == end)
            {
                // Declared only now: the expression must not see its own variable.
                _variables.AddRange(declared);
                return new Pipeline(value, keySlot, valueSlot);
            }

            throw Error(Current, $"unexpected {Current.Value} in {statement}");
        }
    }

    private (int KeySlot, int ValueSlot, List<(string Name, int Slot)> Declared) ParseTargets(bool allowTwo)
    {
        var start = _at;
        var names = new List<Token>();
        while (Current.Kind == TokenKind.Variable && names.Count < 2)
        {
            names.Add(Current);
            _at++;
            SkipSpace();
            if (Current.Kind != TokenKind.Comma || !allowTwo)
            {
                break;
            }

            _at++;
            SkipSpace();
        }

        if (names.Count == 0 || Current.Kind is not (TokenKind.Declare or TokenKind.Assign))
        {
            _at = start;
            return (-1, -1, []);
        }

        var isDeclaration = Current.Kind == TokenKind.Declare;
        _at++;
        var declared = new List<(string Name, int Slot)>();
        var slots = names.ConvertAll(name =>
        {
            if (!isDeclaration)
            {
                return Find(name);
            }

            var slot = NewSlot();
            declared.Add((name.Value, slot));
            return slot;
        });
        return slots.Count == 2 ? (slots[0], slots[1], declared) : (-1, slots[0], declared);
    }

    private Expression ParseCommand(Expression? piped)
    {
        var operands = new List<Operand>();
        var start = Current;
        while (true)
        {
            SkipSpace();
            if (ParseOperand() is not { } operand)
            {
                break;
            }

            operands.Add(operand);
            if (Current.Kind is not (TokenKind.Space or TokenKind.Pipe or TokenKind.Close or TokenKind.CloseParenthesis))
            {
                throw Error(Current, $"unexpected {Current.Value} after a value");
            }
        }

        if (operands.Count == 0)
        {
            throw Error(Current, "an expression is missing");
        }

        var first = operands[0];
        if (piped is not null && first.Kind == OperandKind.Literal)
        {
            throw Error(start, "a value cannot stand after |; only functions can");
        }

        var arguments = operands.Skip(1).Select(operand => operand.AsArgument(this));
        if (piped is not null)
        {
            arguments = arguments.Append(piped);
        }

        return Combine(first, [.. arguments]);
    }

    private Expression Combine(Operand first, Expression[] arguments)
    {
        switch (first.Kind)
        {
            case OperandKind.Function:
                return Call(first.Token, arguments);
            case OperandKind.Fields when arguments.Length > 0:
                return new MethodExpression(first.Target!, first.Path, arguments);
            case OperandKind.Nil:
                return Failing(first.Token, "nil alone is nothing to write");
            default:
                return arguments.Length == 0 ? first.AsArgument(this) : Failing(first.Token, $"{first.Token.Value} is not a function and takes no arguments");
        }
    }

    private Expression Call(Token name, Expression[] arguments)
    {
        _parsed.Usage.Functions.Add(name.Value);
        if (name.Value is "and" or "or")
        {
            return arguments.Length == 0 ? Failing(name, $"{name.Value} takes at least 1 argument") : new LogicExpression(stopsAt: name.Value == "or", arguments);
        }

        if (!_functions.TryGet(name.Value, out var function))
        {
            throw Error(name, $"there is no function {name.Value}");
        }

        if (!function.Accepts(arguments.Length))
        {
            _parsed.Usage.Warnings.Add(Error(name, function.Complaint(arguments.Length)));
        }

        return new CallExpression(function, arguments);
    }

    private FailingExpression Failing(Token token, string message)
    {
        _parsed.Usage.Warnings.Add(Error(token, message));
        return new FailingExpression(message);
    }

    private Operand? ParseOperand()
    {
        var token = Current;
        Expression? target;
        var kind = OperandKind.Literal;
        switch (token.Kind)
        {
            case TokenKind.Dot:
                _at++;
                return new Operand(OperandKind.Literal, token, DotExpression.Instance, []);
            case TokenKind.Field:
                target = DotExpression.Instance;
                break;
            case TokenKind.Variable:
                _at++;
                target = new VariableExpression(Find(token));
                kind = OperandKind.Value;
                break;
            case TokenKind.TextLiteral:
                _at++;
                target = new ConstantExpression(token.Value);
                break;
            case TokenKind.Number:
                _at++;
                target = new ConstantExpression(ParseNumber(token));
                break;
            case TokenKind.Character:
                _at++;
                target = new ConstantExpression(Value.Whole(long.Parse(token.Value, CultureInfo.InvariantCulture)));
                break;
            case TokenKind.Word when token.Value is "true" or "false":
                _at++;
                target = new ConstantExpression(Value.Bool(token.Value == "true"));
                break;
            case TokenKind.Word when token.Value is "nil":
                _at++;
                return new Operand(OperandKind.Nil, token, new ConstantExpression(null), []);
            case TokenKind.Word:
                _at++;
                if (!_functions.Contains(token.Value))
                {
                    throw Error(token, $"there is no function {token.Value}");
                }

                target = null;
                kind = OperandKind.Function;
                break;
            case TokenKind.OpenParenthesis:
                _at++;
                Descend(token);
                target = ParsePipeline("parentheses", TokenKind.CloseParenthesis, allowTwo: false).AsExpression();
                _nesting--;
                _at++;
                kind = OperandKind.Value;
                break;
            default:
                return null;
        }

        var path = new List<string>();
        while (Current.Kind == TokenKind.Field)
        {
            path.Add(Current.Value);
            _at++;
        }

        if (Current.Kind == TokenKind.Dot)
        {
            throw Error(Current, "a field name is missing after the dot");
        }

        if (path.Count == 0)
        {
            return new Operand(kind, token, target, []);
        }

        if (kind == OperandKind.Literal && token.Kind != TokenKind.Field)
        {
            throw Error(token, $"{token.Value} has no fields");
        }

        if (token.Kind == TokenKind.Field || token is { Kind: TokenKind.Variable, Value: "$" })
        {
            _parsed.Usage.AddPath(CollectionsMarshal.AsSpan(path));
        }

        target ??= Call(token, []);
        return new Operand(OperandKind.Fields, token, target, [.. path]);
    }

    private object ParseNumber(Token token)
    {
        var text = token.Value.Replace("_", string.Empty, StringComparison.Ordinal);
        var negative = text[0] == '-';
        var digits = text.AsSpan(text[0] is '+' or '-' ? 1 : 0);
        var radix = digits.Length > 1 && digits[0] == '0' ? char.ToLowerInvariant(digits[1]) switch { 'x' => 16, 'o' => 8, 'b' => 2, _ => 10 } : 10;
        if (radix != 10)
        {
            long value = 0;
            foreach (var c in digits[2..])
            {
                var digit = char.IsAsciiHexDigit(c) ? Convert.ToInt32(c.ToString(), 16) : radix;
                if (digit >= radix || value > long.MaxValue / radix)
                {
                    throw Error(token, $"{token.Value} is not a number");
                }

                value = (value * radix) + digit;
            }

            return digits.Length > 2 && value >= 0 ? Value.Whole(negative ? -value : value) : throw Error(token, $"{token.Value} is not a number");
        }

        if (!digits.ContainsAny(".eE"))
        {
            // A leading zero means octal, as in Go.
            if (digits.Length > 1 && digits[0] == '0' && !digits.ContainsAnyExceptInRange('0', '7') && digits.Length < 22)
            {
                return Value.Whole((negative ? -1 : 1) * Convert.ToInt64(digits.ToString(), 8));
            }

            if (long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var whole))
            {
                return Value.Whole(whole);
            }
        }
        else if (double.TryParse(text, NumberStyles.AllowLeadingSign | NumberStyles.AllowDecimalPoint | NumberStyles.AllowExponent, CultureInfo.InvariantCulture, out var number) && double.IsFinite(number))
        {
            return number;
        }

        throw Error(token, $"{token.Value} is not a number");
    }
}
