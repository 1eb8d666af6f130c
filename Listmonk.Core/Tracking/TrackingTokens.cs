using System.Buffers.Binary;
using System.Buffers.Text;
using System.Security.Cryptography;

namespace Listmonk.Core.Tracking;

/// <summary>Turns what a tracked address stands for into a short opaque text, and back.</summary>
/// <remarks>
/// Layout, at most 24 bytes, so at most 32 characters of base64url:
///
///   header  1   kind (bit 7) and key id (bits 0 to 6), in clear
///   tag     8   SipHash-2-4 under the key's first half over header and plain text
///   body  2-15  plain text XOR key stream
///
/// Plain text: one byte with the widths of the numbers, then campaign, subscriber, link and position in as few bytes as they need.
/// It is a synthetic-IV construction: the tag authenticates everything and is at the same time the nonce of the key stream,
/// SipHash-2-4 under the key's second half over tag, header and block number. So the same input always gives the same token (a repeated
/// mail is identical), nothing needs storing, ids are unreadable, and an open cannot be turned into a link, because the header is authenticated.
///
/// Why SipHash and not HMAC-SHA256 or AES: a mail with twenty links needs 21 tokens, and two HMACs each would be a fifth of the
/// processor time a message may cost; the platform's AES allocates per call. SipHash is a published pseudo-random function
/// meant for authenticating short messages; its 64 bits are the whole tag, a guess online succeeds once in 2^64.
/// Two of 2^32 tokens may share a tag by chance and then reveal the difference of their ids to somebody who holds both: accepted.
/// Lengths tell the size of the ids roughly: accepted too.
/// </remarks>
public sealed class TrackingTokens(TrackingKeyRing keys)
{
    public const int MaxLength = 32;

    private const int HeaderLength = 1;
    private const int TagLength = 8;
    private const int BodyStart = HeaderLength + TagLength;
    private const int MaxBytes = 24;
    private const byte ClickBit = 0x80;

    private TrackingKeyRing _keys = keys;

    /// <summary>The keys in force. A new ring takes over at once, for instance after a rotation.</summary>
    public TrackingKeyRing Keys
    {
        get => Volatile.Read(ref _keys);
        set => Volatile.Write(ref _keys, value ?? throw new ArgumentNullException(nameof(value)));
    }

    /// <returns>The number of characters written, at most <see cref="MaxLength"/>.</returns>
    /// <exception cref="ArgumentOutOfRangeException">An id is not positive, or the position exceeds <see cref="TrackingToken.MaxPosition"/>.</exception>
    public int Write(in TrackingToken token, Span<char> destination)
    {
        Span<byte> bytes = stackalloc byte[MaxBytes];
        return Base64Url.EncodeToChars(bytes[..Seal(token, bytes)], destination);
    }

    /// <inheritdoc cref="Write(in TrackingToken, Span{char})"/>
    public int Write(in TrackingToken token, Span<byte> destination)
    {
        Span<byte> bytes = stackalloc byte[MaxBytes];
        return Base64Url.EncodeToUtf8(bytes[..Seal(token, bytes)], destination);
    }

    public string Write(in TrackingToken token)
    {
        Span<char> text = stackalloc char[MaxLength];
        return new string(text[..Write(token, text)]);
    }

    /// <summary>Reads a token of one kind; one of the other kind is refused.</summary>
    public bool TryRead(ReadOnlySpan<char> text, HitKind kind, out TrackingToken token)
    {
        if (TryRead(text, out token) && token.Kind == kind)
        {
            return true;
        }

        token = default;
        return false;
    }

    public bool TryRead(ReadOnlySpan<char> text, out TrackingToken token)
    {
        token = default;
        Span<byte> bytes = stackalloc byte[MaxBytes];
        return TryDecode(text, bytes, out var length) && TryOpen(bytes[..length], out token);
    }

    /// <summary>Whether the text may be a token of a key that is not on the ring (yet).</summary>
    public bool NamesUnknownKey(ReadOnlySpan<char> text)
    {
        Span<byte> bytes = stackalloc byte[MaxBytes];
        return TryDecode(text, bytes, out var length) && length > BodyStart && Keys.Find(bytes[0] & ~ClickBit) is null;
    }

    private int Seal(in TrackingToken token, Span<byte> bytes)
    {
        Check(token);
        var ring = Keys;
        bytes[0] = (byte)(ring.CurrentKeyId | (token.Kind == HitKind.Click ? ClickBit : 0));

        var body = bytes[BodyStart..];
        var length = Pack(token, body);
        var key = ring.Find(ring.CurrentKeyId)!;
        BinaryPrimitives.WriteUInt64LittleEndian(bytes[HeaderLength..], Tag(key, bytes[0], body[..length]));
        Cover(key, bytes[..BodyStart], body[..length]);
        return BodyStart + length;
    }

