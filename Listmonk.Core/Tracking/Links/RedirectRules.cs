using System.Globalization;
using System.Text;

namespace Listmonk.Core.Tracking.Links;

/// <summary>What a click may lead to, and how a destination is written in a Location header.</summary>
public static class RedirectRules
{
    /// <summary>
    /// Whether a redirect may go to an address: absolute, http or https, with a host, without user information and control characters.
    /// To be asked of every destination that was rendered for a person.
    /// </summary>
    public static bool IsAllowed(string destination)
    {
        ArgumentNullException.ThrowIfNull(destination);
        return !HasControlCharacter(destination) && SiteAddress.TryRead(destination) is not null && !SiteAddress.Authority(destination).Contains('@');
    }

    /// <summary>An allowed destination in ASCII: the host in punycode, what may not stand in a header percent-encoded, all else as it is.</summary>
    public static string ToLocation(string destination)
    {
        ArgumentNullException.ThrowIfNull(destination);
        if (!destination.AsSpan().ContainsAnyExceptInRange('!', '~') && destination.AsSpan().IndexOfAny("\"<>") < 0)
        {
            return destination;
        }

        var location = new StringBuilder(destination.Length + 32);
        var pathStart = 0;

        // A host without a punycode form is percent-encoded like the rest; browsers undo that.
        if (SiteAddress.TryRead(destination) is { } address
            && !Ascii.IsValid(address.Host)
            && SiteAddress.ComparableHost(address.Host) is var host
            && Ascii.IsValid(host))
        {
            var hostStart = address.Scheme.Length + 3;
            location.Append(destination.AsSpan(0, hostStart)).Append(host);
            pathStart = hostStart + address.Host.Length;
        }

        Span<byte> utf8 = stackalloc byte[4];
        foreach (var rune in destination.AsSpan(pathStart).EnumerateRunes())
        {
            if (rune.Value is > ' ' and <= '~' and not ('"' or '<' or '>'))
            {
                location.Append((char)rune.Value);
                continue;
            }

            foreach (var b in utf8[..rune.EncodeToUtf8(utf8)])
            {
                location.Append('%').Append(b.ToString("X2", CultureInfo.InvariantCulture));
            }
        }

        return location.ToString();
    }

    /// <summary>Also finds halves of surrogate pairs, which no encoding of the address could carry.</summary>
    internal static bool HasControlCharacter(ReadOnlySpan<char> text)
    {
        while (!text.IsEmpty)
        {
            if (Rune.DecodeFromUtf16(text, out var rune, out var length) != System.Buffers.OperationStatus.Done || Rune.IsControl(rune))
            {
                return true;
            }

            text = text[length..];
        }

        return false;
    }
}
