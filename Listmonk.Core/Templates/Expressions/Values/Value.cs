using System.Collections;
using System.Globalization;
using System.Text.Json;
using Listmonk.Core.Templates.Expressions.Evaluation;

namespace Listmonk.Core.Templates.Expressions.Values;

/// <summary>Truth, comparison, conversion and member access of template values.</summary>
internal static class Value
{
    public static readonly object True = true;
    public static readonly object False = false;

    private static readonly object[] SmallNumbers = [.. Enumerable.Range(0, 256).Select(n => (object)(long)n)];

    public static object Bool(bool value) => value ? True : False;

    public static object Whole(long value) => value is >= 0 and < 256 ? SmallNumbers[value] : value;

    /// <summary>Brings what host objects hand over into the few types that templates know.</summary>
    public static object? Normal(object? value) => value switch
    {
        null or string or bool or long or double or TemplateMap => value,
        int whole => Whole(whole),
        JsonElement element => TemplateJson.FromElement(element),
        DateTime time => new DateTimeOffset(time.Kind == DateTimeKind.Unspecified ? DateTime.SpecifyKind(time, DateTimeKind.Utc) : time),
        Guid id => id.ToString(),
        decimal number => (double)number,
        float number => (double)number,
        short or byte or uint or ushort or sbyte => Convert.ToInt64(value, CultureInfo.InvariantCulture),
        Enum => value.ToString(),
        IReadOnlyDictionary<string, object?> map => Copy(map),
        _ => value,
    };

    public static bool IsTrue(object? value) => value switch
    {
        null => false,
        bool flag => flag,
        string text => text.Length > 0,
        long whole => whole != 0,
        double number => number != 0,
        SafeHtml html => html.Markup.Length > 0,
        TemplateMap map => map.Count > 0,
        IReadOnlyList<object?> list => list.Count > 0,
        TimeSpan duration => duration != TimeSpan.Zero,
        NamedNumber named => named.Number != 0,
        _ => true,
    };

    public static object? Member(object? value, string name)
    {
        switch (value)
        {
            case null:
                return null;
            case TemplateMap map:
                return map.TryGetValue(name, out var item) ? Normal(item) : null;
            case ITemplateObject host:
                return host.TryGetMember(name, out var member)
                    ? Normal(member)
                    : throw new EvaluationException($"there is no field {name} here");
            case DateTimeOffset or TimeSpan:
                return TimeMembers.Call(value, name, []);
            default:
                throw new EvaluationException($"a {Describe(value)} has no field {name}");
        }
    }

    public static object? CallMember(object? value, string name, ReadOnlySpan<object?> arguments)
    {
        switch (value)
        {
            case DateTimeOffset or TimeSpan:
                return TimeMembers.Call(value, name, arguments);
            case LanguageMembers language:
                return language.Call(name, arguments);
            case null:
                throw new EvaluationException($"{name} is missing and cannot take arguments");
            default:
                Member(value, name);
                throw new EvaluationException($"{name} takes no arguments");
        }
    }

    public static bool AreEqual(object? left, object? right)
    {
        switch (left, right)
        {
            case (null, null):
                return true;
            case (null, _) or (_, null):
                return false;
            case (string a, string b):
                return a == b;
            case (long a, long b):
                return a == b;
            case (bool a, bool b):
                return a == b;
            case (DateTimeOffset a, DateTimeOffset b):
                return a == b;
            case (TimeSpan a, TimeSpan b):
                return a == b;
        }

        if (TryNumber(left, out var x) && TryNumber(right, out var y))
        {
            return x == y;
        }

        if (TryText(left, out var s) && TryText(right, out var t))
        {
            return s == t;
        }

        throw new EvaluationException(left is IEnumerable and not string || right is IEnumerable and not string
            ? "lists and maps cannot be compared with eq; use deepEqual"
            : $"a {Describe(left)} cannot be compared with a {Describe(right)}");
    }

