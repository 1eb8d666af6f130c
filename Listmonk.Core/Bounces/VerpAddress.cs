using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using Listmonk.Core.Tracking;

namespace Listmonk.Core.Bounces;

/// <summary>
/// Makes an envelope sender that names campaign and person, such as <c>bounces+5kq…@example.com</c> (VERP), and finds both again in
/// whatever a bounce carries it in: even a server that quotes nothing of the mail sends its report to this address.
/// </summary>
/// <remarks>
/// The token is base32, because on its way the local part may be lower-cased, upper-cased or wrapped (SRS0=…=bounces+token@forwarder).
/// Bytes, at most 18, so at most 29 characters:
///
///   key id  1   in clear
///   tag     8   SipHash-2-4 over key id and plain text
///   body  2-9   plain text XOR key stream, whose nonce is the tag
///
/// Plain text: one byte with the widths of the numbers, then campaign (none for mails outside campaigns) and subscriber in as few bytes as
/// they need. The same construction as <see cref="TrackingTokens"/> under keys derived from the same ring for this purpose alone: neither
/// kind of token can be turned into the other, ids are unreadable, and nobody can report bounces for people without one of their mails.
/// </remarks>
public sealed class VerpAddress(TrackingTokens tokens)
{
    /// <summary>The longest token; an address whose local part leaves this and a plus sign of the 64 characters that SMTP allows can carry it.</summary>
    public const int MaxLength = 29;

    private const string Alphabet = "abcdefghijklmnopqrstuvwxyz234567";
    private const int MinLength = 18;
    private const int TagLength = 8;
    private const int BodyStart = 1 + TagLength;
    private const int MaxBytes = BodyStart + MaxBody;
    private const int MaxBody = 9;

    /// <summary>The address of <paramref name="returnPath"/> with the token as its plus suffix.</summary>
    public string Write(string returnPath, int? campaignId, int subscriberId) => Combine(returnPath, Token(campaignId, subscriberId));

