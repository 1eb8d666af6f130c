using System.Buffers;
using System.Net.Mail;

namespace Listmonk.Core.Common;

/// <summary>The product's one rule on what an e-mail address is and how it is stored (spec/subscribers.md 3).</summary>
public static class EmailAddress
{
    /// <summary>Longest address accepted, in characters.</summary>
    public const int MaxLength = 1000;

    private static readonly SearchValues<char> Refused = SearchValues.Create(" \t\r\n<>,;\"()");

    /// <summary>Trims and lower-cases an address and checks its form; the domain is kept as given (no folding of dots or tags).</summary>
    /// <returns>False when the text is not a single address.</returns>
    public static bool TryNormalize(string? text, out string address)
    {
        address = (text ?? "").Trim().ToLowerInvariant();
        if (address.Length is 0 or > MaxLength || address.AsSpan().ContainsAny(Refused))
        {
            return false;
        }

        var at = address.LastIndexOf('@');
        if (at < 1 || at == address.Length - 1 || address.IndexOf('@', StringComparison.Ordinal) != at)
        {
            return false;
        }

        return MailAddress.TryCreate(address, out var parsed) && parsed.Address.Length == address.Length && IsDomain(address.AsSpan(at + 1));
    }

    /// <summary>Splits <c>Name &lt;a@b&gt;</c> or a bare address; used for From fields.</summary>
    public static bool TryParseMailbox(string? text, out string name, out string address)
    {
        name = "";
        address = "";
        var value = (text ?? "").Trim();
        if (value.AsSpan().ContainsAny('\r', '\n'))
        {
            return false;
        }

        var open = value.LastIndexOf('<');
        if (open < 0)
        {
            return TryNormalize(value, out address);
        }

        if (!value.EndsWith('>'))
        {
            return false;
        }

        name = value[..open].Trim().Trim('"').Trim();
        return TryNormalize(value[(open + 1)..^1], out address);
    }

    public static string Domain(string address) => address[(address.LastIndexOf('@') + 1)..];

    private static bool IsDomain(ReadOnlySpan<char> domain)
    {
        if (domain.Length > 253 || domain[0] is '.' or '-' || domain[^1] is '.' or '-')
        {
            return false;
        }

        for (var i = 0; i < domain.Length; i++)
        {
            var c = domain[i];
            if (!(char.IsLetterOrDigit(c) || c is '.' or '-' || c > 127) || (c == '.' && domain[i - 1] == '.'))
            {
                return false;
            }
        }

        return true;
    }
}