    private bool TryOpen(Span<byte> bytes, out TrackingToken token)
    {
        token = default;
        if (bytes.Length <= BodyStart || Keys.Find(bytes[0] & ~ClickBit) is not { } key)
        {
            return false;
        }

        var body = bytes[BodyStart..];
        Cover(key, bytes[..BodyStart], body);

        Span<byte> expected = stackalloc byte[TagLength];
        BinaryPrimitives.WriteUInt64LittleEndian(expected, Tag(key, bytes[0], body));
        return CryptographicOperations.FixedTimeEquals(expected, bytes.Slice(HeaderLength, TagLength))
            && TryUnpack((bytes[0] & ClickBit) != 0 ? HitKind.Click : HitKind.Open, body, out token);
    }

    private static ulong Tag(TrackingKeyRing.Key key, byte header, ReadOnlySpan<byte> plain)
    {
        Span<byte> message = stackalloc byte[HeaderLength + MaxBytes - BodyStart];
        message[0] = header;
        plain.CopyTo(message[HeaderLength..]);
        return key.Authenticate(message[..(HeaderLength + plain.Length)]);
    }

    /// <summary>Its own inverse: encrypts and decrypts.</summary>
    private static void Cover(TrackingKeyRing.Key key, ReadOnlySpan<byte> headerAndTag, Span<byte> body)
    {
        Span<byte> message = stackalloc byte[BodyStart + 1];
        headerAndTag.CopyTo(message);
        Span<byte> stream = stackalloc byte[2 * sizeof(ulong)];
        BinaryPrimitives.WriteUInt64LittleEndian(stream, key.KeyStream(message));
        message[BodyStart] = 1;
        BinaryPrimitives.WriteUInt64LittleEndian(stream[sizeof(ulong)..], key.KeyStream(message));

        for (var i = 0; i < body.Length; i++)
        {
            body[i] ^= stream[i];
        }
    }

    // Widths: campaign 1-4 in bits 0-1, subscriber 0-4 in bits 2-4, link 1-4 in bits 5-6, position 1-2 in bit 7. An open has neither link nor position.
    private static int Pack(in TrackingToken token, Span<byte> body)
    {
        var campaign = Width(token.CampaignId);
        var subscriber = token.SubscriberId is { } id ? Width(id) : 0;
        var at = 1;
        Put(token.CampaignId, campaign, body, ref at);
        Put(token.SubscriberId ?? 0, subscriber, body, ref at);
        var widths = (campaign - 1) | (subscriber << 2);
        if (token.Kind == HitKind.Click)
        {
            var link = Width(token.LinkId);
            var position = Width(token.Position);
            Put(token.LinkId, link, body, ref at);
            Put(token.Position, position, body, ref at);
            widths |= ((link - 1) << 5) | ((position - 1) << 7);
        }

        body[0] = (byte)widths;
        return at;
    }

    private static bool TryUnpack(HitKind kind, ReadOnlySpan<byte> body, out TrackingToken token)
    {
        int widths = body[0];
        var campaign = (widths & 3) + 1;
        var subscriber = (widths >> 2) & 7;
        var link = kind == HitKind.Click ? ((widths >> 5) & 3) + 1 : 0;
        var position = kind == HitKind.Click ? (widths >> 7) + 1 : 0;
        token = default;
        if (subscriber > 4 || body.Length != 1 + campaign + subscriber + link + position)
        {
            return false;
        }

        var at = 1;
        token = new TrackingToken(
            kind,
            Take(campaign, body, ref at),
            subscriber == 0 ? null : Take(subscriber, body, ref at),
            Take(link, body, ref at),
            Take(position, body, ref at));
        return true;
    }

    private static int Width(int value) => value switch { < 1 << 8 => 1, < 1 << 16 => 2, < 1 << 24 => 3, _ => 4 };

    private static void Put(int value, int width, Span<byte> body, ref int at)
    {
        for (var i = 0; i < width; i++)
        {
            body[at++] = (byte)(value >> (8 * i));
        }
    }

    private static int Take(int width, ReadOnlySpan<byte> body, ref int at)
    {
        var value = 0;
        for (var i = 0; i < width; i++)
        {
            value |= body[at++] << (8 * i);
        }

        return value;
    }

    /// <summary>The platform's decoder ignores blanks, padding and unused bits; a token has one spelling only, so the bytes are encoded again and compared.</summary>
    private static bool TryDecode(ReadOnlySpan<char> text, Span<byte> bytes, out int length)
    {
        length = 0;
        if (text.Length > MaxLength || !Base64Url.IsValid(text) || !Base64Url.TryDecodeFromChars(text, bytes, out length))
        {
            return false;
        }

        Span<char> canonical = stackalloc char[MaxLength];
        return canonical[..Base64Url.EncodeToChars(bytes[..length], canonical)].SequenceEqual(text);
    }

    private static void Check(in TrackingToken token)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(token.CampaignId, nameof(token));
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(token.SubscriberId ?? 1, nameof(token));
        if (token.Kind == HitKind.Click)
        {
            ArgumentOutOfRangeException.ThrowIfNegativeOrZero(token.LinkId, nameof(token));
            ArgumentOutOfRangeException.ThrowIfNegativeOrZero(token.Position, nameof(token));
            ArgumentOutOfRangeException.ThrowIfGreaterThan(token.Position, TrackingToken.MaxPosition, nameof(token));
        }
    }
}
