using System.Globalization;
using System.Text;
using Listmonk.Core.Subscribers.Filtering;

namespace Listmonk.Core.Subscribers.Segments;

/// <summary>
/// Recognises a form in a part of a condition: the form's own text is parsed with marks in its holes, and both trees are compared. So
/// blanks, brackets and upper or lower case do not matter, and a form is written down once.
/// </summary>
internal sealed class TemplateMatch
{
    private const char Mark = '\u0001';
    private const long FirstNumber = 7_000_000_001;

    private static readonly string[] Holes = [SegmentForm.Value, SegmentForm.Key, SegmentForm.Days];

    private static readonly (SegmentForm Form, ExpressionNode Tree)[] Trees = [.. SegmentForms.All.Select(form => (form, Parse(form)))];

    private readonly Dictionary<string, string> _values = new(StringComparer.Ordinal);

    public static SegmentRow? Find(ExpressionNode node)
    {
        foreach (var (form, tree) in Trees)
        {
            var match = new TemplateMatch();
            if (match.Same(tree, node, ExpressionSchema.Subscribers))
            {
                var row = new SegmentRow { Form = form, Values = match._values };
                if (row.IsComplete)
                {
                    return row;
                }
            }
        }

        return null;
    }

    private static ExpressionNode Parse(SegmentForm form) => ExpressionParser.Parse(form.Fill((hole, input, place) =>
    {
        var index = Array.IndexOf(Holes, hole);
        var mark = $"{Mark}{index}{Mark}";
        return place != SegmentHole.Alone ? mark
            : input is SegmentInput.Number or SegmentInput.List or SegmentInput.Campaign ? (FirstNumber + index).ToString(CultureInfo.InvariantCulture)
            : $"'{mark}'";
    }));

    /// <param name="template">Of the form.</param>
    /// <param name="node">Of the condition.</param>
    /// <param name="table">What a column without a table belongs to.</param>
    private bool Same(ExpressionNode? template, ExpressionNode? node, string table) => (template, node) switch
    {
        (null, null) => true,
        (LiteralNode { Value: long and >= FirstNumber and < FirstNumber + 3 } hole, _) => Number(node) is { } number && Take((long)hole.Value! - FirstNumber, number),
        (LiteralNode { Value: string text }, LiteralNode { Value: string other }) => SameText(text, other, isPattern: false),
        (LiteralNode one, LiteralNode other) => Equals(one.Value, other.Value),
        (ColumnNode one, ColumnNode other) => one.Name == other.Name && (one.Table == other.Table || (one.Table is null && other.Table == table)),
        (NotNode one, NotNode other) => Same(one.Inner, other.Inner, table),
        (BinaryNode one, BinaryNode other) => one.Operator == other.Operator && Same(one.Left, other.Left, table) && Same(one.Right, other.Right, table),
        (LikeNode one, LikeNode { Escape: null } other) => one.IgnoresCase == other.IgnoresCase && one.IsNegated == other.IsNegated && Same(one.Value, other.Value, table)
            && one.Pattern is LiteralNode { Value: string pattern } && other.Pattern is LiteralNode { Value: string text } && SameText(pattern, text, isPattern: true),
        (IsNode one, IsNode other) => one.What == other.What && one.IsNegated == other.IsNegated && Same(one.Value, other.Value, table),
        (ExistsNode one, ExistsNode other) => Same(one.Select, other.Select),
        (ScalarNode one, ScalarNode other) => Same(one.Select, other.Select),
        (CastNode one, CastNode other) => one.Type == other.Type && Same(one.Value, other.Value, table),
        (IntervalNode one, IntervalNode other) => SameText(one.Text, other.Text, isPattern: false),
        (FunctionNode one, FunctionNode other) => one.Name == other.Name && one.IsStar == other.IsStar && one.IsDistinct == other.IsDistinct
            && one.Arguments.Count == other.Arguments.Count && one.Arguments.Zip(other.Arguments).All(pair => Same(pair.First, pair.Second, table)),
        _ => false,
    };

    private bool Same(SelectNode one, SelectNode other) =>
        one.From.Table == other.From.Table && other.Joins.Count == 0 && other.GroupBy.Count == 0 && other.Having is null && one.IsDistinct == other.IsDistinct
        && Same(one.Result, other.Result, other.From.Alias) && Same(one.Where, other.Where, other.From.Alias);

    private bool SameText(string template, string text, bool isPattern)
    {
        var start = template.IndexOf(Mark, StringComparison.Ordinal);
        if (start < 0)
        {
            return template == text;
        }

        var (before, after) = (template[..start], template[(start + 3)..]);
        return text.Length >= before.Length + after.Length && text.StartsWith(before, StringComparison.Ordinal) && text.EndsWith(after, StringComparison.Ordinal)
            && text[before.Length..^after.Length] is var middle && (isPattern ? Unescape(middle) : middle) is { } value
            && Take(template[start + 1] - '0', value);
    }

    private bool Take(long hole, string value)
    {
        var name = Holes[hole];
        return _values.TryAdd(name, value) || _values[name] == value;
    }

    /// <summary>Null for what is more than plain text: a pattern with wildcards of its own, or one that escapes what comes behind.</summary>
    private static string? Unescape(string pattern)
    {
        var text = new StringBuilder();
        for (var i = 0; i < pattern.Length; i++)
        {
            if (pattern[i] is '%' or '_' || (pattern[i] == '\\' && ++i == pattern.Length))
            {
                return null;
            }

            text.Append(pattern[i]);
        }

        return text.ToString();
    }

    /// <summary>A negative number is a subtraction from zero in the tree.</summary>
    private static string? Number(ExpressionNode? node) => node switch
    {
        LiteralNode { Value: long or decimal } literal => Convert.ToString(literal.Value, CultureInfo.InvariantCulture),
        BinaryNode { Operator: "-", Left: LiteralNode { Value: 0L }, Right: LiteralNode { Value: long or decimal } literal } => "-" + Convert.ToString(literal.Value, CultureInfo.InvariantCulture),
        _ => null,
    };
}
