using Microsoft.AspNetCore.Identity;
using Microsoft.Extensions.Options;
using Org.BouncyCastle.Crypto.Generators;

namespace Listmonk.Core.Users;

/// <summary>
/// Hashes passwords as Identity does, and also recognises the bcrypt hashes of accounts that came from listmonk (spec/auth.md 1). Such a hash
/// is replaced at the next sign-in.
/// </summary>
internal sealed class LegacyPasswords(IOptions<PasswordHasherOptions> options) : PasswordHasher<User>(options)
{
    /// <summary>What lies behind a bcrypt hash of 60 characters: <c>$2a$06$</c>, salt and sum.</summary>
    private const int BcryptLength = 60;

    /// <summary>Whether a password can be checked against this hash.</summary>
    public static bool IsKnown(string hash) => hash.Length == BcryptLength && hash[0] == '$' && hash[1] == '2' && hash[2] is 'a' or 'b' or 'y' && hash[3] == '$';

    public override PasswordVerificationResult VerifyHashedPassword(User user, string hashedPassword, string providedPassword) => IsKnown(hashedPassword)
        ? IsRight(hashedPassword, providedPassword) ? PasswordVerificationResult.SuccessRehashNeeded : PasswordVerificationResult.Failed
        : base.VerifyHashedPassword(user, hashedPassword, providedPassword);

    private static bool IsRight(string hash, string password)
    {
        try
        {
            return OpenBsdBCrypt.CheckPassword(hash, password.ToCharArray());
        }
        catch (ArgumentException)
        {
            // A hash with letters that bcrypt does not have.
            return false;
        }
    }
}
