using System.Globalization;
using Listmonk.Core.Templates.Expressions.Evaluation;
using Listmonk.Core.Templates.Expressions.Values;

namespace Listmonk.Core.Templates.Expressions.Functions;

/// <summary>Sprig's arithmetic: add, sub, … cut fractions off; addf, subf, … keep them and calculate in decimal.</summary>
internal static class NumberFunctions
{
    public static readonly TemplateFunction[] All =
    [
        Fold("add", static (a, b) => a + b),
        Fold("mul", static (a, b) => a * b),
        Fold("max", Math.Max),
        Fold("biggest", Math.Max),
        Fold("min", Math.Min),
        new("add1", 1, 1, static (_, arguments) => Value.Whole(Arguments.AsWhole(arguments[0]) + 1)),
        new("sub", 2, 2, static (_, arguments) => Value.Whole(Arguments.AsWhole(arguments[0]) - Arguments.AsWhole(arguments[1]))),
        new("div", 2, 2, static (_, arguments) => Value.Whole(Divide(Arguments.AsWhole(arguments[0]), Arguments.AsWhole(arguments[1]), remainder: false))),
        new("mod", 2, 2, static (_, arguments) => Value.Whole(Divide(Arguments.AsWhole(arguments[0]), Arguments.AsWhole(arguments[1]), remainder: true))),
        FoldDecimal("addf", static (a, b) => a + b, static (a, b) => a + b),
        FoldDecimal("subf", static (a, b) => a - b, static (a, b) => a - b),
        FoldDecimal("mulf", static (a, b) => a * b, static (a, b) => a * b),
        FoldDecimal("divf", static (a, b) => b == 0 ? throw ByZero() : a / b, static (a, b) => b == 0 ? throw ByZero() : a / b),
        FoldDecimal("maxf", Math.Max, Math.Max),
        FoldDecimal("minf", Math.Min, Math.Min),
        new("add1f", 1, 1, static (_, arguments) => Arguments.AsNumber(arguments[0]) + 1),
        new("ceil", 1, 1, static (_, arguments) => Math.Ceiling(Arguments.AsNumber(arguments[0]))),
        new("floor", 1, 1, static (_, arguments) => Math.Floor(Arguments.AsNumber(arguments[0]))),
        new("round", 2, 3, static (_, arguments) => Round(Arguments.AsNumber(arguments[0]), Arguments.Count(arguments[1]), arguments.Length > 2 ? Arguments.AsNumber(arguments[2]) : 0.5)),
        new("int", 1, 1, static (_, arguments) => Value.Whole(Arguments.AsWhole(arguments[0]))),
        new("int64", 1, 1, static (_, arguments) => Value.Whole(Arguments.AsWhole(arguments[0]))),
        new("float64", 1, 1, static (_, arguments) => Arguments.AsNumber(arguments[0])),
        new("atoi", 1, 1, static (_, arguments) => long.TryParse(Arguments.Text(arguments[0]), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var whole) ? Value.Whole(whole) : Value.Whole(0)),
        new("toDecimal", 1, 1, static (_, arguments) => Octal(arguments[0])),
        new("randInt", 2, 2, static (_, arguments) =>
        {
            var (least, most) = (Arguments.Count(arguments[0]), Arguments.Count(arguments[1]));
            return most > least ? Value.Whole(Random.Shared.NextInt64(least, most)) : throw new EvaluationException("randInt needs a smaller and a larger number");
        }),
        new("until", 1, 1, static (state, arguments) =>
        {
            var count = Arguments.Count(arguments[0]);
            return Steps(state, 0, count, count < 0 ? -1 : 1);
        }),
        new("untilStep", 3, 3, static (state, arguments) => Steps(state, Arguments.Count(arguments[0]), Arguments.Count(arguments[1]), Arguments.Count(arguments[2]))),
        new("seq", 0, 3, static (state, arguments) => Sequence(state, arguments)),
    ];

