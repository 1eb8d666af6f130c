using System.Globalization;
using System.Text;

namespace Listmonk.Core.Messengers.Mime;

/// <summary>An address as people write it, <c>Name &lt;address&gt;</c> or the address alone, split into its two halves.</summary>
public readonly record struct MailAddressText(string Name, string Address)
{
    private static readonly IdnMapping Idn = new();

    /// <summary>The part after the last at sign, in its ASCII form; <c>localhost</c> where there is none.</summary>
    public string Domain
    {
        get
        {
            int at = Address.LastIndexOf('@');
            return at < 0 || at == Address.Length - 1 ? "localhost" : ToAsciiDomain(Address[(at + 1)..]);
        }
    }

    /// <summary>Lenient about the name, strict about what could break out of an envelope or a header.</summary>
    public static bool TryParse(string? text, out MailAddressText result)
    {
        result = default;
        string value = text?.Trim() ?? "";
        string name = "";
        if (value.EndsWith('>') && value.LastIndexOf('<') is >= 0 and int open)
        {
            name = Unquote(value[..open].Trim());
            value = value[(open + 1)..^1].Trim();
        }

        if (!IsSafe(value))
        {
            return false;
        }

        result = new MailAddressText(name, value);
        return true;
    }

    /// <summary>One at sign with something on both sides, and neither white space, control characters nor delimiters.</summary>
    public static bool IsSafe(ReadOnlySpan<char> address)
    {
        int at = address.LastIndexOf('@');
        if (at <= 0 || at == address.Length - 1 || address.Length > 320)
        {
            return false;
        }

        foreach (char character in address)
        {
            if (character is <= ' ' or '\x7f' or '<' or '>' or ',' or ';' or '"' or '\\' or (>= '\x80' and <= '\xa0') || char.IsWhiteSpace(character))
            {
                return false;
            }
        }

        return true;
    }

    /// <summary>The address with its domain in ASCII form (RFC 5890), as the envelope needs it.</summary>
    public static string ToAsciiDomainAddress(string address)
    {
        int at = address.LastIndexOf('@');
        return at < 0 || Ascii.IsValid(address.AsSpan(at)) ? address : string.Concat(address.AsSpan(0, at + 1), ToAsciiDomain(address[(at + 1)..]));
    }

    private static string ToAsciiDomain(string domain)
    {
        try
        {
            return Ascii.IsValid(domain) ? domain : Idn.GetAscii(domain);
        }
        catch (ArgumentException)
        {
            // Not a name DNS could hold; the server will say so.
            return domain;
        }
    }

    private static string Unquote(string text) =>
        text.Length >= 2 && text[0] == '"' && text[^1] == '"'
            ? text[1..^1].Replace("\\\"", "\"", StringComparison.Ordinal).Replace(@"\\", @"\", StringComparison.Ordinal)
            : text;
}
