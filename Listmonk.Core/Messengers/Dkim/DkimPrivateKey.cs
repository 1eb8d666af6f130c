using System.Security.Cryptography;
using Listmonk.Core.Settings;
using Org.BouncyCastle.Crypto.Parameters;
using Ed25519 = Org.BouncyCastle.Math.EC.Rfc8032.Ed25519;

namespace Listmonk.Core.Messengers.Dkim;

/// <summary>A private key in working order. Not for two threads at once.</summary>
internal sealed class DkimPrivateKey : IDisposable
{
    public const int RsaBits = 2048;

    private readonly RSA? _rsa;
    private readonly Ed25519PrivateKeyParameters? _ed25519;
    private readonly byte[] _signature;

    private DkimPrivateKey(DkimKey key, RSA? rsa, Ed25519PrivateKeyParameters? ed25519)
    {
        Domain = key.Domain;
        Selector = key.Selector;
        _rsa = rsa;
        _ed25519 = ed25519;
        _signature = new byte[rsa is null ? Ed25519.SignatureSize : rsa.KeySize / 8];
    }

    public string Domain { get; }

    public string Selector { get; }

    /// <summary>The value of <c>a=</c>.</summary>
    public string Name => _rsa is null ? "ed25519-sha256" : "rsa-sha256";

    /// <exception cref="CryptographicException">The text is no private key of the algorithm.</exception>
    public static DkimPrivateKey Import(DkimKey key)
    {
        byte[] secret = Decode(key.PrivateKey);
        if (key.Algorithm == DkimKey.Ed25519)
        {
            return secret.Length == Ed25519.SecretKeySize
                ? new DkimPrivateKey(key, null, new Ed25519PrivateKeyParameters(secret))
                : throw new CryptographicException("An Ed25519 key has 32 bytes.");
        }

        var rsa = RSA.Create();
        try
        {
            rsa.ImportPkcs8PrivateKey(secret, out _);
            return new DkimPrivateKey(key, rsa, null);
        }
        catch
        {
            rsa.Dispose();
            throw;
        }
    }

    /// <summary>Makes a key; the given one says domain, selector and algorithm.</summary>
    public static DkimKey Create(DkimKey key)
    {
        if (key.Algorithm == DkimKey.Ed25519)
        {
            byte[] secret = RandomNumberGenerator.GetBytes(Ed25519.SecretKeySize);
            return key with
            {
                PrivateKey = Convert.ToBase64String(secret),
                PublicKey = Convert.ToBase64String(new Ed25519PrivateKeyParameters(secret).GeneratePublicKey().GetEncoded()),
            };
        }

        using var rsa = RSA.Create(RsaBits);
        return key with
        {
            PrivateKey = Convert.ToBase64String(rsa.ExportPkcs8PrivateKey()),
            PublicKey = Convert.ToBase64String(rsa.ExportSubjectPublicKeyInfo()),
        };
    }

    /// <summary>Signs a SHA-256 digest. The result is valid until the next call.</summary>
    public ReadOnlySpan<byte> Sign(ReadOnlySpan<byte> digest)
    {
        if (_rsa is not null)
        {
            return _signature.AsSpan(0, _rsa.SignHash(digest, _signature, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1));
        }

        // RFC 8463 §3: Ed25519 signs the digest as if it were the message.
        _ed25519!.Sign(Ed25519.Algorithm.Ed25519, ctx: null, digest.ToArray(), 0, digest.Length, _signature, 0);
        return _signature;
    }

    public void Dispose() => _rsa?.Dispose();

    private static byte[] Decode(string text)
    {
        try
        {
            return Convert.FromBase64String(text);
        }
        catch (FormatException exception)
        {
            throw new CryptographicException("The key is not base64.", exception);
        }
    }
}
