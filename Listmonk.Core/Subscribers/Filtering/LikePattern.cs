using System.Text;

namespace Listmonk.Core.Subscribers.Filtering;

/// <summary>A LIKE pattern, freed from its escape character so that it can be written in another dialect.</summary>
internal sealed class LikePattern
{
    private readonly List<(char Character, bool IsWild)> _parts = [];

    /// <param name="escape">Null means the default, a backslash; empty means none.</param>
    public LikePattern(string pattern, string? escape)
    {
        char? sign = escape is null ? '\\' : escape.Length == 0 ? null : escape[0];
        for (var i = 0; i < pattern.Length; i++)
        {
            if (pattern[i] == sign && i + 1 < pattern.Length)
            {
                _parts.Add((pattern[++i], false));
            }
            else
            {
                _parts.Add((pattern[i], pattern[i] is '%' or '_'));
            }
        }
    }

    /// <summary>Text in which no character is a wildcard, with a backslash as the escape character.</summary>
    public static string Literal(string text) => text
        .Replace("\\", "\\\\", StringComparison.Ordinal)
        .Replace("%", "\\%", StringComparison.Ordinal)
        .Replace("_", "\\_", StringComparison.Ordinal);

    public bool IsAscii => _parts.TrueForAll(part => char.IsAscii(part.Character));

    /// <summary>SQLite's GLOB is its only case-sensitive pattern.</summary>
    public string ToGlob() => Write((text, part) =>
    {
        if (part.IsWild)
        {
            text.Append(part.Character == '%' ? '*' : '?');
        }
        else if (part.Character is '*' or '?' or '[')
        {
            text.Append('[').Append(part.Character).Append(']');
        }
        else
        {
            text.Append(part.Character);
        }
    });

    /// <summary>A LIKE pattern with a backslash as its escape character.</summary>
    public string ToLike() => Write((text, part) =>
    {
        if (!part.IsWild && part.Character is '%' or '_' or '\\' && !part.IsWild)
        {
            text.Append('\\');
        }

        text.Append(part.Character);
    });

    private string Write(Action<StringBuilder, (char Character, bool IsWild)> write)
    {
        var text = new StringBuilder();
        _parts.ForEach(part => write(text, part));
        return text.ToString();
    }
}
