using System.Globalization;
using Listmonk.Core.Subscribers.Filtering;

namespace Listmonk.Core.Subscribers.Segments;

/// <summary>One sentence of the builder with its holes filled in.</summary>
public sealed class SegmentRow
{
    public required SegmentForm Form { get; set; }

    public Dictionary<string, string> Values { get; init; } = new(StringComparer.Ordinal);

    public string Get(string hole) => Values.GetValueOrDefault(hole, "");

    public bool IsComplete => Form.Inputs.All(input => IsFilledIn(input.Input, Get(input.Hole)));

    private static bool IsFilledIn(SegmentInput input, string value) => input switch
    {
        SegmentInput.Number => decimal.TryParse(value, NumberStyles.AllowLeadingSign | NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out _),
        SegmentInput.Days => int.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out var days) && days is > 0 and < 100_000,
        SegmentInput.List or SegmentInput.Campaign => int.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out _),
        SegmentInput.Date => DateOnly.TryParseExact(value, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out _),
        _ => value.Length > 0,
    };

    internal string Write() => Form.Fill((hole, input, place) =>
    {
        var value = Get(hole).Replace("'", "''", StringComparison.Ordinal);
        return place switch
        {
            SegmentHole.InPattern => Escape(value),
            SegmentHole.InText => value,
            _ => input is SegmentInput.Number or SegmentInput.List or SegmentInput.Campaign ? value : $"'{value}'",
        };
    });

    private static string Escape(string pattern) =>
        pattern.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("%", "\\%", StringComparison.Ordinal).Replace("_", "\\_", StringComparison.Ordinal);
}

/// <summary>Rows and, one level deep, groups of rows, joined by AND or by OR: what the visual builder shows of a condition.</summary>
public sealed class SegmentGroup
{
    /// <summary>OR instead of AND.</summary>
    public bool IsAny { get; set; }

    public List<SegmentRow> Rows { get; init; } = [];

    /// <summary>Behind the rows; groups have no groups of their own.</summary>
    public List<SegmentGroup> Groups { get; init; } = [];

    public bool IsComplete => Rows.TrueForAll(row => row.IsComplete) && Groups.TrueForAll(group => group.IsComplete);

    /// <summary>The condition's text; empty without rows. Rows must be complete.</summary>
    public string Write()
    {
        var parts = Rows.Select(row => row.Write())
            .Concat(Groups.Select(group => group.Write()).Where(text => text.Length > 0).Select(text => $"({text})"));
        return string.Join(IsAny ? " OR " : " AND ", parts);
    }

    /// <summary>The rows of a text; null when it says more than rows can show, or cannot be read.</summary>
    public static SegmentGroup? Read(string text)
    {
        if (string.IsNullOrWhiteSpace(text))
        {
            return new SegmentGroup();
        }

        try
        {
            return ReadGroup(ExpressionParser.Parse(text), mayHaveGroups: true);
        }
        catch (ExpressionException)
        {
            return null;
        }
    }

    private static SegmentGroup? ReadGroup(ExpressionNode tree, bool mayHaveGroups)
    {
        var word = (tree as BinaryNode)?.Operator;
        var parts = word is "AND" or "OR" ? Flatten(tree, word) : [tree];
        var group = new SegmentGroup { IsAny = word == "OR" };
        foreach (var part in parts)
        {
            if (part is not BinaryNode { Operator: "AND" or "OR" })
            {
                if (TemplateMatch.Find(part) is not { } row)
                {
                    return null;
                }

                group.Rows.Add(row);
            }
            else if (mayHaveGroups && ReadGroup(part, mayHaveGroups: false) is { } inner)
            {
                group.Groups.Add(inner);
            }
            else
            {
                return null;
            }
        }

        return group;
    }

    private static IEnumerable<ExpressionNode> Flatten(ExpressionNode node, string word) =>
        node is BinaryNode binary && binary.Operator == word ? Flatten(binary.Left, word).Concat(Flatten(binary.Right, word)) : [node];
}
