using System.Buffers;

namespace Listmonk.Core.Tracking.Judging;

/// <summary>
/// A list of names looked for in user agents, letter case aside. A name must begin where a word begins; one that starts with <c>^</c>
/// must stand at the very start.
/// </summary>
public sealed class AgentNames
{
    private readonly SearchValues<string> _anywhere;
    private readonly ILookup<char, string> _byFirst;
    private readonly string[] _starts;

    public AgentNames(IEnumerable<string> names)
    {
        var all = names.Select(name => name.Trim()).Where(name => name.TrimStart('^').Length > 0).Distinct(StringComparer.OrdinalIgnoreCase).ToList();
        _starts = [.. all.Where(name => name[0] == '^').Select(name => name[1..])];
        var anywhere = all.Where(name => name[0] != '^').ToList();
        _anywhere = SearchValues.Create([.. anywhere], StringComparison.OrdinalIgnoreCase);
        _byFirst = anywhere.ToLookup(name => char.ToLowerInvariant(name[0]));
    }

    /// <summary>The name that the agent carries; null when none.</summary>
    public string? Find(ReadOnlySpan<char> agent)
    {
        foreach (var name in _starts)
        {
            if (agent.StartsWith(name, StringComparison.OrdinalIgnoreCase))
            {
                return name;
            }
        }

        for (var from = 0; agent[from..].IndexOfAny(_anywhere) is var at and >= 0; from += at + 1)
        {
            var start = from + at;
            if (start > 0 && char.IsAsciiLetterOrDigit(agent[start]) && char.IsAsciiLetterOrDigit(agent[start - 1]))
            {
                continue;
            }

            foreach (var name in _byFirst[char.ToLowerInvariant(agent[start])])
            {
                if (agent[start..].StartsWith(name, StringComparison.OrdinalIgnoreCase))
                {
                    return name;
                }
            }
        }

        return null;
    }
}
