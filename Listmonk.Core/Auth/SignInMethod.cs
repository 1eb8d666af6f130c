namespace Listmonk.Core.Auth;

/// <summary>What opened a session.</summary>
public enum SignInMethod
{
    Password,

    /// <summary>A password, then a code of the second factor.</summary>
    PasswordAndCode,

    Passkey,

    /// <summary>The OpenID Connect provider vouched for the person.</summary>
    OpenId,

    /// <summary>A link that was mailed to the person, for choosing a password.</summary>
    Link,
}
