using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Text;

namespace Listmonk.Bench;

/// <summary>A command of this program: its name, its options with their defaults, and what it does.</summary>
internal sealed record Scenario(string Name, string Summary, IReadOnlyList<ScenarioOption> Options, Func<ScenarioOptions, CancellationToken, Task> RunAsync)
{
    public static string Help(IEnumerable<Scenario> scenarios)
    {
        var text = new StringBuilder("""
            dotnet run -c Release --project bench/Listmonk.Bench -- COMMAND [--OPTION VALUE ...]
            Options are shown with their defaults. The server is the published DLL, else published first; its data goes to DIR, else to a folder that is deleted.

            """);
        foreach (var scenario in scenarios)
        {
            text.Append(CultureInfo.InvariantCulture, $"\n{scenario.Name,-8}{scenario.Summary}\n        ");
            text.AppendJoin(' ', scenario.Options.Select(option => $"--{option.Name} {(option.Default.Length > 0 ? option.Default : option.Placeholder)}")).Append('\n');
        }

        return text.ToString();
    }

    /// <summary>Reads <c>--name value</c> pairs; a name that the scenario does not know is a fault.</summary>
    public bool TryRead(IReadOnlyList<string> arguments, [NotNullWhen(true)] out ScenarioOptions? options, [NotNullWhen(false)] out string? fault)
    {
        (options, fault) = (null, null);
        var values = Options.ToDictionary(option => option.Name, option => option.Default, StringComparer.Ordinal);
        for (var i = 0; i < arguments.Count; i += 2)
        {
            var name = arguments[i].TrimStart('-');
            if (i + 1 == arguments.Count || !values.ContainsKey(name))
            {
                fault = $"'{Name}' takes {string.Join(", ", Options.Select(option => "--" + option.Name))}, each with a value; not '{arguments[i]}'.";
                return false;
            }

            values[name] = arguments[i + 1];
        }

        options = new ScenarioOptions(values);
        return true;
    }
}

/// <summary>An option and the value it has when it is not given; the help shows the placeholder where that is empty.</summary>
internal sealed record ScenarioOption(string Name, string Default, string Placeholder = "");

/// <summary>The options of one run.</summary>
internal sealed class ScenarioOptions(IReadOnlyDictionary<string, string> values)
{
    public string Text(string name) => values[name];

    public int Number(string name) => int.Parse(values[name], NumberStyles.AllowThousands, CultureInfo.InvariantCulture);
}
