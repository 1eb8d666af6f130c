using Listmonk.Core.Templates.Expressions.Evaluation;

namespace Listmonk.Core.Templates.Expressions.Values;

/// <summary>What <c>L</c> returns: <c>L.T "key"</c>, <c>L.Ts "key" "name" "value"</c>, <c>L.Tc "key" 2</c>.</summary>
internal sealed class LanguageMembers(ITemplateLanguage? language) : ITemplateObject
{
    public bool TryGetMember(string name, out object? value)
    {
        value = null;
        return name is "T" or "Ts" or "Tc" ? throw new EvaluationException($"L.{name} needs a key") : false;
    }

    public object? Call(string name, ReadOnlySpan<object?> arguments)
    {
        if (name is not ("T" or "Ts" or "Tc"))
        {
            throw new EvaluationException($"L has no method {name}");
        }

        if (arguments.Length == 0 || !Value.TryText(arguments[0], out var key))
        {
            throw new EvaluationException($"L.{name} needs a key");
        }

        switch (name)
        {
            case "T" when arguments.Length == 1:
                return language?.T(key) ?? key;
            case "Tc" when arguments.Length == 2 && Value.TryWhole(arguments[1], out var count):
                return language?.Tc(key, count) ?? key;
            case "Ts" when arguments.Length % 2 == 1:
                var pairs = new string[arguments.Length - 1];
                for (var i = 0; i < pairs.Length; i++)
                {
                    pairs[i] = GoText.Display(arguments[i + 1], int.MaxValue);
                }

                return language?.Ts(key, pairs) ?? key;
            default:
                throw new EvaluationException($"wrong arguments for L.{name}");
        }
    }
}
