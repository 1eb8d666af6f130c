using System.Buffers.Binary;
using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Listmonk.Core.Tracking;

namespace Listmonk.Core.Doctor;

/// <summary>
/// Signs the doctor's requests, and seals the answers to them. Only this installation can do either, in whichever of its processes, because
/// the key is derived from the tracking keys. A ticket is no tracking token and counts nothing.
/// </summary>
public sealed class ProbeTickets(TrackingTokens tokens, TimeProvider clock)
{
    public static readonly TimeSpan Life = TimeSpan.FromMinutes(2);

    private const int NonceLength = 8;
    private const int PlainLength = NonceLength + sizeof(long);
    private const int TagLength = sizeof(ulong);

    public string Issue()
    {
        Span<byte> ticket = stackalloc byte[PlainLength + TagLength];
        RandomNumberGenerator.Fill(ticket[..NonceLength]);
        BinaryPrimitives.WriteInt64LittleEndian(ticket[NonceLength..], clock.GetUtcNow().ToUnixTimeSeconds());
        BinaryPrimitives.WriteUInt64LittleEndian(ticket[PlainLength..], Key.Authenticate(ticket[..PlainLength]));
        return Base64Url.EncodeToString(ticket);
    }

    public bool IsValid(string text)
    {
        Span<byte> ticket = stackalloc byte[PlainLength + TagLength];
        if (text.Length != Base64Url.GetEncodedLength(ticket.Length) || !Base64Url.IsValid(text) || !Base64Url.TryDecodeFromChars(text, ticket, out var length) || length != ticket.Length)
        {
            return false;
        }

        Span<byte> expected = stackalloc byte[TagLength];
        BinaryPrimitives.WriteUInt64LittleEndian(expected, Key.Authenticate(ticket[..PlainLength]));
        var age = clock.GetUtcNow().ToUnixTimeSeconds() - BinaryPrimitives.ReadInt64LittleEndian(ticket[NonceLength..]);
        return CryptographicOperations.FixedTimeEquals(expected, ticket[PlainLength..]) && Math.Abs(age) <= Life.TotalSeconds;
    }

    /// <summary>A header value that holds for this ticket only.</summary>
    public string Seal(string ticket, ProbeSighting sighting)
    {
        var json = JsonSerializer.SerializeToUtf8Bytes(sighting);
        Span<byte> tag = stackalloc byte[TagLength];
        BinaryPrimitives.WriteUInt64LittleEndian(tag, Tag(ticket, json));
        return $"{Base64Url.EncodeToString(tag)}.{Base64Url.EncodeToString(json)}";
    }

    /// <summary>Null for anything that this installation has not sealed for the ticket.</summary>
    public ProbeSighting? Open(string ticket, string? text)
    {
        var dot = text?.IndexOf('.', StringComparison.Ordinal) ?? -1;
        if (dot < 0 || !Base64Url.IsValid(text.AsSpan(0, dot)) || !Base64Url.IsValid(text.AsSpan(dot + 1)))
        {
            return null;
        }

        var json = Base64Url.DecodeFromChars(text.AsSpan(dot + 1));
        Span<byte> expected = stackalloc byte[TagLength];
        BinaryPrimitives.WriteUInt64LittleEndian(expected, Tag(ticket, json));
        return CryptographicOperations.FixedTimeEquals(expected, Base64Url.DecodeFromChars(text.AsSpan(0, dot))) ? JsonSerializer.Deserialize<ProbeSighting>(json) : null;
    }

    private TrackingKeyRing.Key Key => tokens.Keys.Find(tokens.Keys.CurrentKeyId)!.Probe;

    private ulong Tag(string ticket, byte[] json) => Key.Authenticate([.. Encoding.ASCII.GetBytes(ticket), (byte)'.', .. json]);
}
