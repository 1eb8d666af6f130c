using System.Text;
using Listmonk.Core.Templates.Expressions.Evaluation;

namespace Listmonk.Core.Templates.Expressions.Values;

/// <summary>A string builder that fails before it grows past the limit of a rendering.</summary>
internal sealed class TextBuilder(int limit)
{
    private readonly StringBuilder _text = new();

    public int Length => _text.Length;

    public TextBuilder Append(char value)
    {
        Reserve(1);
        _text.Append(value);
        return this;
    }

    public TextBuilder Append(ReadOnlySpan<char> value)
    {
        Reserve(value.Length);
        _text.Append(value);
        return this;
    }

    public TextBuilder Append(string value) => Append(value.AsSpan());

    public TextBuilder Append(char value, int count)
    {
        if (count > 0)
        {
            Reserve(count);
            _text.Append(value, count);
        }

        return this;
    }

    public override string ToString() => _text.ToString();

    private void Reserve(int count)
    {
        if (count > limit - _text.Length)
        {
            throw new EvaluationException($"the text grows beyond {limit} characters");
        }
    }
}