    /// <exception cref="ArgumentOutOfRangeException">An id is not positive.</exception>
    public string Token(int? campaignId, int subscriberId)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(campaignId ?? 1, nameof(campaignId));
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(subscriberId);
        var ring = tokens.Keys;
        var key = ring.Find(ring.CurrentKeyId)!.ReturnPath;
        Span<byte> bytes = stackalloc byte[MaxBytes];
        bytes[0] = (byte)ring.CurrentKeyId;
        var body = bytes[BodyStart..];
        body = body[..Pack(campaignId ?? 0, subscriberId, body)];
        BinaryPrimitives.WriteUInt64LittleEndian(bytes[1..], Tag(key, bytes[0], body));
        Cover(key, bytes[..BodyStart], body);
        return Encode(bytes[..(BodyStart + body.Length)]);
    }

    /// <summary>Finds the first genuine token in an address or in any text that holds one, such as a header of a bounce.</summary>
    public bool TryRead(ReadOnlySpan<char> text, out VerpRecipient recipient)
    {
        while (!text.IsEmpty)
        {
            var end = 0;
            while (end < text.Length && Digit(text[end]) >= 0)
            {
                end++;
            }

            if (end is >= MinLength and <= MaxLength && TryOpen(text[..end], out recipient))
            {
                return true;
            }

            text = text[Math.Min(end + 1, text.Length)..];
        }

        recipient = default;
        return false;
    }

    /// <summary>Puts a token behind the local part of an address.</summary>
    public static string Combine(string returnPath, string token)
    {
        var at = returnPath.LastIndexOf('@');
        return at <= 0 ? returnPath : string.Concat(returnPath.AsSpan(0, at), "+", token, returnPath.AsSpan(at));
    }

    private bool TryOpen(ReadOnlySpan<char> text, out VerpRecipient recipient)
    {
        recipient = default;
        Span<byte> bytes = stackalloc byte[MaxBytes];
        if (!TryDecode(text, ref bytes) || bytes.Length < BodyStart + 2 || tokens.Keys.Find(bytes[0])?.ReturnPath is not { } key)
        {
            return false;
        }

        var body = bytes[BodyStart..];
        Cover(key, bytes[..BodyStart], body);
        Span<byte> expected = stackalloc byte[TagLength];
        BinaryPrimitives.WriteUInt64LittleEndian(expected, Tag(key, bytes[0], body));
        return CryptographicOperations.FixedTimeEquals(expected, bytes[1..BodyStart]) && TryUnpack(body, out recipient);
    }

    private static ulong Tag(TrackingKeyRing.Key key, byte keyId, ReadOnlySpan<byte> plain)
    {
        Span<byte> message = stackalloc byte[1 + MaxBody];
        message[0] = keyId;
        plain.CopyTo(message[1..]);
        return key.Authenticate(message[..(1 + plain.Length)]);
    }

    /// <summary>Its own inverse: encrypts and decrypts.</summary>
    private static void Cover(TrackingKeyRing.Key key, ReadOnlySpan<byte> keyIdAndTag, Span<byte> body)
    {
        Span<byte> message = stackalloc byte[BodyStart + 1];
        keyIdAndTag.CopyTo(message);
        Span<byte> stream = stackalloc byte[2 * sizeof(ulong)];
        BinaryPrimitives.WriteUInt64LittleEndian(stream, key.KeyStream(message));
        message[BodyStart] = 1;
        BinaryPrimitives.WriteUInt64LittleEndian(stream[sizeof(ulong)..], key.KeyStream(message));
        for (var i = 0; i < body.Length; i++)
        {
            body[i] ^= stream[i];
        }
    }

    // Widths: campaign 0-4 in bits 0-2, subscriber 1-4 in bits 3-4.
    private static int Pack(int campaignId, int subscriberId, Span<byte> body)
    {
        var campaign = campaignId == 0 ? 0 : Width(campaignId);
        var subscriber = Width(subscriberId);
        body[0] = (byte)(campaign | ((subscriber - 1) << 3));
        Put(campaignId, body.Slice(1, campaign));
        Put(subscriberId, body.Slice(1 + campaign, subscriber));
        return 1 + campaign + subscriber;
    }

    private static bool TryUnpack(ReadOnlySpan<byte> body, out VerpRecipient recipient)
    {
        recipient = default;
        var campaign = body[0] & 7;
        var subscriber = (body[0] >> 3) + 1;
        if (campaign > 4 || subscriber > 4 || body.Length != 1 + campaign + subscriber)
        {
            return false;
        }

        recipient = new VerpRecipient(campaign == 0 ? null : Take(body.Slice(1, campaign)), Take(body[(1 + campaign)..]));
        return true;
    }

    private static int Width(int value) => value switch { < 1 << 8 => 1, < 1 << 16 => 2, < 1 << 24 => 3, _ => 4 };

    private static void Put(int value, Span<byte> destination)
    {
        for (var i = 0; i < destination.Length; i++)
        {
            destination[i] = (byte)(value >> (8 * i));
        }
    }

    private static int Take(ReadOnlySpan<byte> source)
    {
        var value = 0;
        for (var i = 0; i < source.Length; i++)
        {
            value |= source[i] << (8 * i);
        }

        return value;
    }

    private static string Encode(ReadOnlySpan<byte> bytes)
    {
        Span<char> text = stackalloc char[MaxLength];
        int count = 0, pending = 0, bits = 0;
        foreach (var value in bytes)
        {
            pending = (pending << 8) | value;
            for (bits += 8; bits >= 5; bits -= 5)
            {
                text[count++] = Alphabet[(pending >> (bits - 5)) & 31];
            }

            pending &= (1 << bits) - 1;
        }

        if (bits > 0)
        {
            text[count++] = Alphabet[(pending << (5 - bits)) & 31];
        }

        return new string(text[..count]);
    }

    /// <summary>A token has one spelling only, letter case aside: unused bits are zero and there are fewer than five of them.</summary>
    private static bool TryDecode(ReadOnlySpan<char> text, ref Span<byte> bytes)
    {
        int count = 0, pending = 0, bits = 0;
        foreach (var character in text)
        {
            pending = (pending << 5) | Digit(character);
            bits += 5;
            if (bits >= 8)
            {
                bits -= 8;
                bytes[count++] = (byte)(pending >> bits);
                pending &= (1 << bits) - 1;
            }
        }

        bytes = bytes[..count];
        return bits < 5 && pending == 0;
    }

    private static int Digit(char character) => character switch
    {
        >= 'a' and <= 'z' => character - 'a',
        >= 'A' and <= 'Z' => character - 'A',
        >= '2' and <= '7' => character - '2' + 26,
        _ => -1,
    };
}

/// <summary>Whom an address names, and which campaign's mail it was; none for mails outside campaigns.</summary>
[StructLayout(LayoutKind.Auto)]
public readonly record struct VerpRecipient(int? CampaignId, int SubscriberId);
