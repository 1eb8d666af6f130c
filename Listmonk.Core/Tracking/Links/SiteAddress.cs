using System.Globalization;

namespace Listmonk.Core.Tracking.Links;

/// <summary>The parts of a web address that say whose site it is, read without changing a character.</summary>
internal sealed record SiteAddress(string Scheme, string Host, int Port, string Path)
{
    private static readonly IdnMapping Idn = new();

    public static SiteAddress? TryRead(ReadOnlySpan<char> url)
    {
        if (!TryReadScheme(url, out var scheme) || !IsWeb(scheme) || !url[(scheme.Length + 1)..].StartsWith("//"))
        {
            return null;
        }

        var authority = Authority(url);
        var isSecure = scheme.Length == "https".Length;
        var port = isSecure ? 443 : 80;
        var hostLength = authority.StartsWith("[") ? authority.IndexOf(']') + 1 : authority.IndexOf(':') is >= 0 and var colon ? colon : authority.Length;
        var host = authority[..hostLength];
        var portText = authority[hostLength..];
        if (host.Trim('.').IsEmpty || (host[0] == '[' ? !IsAddressLiteral(host) : HasForbiddenCharacter(host)))
        {
            return null;
        }

        if (portText.Length > 0 && (portText[0] != ':' || (portText.Length > 1 && !TryReadPort(portText[1..], out port))))
        {
            return null;
        }

        return new SiteAddress(isSecure ? "https" : "http", host.ToString(), port, url[(scheme.Length + 3 + authority.Length)..].ToString());
    }

    /// <summary>Whether another address lies on this site, at or below this path. Both schemes at their usual ports are one site.</summary>
    public bool Contains(SiteAddress other)
    {
        var isSamePort = Port == other.Port || (IsUsualPort && other.IsUsualPort);
        return isSamePort
            && string.Equals(ComparableHost(Host), ComparableHost(other.Host), StringComparison.Ordinal)
            && other.Path.StartsWith(Path, StringComparison.Ordinal)
            && (other.Path.Length == Path.Length || other.Path[Path.Length] is '/' or '?' or '#' or '\\');
    }

    public static bool TryReadScheme(ReadOnlySpan<char> url, out ReadOnlySpan<char> scheme)
    {
        scheme = default;
        var colon = url.IndexOf(':');
        if (colon <= 0 || !char.IsAsciiLetter(url[0]))
        {
            return false;
        }

        foreach (var c in url[..colon])
        {
            if (!char.IsAsciiLetterOrDigit(c) && c is not ('+' or '-' or '.'))
            {
                return false;
            }
        }

        scheme = url[..colon];
        return true;
    }

    public static bool IsWeb(ReadOnlySpan<char> scheme) =>
        scheme.Equals("https", StringComparison.OrdinalIgnoreCase) || scheme.Equals("http", StringComparison.OrdinalIgnoreCase);

    /// <summary>What stands between the two slashes and the path. Browsers read a backslash as a slash.</summary>
    public static ReadOnlySpan<char> Authority(ReadOnlySpan<char> url)
    {
        var rest = url[(url.IndexOf(':') + 3)..];
        return rest.IndexOfAny("/?#\\") is >= 0 and var end ? rest[..end] : rest;
    }

    public static bool HasForbiddenCharacter(ReadOnlySpan<char> host)
    {
        foreach (var c in host)
        {
            if (c is ' ' or '"' or '<' or '>' or '[' or ']' or '^' or '`' or '{' or '|' or '}' || char.IsControl(c) || char.IsWhiteSpace(c))
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>A host in the form in which two spellings of it are equal: lower case, punycode, no dot at the end.</summary>
    public static string ComparableHost(string host)
    {
        host = host.TrimEnd('.').ToLowerInvariant();
        if (System.Text.Ascii.IsValid(host))
        {
            return host;
        }

        try
        {
            return Idn.GetAscii(host);
        }
        catch (ArgumentException)
        {
            return host;
        }
    }

    private bool IsUsualPort => Port == (Scheme == "https" ? 443 : 80);

    private static bool IsAddressLiteral(ReadOnlySpan<char> host) =>
        host.Length > 2 && host[^1] == ']' && System.Net.IPAddress.TryParse(host[1..^1], out _);

    private static bool TryReadPort(ReadOnlySpan<char> text, out int port) =>
        int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out port) && port <= ushort.MaxValue;
}
