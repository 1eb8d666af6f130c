using System.Globalization;
using Listmonk.Core.Templates.Expressions.Evaluation;
using Listmonk.Core.Templates.Expressions.Values;

namespace Listmonk.Core.Templates.Expressions.Functions;

/// <summary>Reads the arguments of functions; a wrong kind fails with the function's view of it.</summary>
internal static class Arguments
{
    /// <summary>Strict: a number or a missing value is refused, as listmonk does, so that a typing error in a field name is noticed.</summary>
    public static string Text(object? value)
        => Value.TryText(value, out var text) ? text : throw new EvaluationException($"a text is required, not a {Value.Describe(value)}; use toString or default");

    public static int Count(object? value)
    {
        if (!Value.TryWhole(value, out var whole))
        {
            throw new EvaluationException($"a whole number is required, not a {Value.Describe(value)}");
        }

        return (int)Math.Clamp(whole, int.MinValue, int.MaxValue);
    }

    /// <summary>Lenient, like Sprig's casts: texts are read as numbers, what is none is zero.</summary>
    public static long AsWhole(object? value) => value switch
    {
        long whole => whole,
        double number => double.IsNaN(number) ? 0 : (long)Math.Clamp(number, long.MinValue, 9.2233720368547748e18),
        bool flag => flag ? 1 : 0,
        NamedNumber named => named.Number,
        TimeSpan duration => duration.Ticks * 100,
        string text when long.TryParse(text.Trim(), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var whole) => whole,
        string text when double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var number) => AsWhole(number),
        _ => 0,
    };

    /// <inheritdoc cref="AsWhole"/>
    public static double AsNumber(object? value) => value switch
    {
        long whole => whole,
        double number => number,
        bool flag => flag ? 1 : 0,
        NamedNumber named => named.Number,
        string text when double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var number) => number,
        _ => 0,
    };

    public static IReadOnlyList<object?> List(object? value)
        => value as IReadOnlyList<object?> ?? throw new EvaluationException($"a list is required, not a {Value.Describe(value)}");

    public static TemplateMap Map(object? value)
        => value as TemplateMap ?? throw new EvaluationException($"a map is required, not a {Value.Describe(value)}");

    public static string Shown(RenderState state, object? value) => value is null ? "<nil>" : GoText.Display(value, state.Limits.MaxOutputLength);

    /// <summary>The elements of a list as texts, nothing for those missing; any other value is a list of itself.</summary>
    public static List<string> Texts(RenderState state, object? value)
    {
        var texts = new List<string>();
        if (value is IReadOnlyList<object?> list)
        {
            state.Reserve(list.Count);
            foreach (var item in list)
            {
                if (item is not null)
                {
                    texts.Add(Shown(state, Value.Normal(item)));
                }
            }
        }
        else if (value is not null)
        {
            texts.Add(Shown(state, value));
        }

        return texts;
    }
}
