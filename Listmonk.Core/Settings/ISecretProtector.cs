namespace Listmonk.Core.Settings;

/// <summary>Encrypts secrets before they are stored; the host supplies the key ring.</summary>
public interface ISecretProtector
{
    string Protect(string secret);

    /// <exception cref="System.Security.Cryptography.CryptographicException">The text was protected with keys that are gone.</exception>
    string Unprotect(string text);
}
