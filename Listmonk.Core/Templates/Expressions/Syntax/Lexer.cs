using System.Globalization;
using System.Text;

namespace Listmonk.Core.Templates.Expressions.Syntax;

/// <summary>Cuts a source into constant text and the tokens of its actions; trim markers and comments are resolved here.</summary>
internal sealed class Lexer(SourceText source)
{
    private readonly string _text = source.Text;
    private readonly List<Token> _tokens = [];
    private int _at;

    public static List<Token> Read(SourceText source)
    {
        var lexer = new Lexer(source);
        lexer.ReadAll();
        return lexer._tokens;
    }

    private void ReadAll()
    {
        var trimNext = false;
        while (true)
        {
            var open = _text.IndexOf("{{", _at, StringComparison.Ordinal);
            var end = open < 0 ? _text.Length : open;
            var trimBefore = open >= 0 && open + 3 < _text.Length && _text[open + 2] == '-' && IsSpace(_text[open + 3]);
            AddText(_at, end, trimNext, trimBefore);
            if (open < 0)
            {
                _tokens.Add(new Token(TokenKind.End, string.Empty, _text.Length));
                return;
            }

            _at = open + 2 + (trimBefore ? 2 : 0);
            if (string.CompareOrdinal(_text, _at, "/*", 0, 2) == 0)
            {
                trimNext = SkipComment(open);
                continue;
            }

            _tokens.Add(new Token(TokenKind.Open, "{{", open));
            trimNext = ReadAction(open);
        }
    }

    private void AddText(int start, int end, bool trimStart, bool trimEnd)
    {
        if (trimStart)
        {
            while (start < end && IsSpace(_text[start]))
            {
                start++;
            }
        }

        if (trimEnd)
        {
            while (end > start && IsSpace(_text[end - 1]))
            {
                end--;
            }
        }

        if (end > start)
        {
            _tokens.Add(new Token(TokenKind.Text, _text[start..end], start));
        }
    }

    private bool SkipComment(int open)
    {
        var end = _text.IndexOf("*/", _at + 2, StringComparison.Ordinal);
        if (end < 0)
        {
            throw Error(open, "unclosed comment");
        }

        _at = end + 2;
        if (AtClose(out var trims))
        {
            return trims;
        }

        throw Error(open, "a comment must end with */}}");
    }

    /// <summary>Whether the action ends here; steps over its end.</summary>
    private bool AtClose(out bool trims)
    {
        trims = _at + 1 < _text.Length && IsSpace(_text[_at]) && string.CompareOrdinal(_text, _at + 1, "-}}", 0, 3) == 0;
        if (trims)
        {
            _at += 4;
            return true;
        }

        if (string.CompareOrdinal(_text, _at, "}}", 0, 2) == 0)
        {
            _at += 2;
            return true;
        }

        return false;
    }

    private bool ReadAction(int open)
    {
        while (true)
        {
            var start = _at;
            if (AtClose(out var trims))
            {
                _tokens.Add(new Token(TokenKind.Close, "}}", start));
                return trims;
            }

            if (_at >= _text.Length)
            {
                throw Error(open, "the action is not closed with }}");
            }

            ReadToken();
        }
    }

    private void ReadToken()
    {
        var start = _at;
        var c = _text[_at];
        switch (c)
        {
            case ' ' or '\t' or '\r' or '\n':
                while (_at < _text.Length && IsSpace(_text[_at]) && !(string.CompareOrdinal(_text, _at + 1, "-}}", 0, 3) == 0))
                {
                    _at++;
                }

                Add(TokenKind.Space, start);
                break;
            case '"':
                ReadQuoted(start);
                break;
            case '`':
                var close = _text.IndexOf('`', start + 1);
                if (close < 0)
                {
                    throw Error(start, "unclosed raw text");
                }

                _at = close + 1;
                _tokens.Add(new Token(TokenKind.TextLiteral, _text[(start + 1)..close].Replace("\r", string.Empty, StringComparison.Ordinal), start));
                break;
            case '\'':
                ReadCharacter(start);
                break;
            case '|':
                _at++;
                Add(TokenKind.Pipe, start);
                break;
            case ',':
                _at++;
                Add(TokenKind.Comma, start);
                break;
            case '(':
                _at++;
                Add(TokenKind.OpenParenthesis, start);
                break;
            case ')':
                _at++;
                Add(TokenKind.CloseParenthesis, start);
                break;
            case '=':
                _at++;
                Add(TokenKind.Assign, start);
                break;
            case ':' when _at + 1 < _text.Length && _text[_at + 1] == '=':
                _at += 2;
                Add(TokenKind.Declare, start);
                break;
            case '.' when _at + 1 < _text.Length && char.IsAsciiDigit(_text[_at + 1]):
                ReadNumber(start);
                break;
            case '.':
                _at++;
                SkipName();
                if (_at == start + 1)
                {
                    Add(TokenKind.Dot, start);
                    break;
                }

                _tokens.Add(new Token(TokenKind.Field, _text[(start + 1).._at], start));
                RequireTerminator();
                break;
            case '$':
                _at++;
                SkipName();
                Add(TokenKind.Variable, start);
                RequireTerminator();
                break;
            case '+' or '-' or (>= '0' and <= '9'):
                ReadNumber(start);
                break;
            default:
                SkipName();
                if (_at == start)
                {
                    throw Error(start, $"unexpected \"{c}\" in the expression");
                }

                Add(TokenKind.Word, start);
                RequireTerminator();
                break;
        }
    }

