using Listmonk.Core.Templates.Expressions.Evaluation;
using Listmonk.Core.Templates.Expressions.Values;

namespace Listmonk.Core.Templates.Expressions.Functions;

/// <summary>Sprig's lists. None changes its argument.</summary>
internal static class ListFunctions
{
    public static readonly TemplateFunction[] All =
    [
        new("list", 0, int.MaxValue, static (state, arguments) => Copy(state, arguments)),
        new("tuple", 0, int.MaxValue, static (state, arguments) => Copy(state, arguments)),
        .. Must("append", 2, static (state, arguments) => Concat(state, Arguments.List(arguments[0]), [arguments[1]])),
        .. Must("push", 2, static (state, arguments) => Concat(state, Arguments.List(arguments[0]), [arguments[1]])),
        .. Must("prepend", 2, static (state, arguments) => Concat(state, [arguments[1]], Arguments.List(arguments[0]))),
        .. Must("first", 1, static (_, arguments) => Arguments.List(arguments[0]) is { Count: > 0 } list ? Value.Normal(list[0]) : null),
        .. Must("last", 1, static (_, arguments) => Arguments.List(arguments[0]) is { Count: > 0 } list ? Value.Normal(list[^1]) : null),
        .. Must("rest", 1, static (state, arguments) => Part(state, Arguments.List(arguments[0]), 1, int.MaxValue)),
        .. Must("initial", 1, static (state, arguments) => Part(state, Arguments.List(arguments[0]), 0, Arguments.List(arguments[0]).Count - 1)),
        .. Must("reverse", 1, static (state, arguments) =>
        {
            var copy = Part(state, Arguments.List(arguments[0]), 0, int.MaxValue);
            Array.Reverse(copy);
            return copy;
        }),
        .. Must("compact", 1, static (state, arguments) => Where(state, Arguments.List(arguments[0]), static (item, _, _) => Value.IsTrue(item), default)),
        .. Must("uniq", 1, static (state, arguments) => Unique(state, Arguments.List(arguments[0]))),
        new("without", 1, int.MaxValue, static (state, arguments) => Where(state, Arguments.List(arguments[0]), Lacks, arguments[1..])),
        new("mustWithout", 1, int.MaxValue, static (state, arguments) => Where(state, Arguments.List(arguments[0]), Lacks, arguments[1..])),
        .. Must("has", 2, static (state, arguments) => Value.Bool(arguments[1] is not null && Contains(state, Arguments.List(arguments[1]), arguments[0]))),
        new("slice", 1, 3, static (state, arguments) => Slice(state, arguments)),
        new("mustSlice", 1, 3, static (state, arguments) => Slice(state, arguments)),
        new("concat", 0, int.MaxValue, static (state, arguments) =>
        {
            IReadOnlyList<object?> all = [];
            foreach (var argument in arguments)
            {
                all = Concat(state, all, Arguments.List(argument));
            }

            return all;
        }),
        .. Must("chunk", 2, static (state, arguments) =>
        {
            var size = Math.Max(1, Arguments.Count(arguments[0]));
            var list = Part(state, Arguments.List(arguments[1]), 0, int.MaxValue);
            return list.Chunk(size).ToArray<object?>();
        }),
    ];

    private delegate bool Test(object? item, ReadOnlySpan<object?> others, RenderState state);

    private static TemplateFunction[] Must(string name, int count, FunctionBody body)
        => [new(name, count, count, body), new("must" + char.ToUpperInvariant(name[0]) + name[1..], count, count, body)];

    private static object?[] Copy(RenderState state, ReadOnlySpan<object?> items)
    {
        state.Reserve(items.Length);
        return items.ToArray();
    }

    private static object?[] Concat(RenderState state, IReadOnlyList<object?> left, IReadOnlyList<object?> right)
    {
        state.Reserve((long)left.Count + right.Count);
        return [.. left, .. right];
    }

    private static object?[] Part(RenderState state, IReadOnlyList<object?> list, int start, int end)
    {
        start = Math.Clamp(start, 0, list.Count);
        end = Math.Clamp(end, start, list.Count);
        state.Reserve(end - start);
        var part = new object?[end - start];
        for (var i = 0; i < part.Length; i++)
        {
            part[i] = list[start + i];
        }

        return part;
    }

    private static object?[] Slice(RenderState state, ReadOnlySpan<object?> arguments)
    {
        var list = Arguments.List(arguments[0]);
        var start = arguments.Length > 1 ? Arguments.Count(arguments[1]) : 0;
        var end = arguments.Length > 2 ? Arguments.Count(arguments[2]) : list.Count;
        return start >= 0 && end >= start && end <= list.Count
            ? Part(state, list, start, end)
            : throw new EvaluationException($"the part {start} to {end} is out of range: there are {list.Count} elements");
    }

    private static object?[] Where(RenderState state, IReadOnlyList<object?> list, Test test, ReadOnlySpan<object?> others)
    {
        state.Reserve(list.Count);
        var kept = new List<object?>();
        foreach (var item in list)
        {
            if (test(Value.Normal(item), others, state))
            {
                kept.Add(item);
            }
        }

        return [.. kept];
    }

    private static bool Lacks(object? item, ReadOnlySpan<object?> others, RenderState state)
    {
        foreach (var other in others)
        {
            if (Value.DeepEquals(item, other, state))
            {
                return false;
            }
        }

        return true;
    }

    private static object?[] Unique(RenderState state, IReadOnlyList<object?> list)
    {
        var kept = new List<object?>();
        foreach (var item in list)
        {
            if (!Contains(state, kept, item))
            {
                kept.Add(item);
            }
        }

        return [.. kept];
    }

    private static bool Contains(RenderState state, IReadOnlyList<object?> list, object? sought)
    {
        foreach (var item in list)
        {
            if (Value.DeepEquals(item, sought, state))
            {
                return true;
            }
        }

        return false;
    }
}
