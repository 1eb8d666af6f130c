namespace Listmonk.Core.Common;

/// <summary>Where a line of two compared texts stands.</summary>
public enum TextDifferenceKind
{
    Both,
    OnlyFirst,
    OnlySecond,

    /// <summary>Stands for equal lines that are not shown.</summary>
    LeftOut,
}

/// <summary>One line of a comparison of two texts, for people to read.</summary>
public sealed record TextDifference(TextDifferenceKind Kind, string Text)
{
    /// <summary>Equal lines shown around each difference.</summary>
    private const int Context = 2;

    /// <summary>Above this many cells the middle is shown as replaced as a whole: the table of the comparison would grow too large.</summary>
    private const int MaxCells = 4_000_000;

    /// <summary>The differing lines in order, with a little of what surrounds them; empty for equal texts.</summary>
    public static IReadOnlyList<TextDifference> Between(string first, string second)
    {
        var (a, b) = (first.ReplaceLineEndings("\n").Split('\n'), second.ReplaceLineEndings("\n").Split('\n'));
        var start = 0;
        while (start < a.Length && start < b.Length && a[start] == b[start])
        {
            start++;
        }

        var same = 0;
        while (same < a.Length - start && same < b.Length - start && a[^(same + 1)] == b[^(same + 1)])
        {
            same++;
        }

        var lines = new List<TextDifference>();
        lines.AddRange(a[..start].Select(line => new TextDifference(TextDifferenceKind.Both, line)));
        AddMiddle(a.AsSpan(start..^same), b.AsSpan(start..^same), lines);
        lines.AddRange(a[^same..].Select(line => new TextDifference(TextDifferenceKind.Both, line)));
        return Shorten(lines);
    }

    private static void AddMiddle(ReadOnlySpan<string> a, ReadOnlySpan<string> b, List<TextDifference> lines)
    {
        var isSmall = (long)(a.Length + 1) * (b.Length + 1) <= MaxCells;
        var lengths = isSmall ? CommonLengths(a, b) : null;
        var (i, j) = (0, 0);
        while (i < a.Length || j < b.Length)
        {
            if (lengths is not null && i < a.Length && j < b.Length && a[i] == b[j])
            {
                lines.Add(new TextDifference(TextDifferenceKind.Both, a[i]));
                (i, j) = (i + 1, j + 1);
            }
            else if (i < a.Length && (j == b.Length || lengths is null || lengths[i + 1, j] >= lengths[i, j + 1]))
            {
                lines.Add(new TextDifference(TextDifferenceKind.OnlyFirst, a[i++]));
            }
            else
            {
                lines.Add(new TextDifference(TextDifferenceKind.OnlySecond, b[j++]));
            }
        }
    }

    /// <summary>Length of the longest common subsequence of what follows each pair of lines.</summary>
    private static int[,] CommonLengths(ReadOnlySpan<string> a, ReadOnlySpan<string> b)
    {
        var lengths = new int[a.Length + 1, b.Length + 1];
        for (var i = a.Length - 1; i >= 0; i--)
        {
            for (var j = b.Length - 1; j >= 0; j--)
            {
                lengths[i, j] = a[i] == b[j] ? lengths[i + 1, j + 1] + 1 : Math.Max(lengths[i + 1, j], lengths[i, j + 1]);
            }
        }

        return lengths;
    }

    private static List<TextDifference> Shorten(List<TextDifference> lines)
    {
        var shown = new List<TextDifference>();
        for (var at = 0; at < lines.Count; at++)
        {
            var isNear = false;
            for (var near = Math.Max(0, at - Context); near <= Math.Min(lines.Count - 1, at + Context); near++)
            {
                isNear |= lines[near].Kind != TextDifferenceKind.Both;
            }

            if (isNear)
            {
                shown.Add(lines[at]);
            }
            else if (shown.Count == 0 || shown[^1].Kind != TextDifferenceKind.LeftOut)
            {
                shown.Add(new TextDifference(TextDifferenceKind.LeftOut, ""));
            }
        }

        return shown is [{ Kind: TextDifferenceKind.LeftOut }] ? [] : shown;
    }
}
