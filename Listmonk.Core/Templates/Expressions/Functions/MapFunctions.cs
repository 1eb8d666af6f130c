using Listmonk.Core.Templates.Expressions.Evaluation;
using Listmonk.Core.Templates.Expressions.Values;

namespace Listmonk.Core.Templates.Expressions.Functions;

/// <summary>Sprig's maps. Only set, unset and the first argument of merge change a map, and only one made by the template.</summary>
internal static class MapFunctions
{
    private const int MaxNesting = 50;

    public static readonly TemplateFunction[] All =
    [
        new("dict", 0, int.MaxValue, static (state, arguments) =>
        {
            state.Reserve(arguments.Length);
            var map = new TemplateMap();
            for (var i = 0; i < arguments.Length; i += 2)
            {
                map[Arguments.Shown(state, arguments[i])] = i + 1 < arguments.Length ? arguments[i + 1] : string.Empty;
            }

            return map;
        }),
        new("get", 2, 2, static (_, arguments) => Arguments.Map(arguments[0]).TryGetValue(Arguments.Text(arguments[1]), out var value) ? Value.Normal(value) : string.Empty),
        new("set", 3, 3, static (state, arguments) =>
        {
            var map = Own(arguments[0]);
            RefuseCycle(state, map, arguments[2], 0);
            map[Arguments.Text(arguments[1])] = arguments[2];
            return map;
        }),
        new("unset", 2, 2, static (_, arguments) =>
        {
            var map = Own(arguments[0]);
            map.Remove(Arguments.Text(arguments[1]));
            return map;
        }),
        new("hasKey", 2, 2, static (_, arguments) => Value.Bool(Arguments.Map(arguments[0]).ContainsKey(Arguments.Text(arguments[1])))),
        new("pluck", 1, int.MaxValue, static (state, arguments) =>
        {
            state.Reserve(arguments.Length);
            var key = Arguments.Text(arguments[0]);
            var found = new List<object?>();
            foreach (var argument in arguments[1..])
            {
                if (Arguments.Map(argument).TryGetValue(key, out var value))
                {
                    found.Add(value);
                }
            }

            return found.ToArray();
        }),
        new("keys", 0, int.MaxValue, static (state, arguments) =>
        {
            var keys = new List<object?>();
            foreach (var argument in arguments)
            {
                state.Reserve(Arguments.Map(argument).Count);
                keys.AddRange(Arguments.Map(argument).SortedKeys);
            }

            return keys.ToArray();
        }),
        new("values", 1, 1, static (state, arguments) =>
        {
            state.Reserve(Arguments.Map(arguments[0]).Count);
            return Arguments.Map(arguments[0]).Values.ToArray();
        }),
        new("pick", 1, int.MaxValue, static (state, arguments) => Filter(state, arguments, keepNamed: true)),
        new("omit", 1, int.MaxValue, static (state, arguments) => Filter(state, arguments, keepNamed: false)),
        .. Must("merge", 1, static (state, arguments) => MergeAll(state, arguments, overwrite: false)),
        .. Must("mergeOverwrite", 1, static (state, arguments) => MergeAll(state, arguments, overwrite: true)),
        new("dig", 3, int.MaxValue, static (_, arguments) => Dig(arguments)),
        new("deepCopy", 1, 1, static (state, arguments) => Copy(state, arguments[0], 0)),
        new("mustDeepCopy", 1, 1, static (state, arguments) => Copy(state, arguments[0], 0)),
    ];

    private static TemplateFunction[] Must(string name, int least, FunctionBody body)
        => [new(name, least, int.MaxValue, body), new("must" + char.ToUpperInvariant(name[0]) + name[1..], least, int.MaxValue, body)];

    private static TemplateMap Own(object? value)
    {
        var map = Arguments.Map(value);
        return map.IsShared ? throw new EvaluationException("attributes and data cannot be changed; work on a deepCopy") : map;
    }

    // A map inside itself would print for ever.
    private static void RefuseCycle(RenderState state, TemplateMap map, object? value, int nesting)
    {
        state.Step();
        if (ReferenceEquals(map, value) || nesting > MaxNesting)
        {
            throw new EvaluationException("a map cannot hold itself");
        }

        switch (value)
        {
            case TemplateMap inner:
                foreach (var (_, item) in inner)
                {
                    if (item is TemplateMap or object?[])
                    {
                        RefuseCycle(state, map, item, nesting + 1);
                    }
                }

                break;
            case object?[] list:
                foreach (var item in list)
                {
                    if (item is TemplateMap or object?[])
                    {
                        RefuseCycle(state, map, item, nesting + 1);
                    }
                }

                break;
        }
    }

    private static TemplateMap Filter(RenderState state, ReadOnlySpan<object?> arguments, bool keepNamed)
    {
        var source = Arguments.Map(arguments[0]);
        state.Reserve((long)source.Count + arguments.Length);
        var names = new HashSet<string>(StringComparer.Ordinal);
        foreach (var name in arguments[1..])
        {
            names.Add(Arguments.Text(name));
        }

        var map = new TemplateMap();
        foreach (var (key, value) in source)
        {
            if (names.Contains(key) == keepNamed)
            {
                map[key] = value;
            }
        }

        return map;
    }

    private static TemplateMap MergeAll(RenderState state, ReadOnlySpan<object?> arguments, bool overwrite)
    {
        var target = Arguments.Map(arguments[0]);
        target = target.IsShared ? (TemplateMap)Copy(state, target, 0)! : target;
        foreach (var source in arguments[1..])
        {
            Merge(state, target, Arguments.Map(source), overwrite, 0);
        }

        return target;
    }

    private static void Merge(RenderState state, TemplateMap target, TemplateMap source, bool overwrite, int nesting)
    {
        if (ReferenceEquals(target, source))
        {
            return;
        }

        Guard(nesting);
        foreach (var key in source.SortedKeys)
        {
            state.Step();
            var value = source[key];
            var isThere = target.TryGetValue(key, out var present);
            if (isThere && present is TemplateMap inner && value is TemplateMap other)
            {
                Merge(state, inner, other, overwrite, nesting + 1);
            }
            else if (!isThere || (overwrite ? Value.IsTrue(Value.Normal(value)) : !Value.IsTrue(Value.Normal(present))))
            {
                target[key] = Copy(state, value, nesting);
            }
        }
    }

    private static object? Dig(ReadOnlySpan<object?> arguments)
    {
        object? value = Arguments.Map(arguments[^1]);
        foreach (var key in arguments[..^2])
        {
            if (value is not TemplateMap map || !map.TryGetValue(Arguments.Text(key), out value))
            {
                return arguments[^2];
            }

            value = Value.Normal(value);
        }

        return value;
    }

    private static object? Copy(RenderState state, object? value, int nesting)
    {
        Guard(nesting);
        state.Step();
        switch (value)
        {
            case TemplateMap map:
                var copy = new TemplateMap();
                foreach (var key in map.SortedKeys)
                {
                    copy[key] = Copy(state, map[key], nesting + 1);
                }

                return copy;
            case IReadOnlyList<object?> list:
                state.Reserve(list.Count);
                var items = new object?[list.Count];
                for (var i = 0; i < items.Length; i++)
                {
                    items[i] = Copy(state, list[i], nesting + 1);
                }

                return items;
            default:
                return value;
        }
    }

    private static void Guard(int nesting)
    {
        if (nesting > MaxNesting)
        {
            throw new EvaluationException("the value is nested too deeply");
        }
    }
}
