using System.Buffers.Binary;
using System.Security.Cryptography;

namespace Listmonk.Core.Tracking;

/// <summary>The secrets that tokens are made and checked with: one writes, all of them read, so that mails of past years keep working.</summary>
public sealed class TrackingKeyRing
{
    public const int KeyLength = 2 * SipHash.KeyLength;
    public const int MaxKeyId = 127;

    private readonly Key?[] _keys = new Key?[MaxKeyId + 1];

    /// <summary>A ring whose key with the id <paramref name="currentKeyId"/> makes new tokens.</summary>
    public TrackingKeyRing(int currentKeyId, IEnumerable<TrackingSecret> keys)
    {
        ArgumentNullException.ThrowIfNull(keys);
        foreach (var (id, secret) in keys)
        {
            ArgumentOutOfRangeException.ThrowIfNegative(id, nameof(keys));
            ArgumentOutOfRangeException.ThrowIfGreaterThan(id, MaxKeyId, nameof(keys));
            ArgumentOutOfRangeException.ThrowIfNotEqual(secret.Length, KeyLength, nameof(keys));
            if (_keys[id] is not null)
            {
                throw new ArgumentException($"Two tracking keys have the id {id}.", nameof(keys));
            }

            _keys[id] = new Key(secret.Span);
        }

        if (Find(currentKeyId) is null)
        {
            throw new ArgumentException("The current tracking key is not among the keys.", nameof(currentKeyId));
        }

        CurrentKeyId = currentKeyId;
    }

    public int CurrentKeyId { get; }

    internal IEnumerable<Key> All => _keys.OfType<Key>();

    internal Key Current => Find(CurrentKeyId)!;

    public static byte[] NewKey() => RandomNumberGenerator.GetBytes(KeyLength);

    internal Key? Find(int keyId) => (uint)keyId <= MaxKeyId ? _keys[keyId] : null;

    /// <summary>The two halves of a secret, one for each use.</summary>
    internal sealed class Key(ReadOnlySpan<byte> secret)
    {
        private readonly SipHash _authentication = new(secret[..SipHash.KeyLength]);
        private readonly SipHash _encryption = new(secret[SipHash.KeyLength..]);
        private Key? _returnPath;
        private Key? _probe;
        private byte[]? _captcha;

        /// <summary>The key of the same secret for return paths: what it makes says nothing about tracked addresses.</summary>
        public Key ReturnPath => _returnPath ??= Derive("listmonk.net return path "u8);

        /// <summary>The key of the same secret for the doctor's requests to itself.</summary>
        public Key Probe => _probe ??= Derive("listmonk.net doctor probe "u8);

        /// <summary>A secret of the same origin that signs captcha challenges, as long as an HMAC-SHA256 wants it.</summary>
        public ReadOnlySpan<byte> Captcha => _captcha ??= DeriveSecret("listmonk.net captcha challenge "u8);

        public ulong Authenticate(ReadOnlySpan<byte> message) => _authentication.Compute(message);

        public ulong KeyStream(ReadOnlySpan<byte> message) => _encryption.Compute(message);

        /// <summary>Purposes are longer than any token, so no token is ever authenticated with the same input.</summary>
        private Key Derive(ReadOnlySpan<byte> purpose) => new(DeriveSecret(purpose));

        private byte[] DeriveSecret(ReadOnlySpan<byte> purpose)
        {
            Span<byte> message = stackalloc byte[purpose.Length + 1];
            purpose.CopyTo(message);
            var derived = new byte[KeyLength];
            for (var i = 0; i < KeyLength / sizeof(ulong); i++)
            {
                message[^1] = (byte)i;
                BinaryPrimitives.WriteUInt64LittleEndian(derived.AsSpan(i * sizeof(ulong)), _authentication.Compute(message));
            }

            return derived;
        }
    }
}

/// <summary>An unprotected key of <see cref="TrackingKeyRing.KeyLength"/> bytes with the id that tokens carry.</summary>
public sealed record TrackingSecret(int Id, ReadOnlyMemory<byte> Bytes);
