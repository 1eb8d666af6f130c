using System.Text;

namespace Listmonk.Core.Tracking.Links;

/// <summary>Campaign parameters for the analytics of the site a link leads to; parameters that a link has already win.</summary>
public sealed record UtmParameters(IReadOnlyList<KeyValuePair<string, string>> Pairs)
{
    /// <summary>The address with the parameters it lacks, as text before the fragment; everything else of it stays as it is.</summary>
    public string AppendTo(string address)
    {
        ArgumentNullException.ThrowIfNull(address);
        return address.Insert(FragmentOf(address), Missing(address, "&"));
    }

    /// <summary>What is to be inserted before the fragment: a question mark or the separator, then the pairs; empty when nothing is missing.</summary>
    internal string Missing(string address, string separator)
    {
        var end = FragmentOf(address);
        var query = address.AsSpan(0, end).IndexOf('?');
        var names = new HashSet<string>(StringComparer.OrdinalIgnoreCase);
        if (query >= 0)
        {
            foreach (var part in address[(query + 1)..end].Split('&', ';'))
            {
                names.Add(part.Split('=', 2)[0]);
            }
        }

        var missing = new StringBuilder();
        var isOpen = query >= 0 && address[end - 1] is '?' or '&';
        foreach (var (name, value) in Pairs.Where(pair => pair.Value.Length > 0 && !names.Contains(pair.Key)))
        {
            missing.Append(missing.Length > 0 ? separator : query < 0 ? "?" : isOpen ? "" : separator);
            missing.Append(name).Append('=').Append(Uri.EscapeDataString(value));
        }

        return missing.ToString();
    }

    internal static int FragmentOf(string address) => address.IndexOf('#', StringComparison.Ordinal) is >= 0 and var at ? at : address.Length;
}