    private void SkipName()
    {
        while (_at < _text.Length && (_text[_at] == '_' || char.IsLetterOrDigit(_text[_at])))
        {
            _at++;
        }
    }

    private void RequireTerminator()
    {
        if (_at >= _text.Length || IsSpace(_text[_at]) || _text[_at] is '.' or ',' or '|' or ':' or ')' or '(' or '=' || string.CompareOrdinal(_text, _at, "}}", 0, 2) == 0)
        {
            return;
        }

        throw Error(_at, $"unexpected \"{_text[_at]}\" in the expression");
    }

    private void ReadNumber(int start)
    {
        if (_text[_at] is '+' or '-')
        {
            _at++;
        }

        var hex = string.CompareOrdinal(_text, _at, "0x", 0, 2) == 0 || string.CompareOrdinal(_text, _at, "0X", 0, 2) == 0;
        while (_at < _text.Length)
        {
            var c = _text[_at];
            var isSign = c is '+' or '-' && !hex && _text[_at - 1] is 'e' or 'E';
            if (!isSign && c != '_' && c != '.' && !char.IsAsciiLetterOrDigit(c))
            {
                break;
            }

            _at++;
        }

        if (_at - start == 1 && !char.IsAsciiDigit(_text[start]))
        {
            throw Error(start, $"unexpected \"{_text[start]}\" in the expression");
        }

        Add(TokenKind.Number, start);
    }

    private void ReadQuoted(int start)
    {
        _at++;
        var value = new StringBuilder();
        while (true)
        {
            if (_at >= _text.Length || _text[_at] == '\n')
            {
                throw Error(start, "unclosed text");
            }

            if (_text[_at] == '"')
            {
                _at++;
                break;
            }

            ReadUnit(value, start);
        }

        _tokens.Add(new Token(TokenKind.TextLiteral, value.ToString(), start));
    }

    private void ReadCharacter(int start)
    {
        _at++;
        var value = new StringBuilder();
        while (_at < _text.Length && _text[_at] is not '\'' and not '\n')
        {
            ReadUnit(value, start);
        }

        if (_at >= _text.Length || _text[_at] != '\'')
        {
            throw Error(start, "unclosed character");
        }

        _at++;
        var text = value.ToString();
        if (!Rune.TryGetRuneAt(text + '\0', 0, out var rune) || text.Length == 0 || rune.Utf16SequenceLength != text.Length)
        {
            throw Error(start, "a character in single quotes must be one character; use double quotes for text");
        }

        _tokens.Add(new Token(TokenKind.Character, rune.Value.ToString(CultureInfo.InvariantCulture), start));
    }

    private void ReadUnit(StringBuilder value, int start)
    {
        var c = _text[_at++];
        if (c != '\\')
        {
            value.Append(c);
            return;
        }

        if (_at >= _text.Length)
        {
            throw Error(start, "unclosed text");
        }

        var escape = _text[_at++];
        switch (escape)
        {
            case 'n': value.Append('\n'); break;
            case 't': value.Append('\t'); break;
            case 'r': value.Append('\r'); break;
            case 'a': value.Append('\a'); break;
            case 'b': value.Append('\b'); break;
            case 'f': value.Append('\f'); break;
            case 'v': value.Append('\v'); break;
            case '\\' or '"' or '\'': value.Append(escape); break;
            case 'x': AppendCode(value, 2, 16); break;
            case 'u': AppendCode(value, 4, 16); break;
            case 'U': AppendCode(value, 8, 16); break;
            case >= '0' and <= '7':
                _at--;
                AppendCode(value, 3, 8);
                break;
            default:
                throw Error(_at - 2, $"unknown escape \\{escape}");
        }
    }

    private void AppendCode(StringBuilder value, int digits, int radix)
    {
        long code = 0;
        for (var i = 0; i < digits; i++)
        {
            var digit = _at < _text.Length && char.IsAsciiHexDigit(_text[_at]) ? Convert.ToInt32(_text.Substring(_at, 1), 16) : int.MaxValue;
            if (digit >= radix)
            {
                throw Error(_at, "incomplete escape in text");
            }

            code = (code * radix) + digit;
            _at++;
        }

        if (code > int.MaxValue || !Rune.IsValid((int)code))
        {
            throw Error(_at - digits, "the escape is no character");
        }

        value.Append(new Rune((int)code).ToString());
    }

    private void Add(TokenKind kind, int start) => _tokens.Add(new Token(kind, _text[start.._at], start));

    private TemplateException Error(int offset, string message) => source.At(Math.Min(offset, _text.Length)).Error(message);

    private static bool IsSpace(char c) => c is ' ' or '\t' or '\r' or '\n';
}
