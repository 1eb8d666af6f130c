using System.Text.RegularExpressions;
using Listmonk.Core.Common;

namespace Listmonk.Core.Users;

/// <summary>What names, addresses and passwords of accounts must look like (spec/auth.md 1).</summary>
public static partial class UserRules
{
    public const int MinPasswordLength = 8;
    public const int MaxPasswordLength = 2000;
    public const int MaxNameLength = 200;

    /// <summary>listmonk's sentence, which its clients know.</summary>
    public const string LastSuperAdmin = "User(s) couldn't be updated. There has to be at least one active Super Admin user.";

    public static FieldError? CheckUsername(string username) => UsernamePattern().IsMatch(username)
        ? null
        : new FieldError("username", "A user name has 3 to 2000 letters, digits or . _ @ -.");

    public static FieldError? CheckEmail(string? email) => EmailAddress.TryNormalize(email, out _)
        ? null
        : new FieldError("email", "Enter an e-mail address such as you@example.com.");

    /// <summary>Length is the only rule, and nothing is ever trimmed off a password.</summary>
    public static FieldError? CheckPassword(string password) => password.Length switch
    {
        < MinPasswordLength => new FieldError("password", $"A password has at least {MinPasswordLength} characters."),
        > MaxPasswordLength => new FieldError("password", $"A password has at most {MaxPasswordLength} characters."),
        _ => null,
    };

    [GeneratedRegex(@"^[A-Za-z0-9_.@-]{3,2000}\z", RegexOptions.None, matchTimeoutMilliseconds: 1000)]
    private static partial Regex UsernamePattern();
}
