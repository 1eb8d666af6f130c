using Listmonk.Core.Templates.Expressions.Evaluation;

namespace Listmonk.Core.Templates.Expressions.Syntax;

/// <summary>A source and its line starts.</summary>
internal sealed class SourceText(string text, string? name)
{
    private readonly int[] _lineStarts = LineStarts(text);

    public string Text => text;

    public SourcePosition At(int offset)
    {
        var line = Array.BinarySearch(_lineStarts, offset);
        line = line < 0 ? ~line - 1 : line;
        return new SourcePosition(name, line + 1, offset - _lineStarts[line] + 1);
    }

    private static int[] LineStarts(string text)
    {
        var starts = new List<int> { 0 };
        for (var i = text.IndexOf('\n', StringComparison.Ordinal); i >= 0; i = text.IndexOf('\n', i + 1))
        {
            starts.Add(i + 1);
        }

        return [.. starts];
    }
}