    private static TemplateFunction Fold(string name, Func<long, long, long> combine) => new(name, 1, int.MaxValue, (_, arguments) =>
    {
        // Sprig adds to zero, so that one operand alone is allowed.
        var result = Arguments.AsWhole(arguments[0]);
        foreach (var argument in arguments[1..])
        {
            result = unchecked(combine(result, Arguments.AsWhole(argument)));
        }

        return Value.Whole(result);
    });

    private static TemplateFunction FoldDecimal(string name, Func<decimal, decimal, decimal> exact, Func<double, double, double> wide) => new(name, 1, int.MaxValue, (_, arguments) =>
    {
        var result = Arguments.AsNumber(arguments[0]);
        foreach (var argument in arguments[1..])
        {
            var next = Arguments.AsNumber(argument);
            try
            {
                result = Math.Abs(result) is > 0 and < 1e-20 || Math.Abs(next) is > 0 and < 1e-20
                    ? wide(result, next)
                    : (double)exact((decimal)result, (decimal)next);
            }
            catch (OverflowException)
            {
                result = wide(result, next);
            }
        }

        return result;
    });

    private static long Divide(long left, long right, bool remainder)
    {
        if (right == 0)
        {
            throw ByZero();
        }

        // long.MinValue / -1 overflows in .NET and wraps in Go.
        return right == -1 ? (remainder ? 0 : unchecked(-left)) : remainder ? left % right : left / right;
    }

    private static double Round(double value, int digits, double up)
    {
        if (digits is < -15 or > 15 || !double.IsFinite(value) || Math.Abs(value) > 1e15)
        {
            return value;
        }

        // In decimal: 123.5555 in binary is a little less than it looks.
        var scale = (decimal)Math.Pow(10, Math.Abs(digits));
        var scaled = digits >= 0 ? Math.Abs((decimal)value) : Math.Abs((decimal)value) / scale;
        decimal whole;
        try
        {
            scaled = digits >= 0 ? scaled * scale : scaled;
            whole = Math.Floor(scaled);
        }
        catch (OverflowException)
        {
            return value;
        }

        var rounded = scaled - whole >= (decimal)Math.Clamp(up, 0, 1) && scaled != whole ? whole + 1 : whole;
        return (double)(digits >= 0 ? rounded / scale : rounded * scale) * Math.Sign(value);
    }

    private static object Octal(object? value)
    {
        long result = 0;
        foreach (var c in GoText.Display(value, 64))
        {
            if (c is < '0' or > '7')
            {
                return Value.Whole(0);
            }

            result = unchecked((result * 8) + (c - '0'));
        }

        return Value.Whole(result);
    }

    private static object?[] Steps(RenderState state, long start, long end, long step)
    {
        if (step == 0 || (step > 0 && start >= end) || (step < 0 && start <= end))
        {
            return [];
        }

        var count = ((Math.Abs(end - start) - 1) / Math.Abs(step)) + 1;
        state.Reserve(count);
        var list = new object?[count];
        for (var i = 0; i < list.Length; i++)
        {
            list[i] = Value.Whole(start + (i * step));
        }

        return list;
    }

    private static string Sequence(RenderState state, ReadOnlySpan<object?> arguments)
    {
        long start = 1, end, step;
        switch (arguments.Length)
        {
            case 0:
                return string.Empty;
            case 1:
                end = Arguments.Count(arguments[0]);
                step = end < 1 ? -1 : 1;
                break;
            case 2:
                (start, end) = (Arguments.Count(arguments[0]), Arguments.Count(arguments[1]));
                step = end < start ? -1 : 1;
                break;
            default:
                (start, step, end) = (Arguments.Count(arguments[0]), Arguments.Count(arguments[1]), Arguments.Count(arguments[2]));
                break;
        }

        var text = new TextBuilder(state.Limits.MaxOutputLength);
        foreach (var number in Steps(state, start, end + Math.Sign(step), step))
        {
            text.Append(text.Length > 0 ? " " : string.Empty).Append(GoText.Display(number, int.MaxValue));
        }

        return text.ToString();
    }

    private static EvaluationException ByZero() => new("division by zero");
}