    public static int Compare(object? left, object? right)
    {
        switch (left, right)
        {
            case (string a, string b):
                return string.CompareOrdinal(a, b);
            case (long a, long b):
                return a.CompareTo(b);
            case (DateTimeOffset a, DateTimeOffset b):
                return a.CompareTo(b);
            case (TimeSpan a, TimeSpan b):
                return a.CompareTo(b);
        }

        if (TryNumber(left, out var x) && TryNumber(right, out var y))
        {
            return x.CompareTo(y);
        }

        throw new EvaluationException($"a {Describe(left)} cannot be ordered against a {Describe(right)}");
    }

    public static bool DeepEquals(object? left, object? right, RenderState state, int nesting = 0)
    {
        state.Step();
        if (nesting > 100)
        {
            throw new EvaluationException("the value is nested too deeply");
        }

        left = Normal(left);
        right = Normal(right);
        switch (left, right)
        {
            case (TemplateMap a, TemplateMap b):
                if (a.Count != b.Count)
                {
                    return false;
                }

                foreach (var key in a.SortedKeys)
                {
                    if (!b.TryGetValue(key, out var other) || !DeepEquals(a[key], other, state, nesting + 1))
                    {
                        return false;
                    }
                }

                return true;
            case (IReadOnlyList<object?> a, IReadOnlyList<object?> b):
                if (a.Count != b.Count)
                {
                    return false;
                }

                for (var i = 0; i < a.Count; i++)
                {
                    if (!DeepEquals(a[i], b[i], state, nesting + 1))
                    {
                        return false;
                    }
                }

                return true;
            case (null, _) or (_, null):
                return left is null && right is null;
            default:
                return TryNumber(left, out var x) && TryNumber(right, out var y) ? x == y : left.Equals(right);
        }
    }

    public static bool TryNumber(object? value, out double number)
    {
        switch (value)
        {
            case long whole:
                number = whole;
                return true;
            case double fractional:
                number = fractional;
                return true;
            case NamedNumber named:
                number = named.Number;
                return true;
            default:
                number = 0;
                return false;
        }
    }

    /// <summary>Whole numbers, and fractional ones without a fraction: JSON knows only the latter.</summary>
    public static bool TryWhole(object? value, out long whole)
    {
        switch (value)
        {
            case long exact:
                whole = exact;
                return true;
            case double number when Math.Floor(number) == number && Math.Abs(number) < 9.2e18:
                whole = (long)number;
                return true;
            case NamedNumber named:
                whole = named.Number;
                return true;
            default:
                whole = 0;
                return false;
        }
    }

    public static bool TryText(object? value, out string text)
    {
        switch (value)
        {
            case string plain:
                text = plain;
                return true;
            case SafeHtml html:
                text = html.Markup;
                return true;
            default:
                text = string.Empty;
                return false;
        }
    }

    /// <summary>Go's name of the type, for typeOf, typeIs and %T.</summary>
    public static string TypeName(object? value) => value switch
    {
        null => "<nil>",
        string => "string",
        bool => "bool",
        long => "int",
        double => "float64",
        SafeHtml => "template.HTML",
        DateTimeOffset => "time.Time",
        TimeSpan => "time.Duration",
        TemplateMap => "map[string]interface {}",
        IReadOnlyList<object?> => "[]interface {}",
        _ => "object",
    };

    public static string KindName(object? value) => value switch
    {
        null => "invalid",
        string or SafeHtml => "string",
        bool => "bool",
        long or NamedNumber => "int",
        double => "float64",
        TimeSpan => "int64",
        TemplateMap => "map",
        IReadOnlyList<object?> => "slice",
        _ => "struct",
    };

    public static string Describe(object? value) => value switch
    {
        null => "missing value",
        string or SafeHtml => "text",
        bool => "true/false value",
        long or double or NamedNumber => "number",
        DateTimeOffset => "time",
        TimeSpan => "duration",
        TemplateMap => "map",
        IReadOnlyList<object?> => "list",
        _ => "record",
    };

    private static TemplateMap Copy(IReadOnlyDictionary<string, object?> map)
    {
        var copy = new TemplateMap();
        foreach (var (key, value) in map)
        {
            copy[key] = value;
        }

        return copy;
    }
}
