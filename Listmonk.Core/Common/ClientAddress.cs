using System.Net;
using System.Net.Sockets;

namespace Listmonk.Core.Common;

/// <summary>Finds the client behind declared proxies.</summary>
/// <remarks>
/// The walk starts at the peer and goes from right to left through what the proxies noted: while the current address belongs to a
/// declared proxy, the entry that it added is believed. The first address that is no declared proxy is the client; an unreadable entry ends
/// the walk, because whoever stands behind it cannot be named. Nothing is read from an undeclared peer, so nobody can invent an address.
/// One header counts: <c>X-Forwarded-For</c>, else <c>Forwarded</c> (RFC 7239), else <c>X-Real-IP</c>.
/// </remarks>
public static class ClientAddress
{
    /// <param name="peer">Who opened the connection.</param>
    /// <param name="header">Reads a request header; several lines in their order, null when absent.</param>
    public static IPAddress Find(IPAddress peer, NetworkSet trusted, Func<string, string?> header)
    {
        var current = Plain(peer);
        if (!trusted.Contains(current))
        {
            return current;
        }

        if (header("X-Forwarded-For") is { } forwardedFor)
        {
            return Walk(current, trusted, forwardedFor.Split(','), entry => entry);
        }

        if (header("Forwarded") is { } forwarded)
        {
            return Walk(current, trusted, SplitQuoted(forwarded, ','), ForOf);
        }

        return header("X-Real-IP") is { } real && TryParse(real, out var address) ? address : current;
    }

    /// <summary>
    /// An address in one of the spellings that proxies use: plain, with a port, IPv6 in brackets, IPv4 inside IPv6. Numbers, short forms and leading
    /// zeros are refused because programs read them differently.
    /// </summary>
    public static bool TryParse(ReadOnlySpan<char> text, out IPAddress address)
    {
        address = IPAddress.None;
        var host = text.Trim();
        if (host.Length > 0 && host[0] == '[')
        {
            var close = host.IndexOf(']');
            if (close < 0 || !IsPortOrNothing(host[(close + 1)..]))
            {
                return false;
            }

            host = host[1..close];
            if (!host.Contains(':'))
            {
                return false;
            }
        }
        else if (host.Count(':') == 1)
        {
            var colon = host.IndexOf(':');
            if (!IsPortOrNothing(host[colon..]))
            {
                return false;
            }

            host = host[..colon];
        }

        var zone = host.IndexOf('%');
        if (zone >= 0 && host.Contains(':'))
        {
            host = host[..zone];
        }

        if (!host.Contains(':') && !IsDottedQuad(host))
        {
            return false;
        }

        if (!IPAddress.TryParse(host, out var parsed))
        {
            return false;
        }

        address = Plain(parsed);
        return true;
    }

    private static IPAddress Walk(IPAddress peer, NetworkSet trusted, IReadOnlyList<string> entries, Func<string, string?> addressOf)
    {
        var current = peer;
        for (var i = entries.Count - 1; i >= 0 && trusted.Contains(current); i--)
        {
            if (string.IsNullOrWhiteSpace(entries[i]))
            {
                continue;
            }

            if (addressOf(entries[i]) is not { } text || !TryParse(text, out var next))
            {
                break;
            }

            current = next;
        }

        return current;
    }

    /// <summary>The <c>for</c> of one element such as <c>for="[2001:db8::7]:4711";proto=https</c>.</summary>
    private static string? ForOf(string element)
    {
        foreach (var pair in SplitQuoted(element, ';'))
        {
            var at = pair.IndexOf('=', StringComparison.Ordinal);
            if (at > 0 && pair.AsSpan(0, at).Trim().Equals("for", StringComparison.OrdinalIgnoreCase))
            {
                return pair[(at + 1)..].Trim().Trim('"');
            }
        }

        return null;
    }

    private static List<string> SplitQuoted(string text, char separator)
    {
        var parts = new List<string>();
        var isQuoted = false;
        var start = 0;
        for (var i = 0; i < text.Length; i++)
        {
            if (text[i] == '"')
            {
                isQuoted = !isQuoted;
            }
            else if (text[i] == separator && !isQuoted)
            {
                parts.Add(text[start..i]);
                start = i + 1;
            }
        }

        parts.Add(text[start..]);
        return parts;
    }

    private static bool IsDottedQuad(ReadOnlySpan<char> text)
    {
        var parts = 0;
        foreach (var part in text.Split('.'))
        {
            var digits = text[part];
            parts++;
            if (digits.Length is 0 or > 3 || digits.ContainsAnyExceptInRange('0', '9') || (digits.Length > 1 && digits[0] == '0'))
            {
                return false;
            }
        }

        return parts == 4;
    }

    private static bool IsPortOrNothing(ReadOnlySpan<char> text) =>
        text.Length == 0 || (text[0] == ':' && text.Length is > 1 and <= 6 && !text[1..].ContainsAnyExceptInRange('0', '9'));

    private static IPAddress Plain(IPAddress address) =>
        address.IsIPv4MappedToIPv6 ? address.MapToIPv4()
        : address.AddressFamily == AddressFamily.InterNetworkV6 && address.ScopeId != 0 ? new IPAddress(address.GetAddressBytes())
        : address;
}
