namespace Listmonk.Core.Auth;

/// <summary>
/// What shows that it is the owner who changes the passkeys, and nobody who found the browser open: the password, or a session that has
/// just begun.
/// </summary>
/// <param name="Session">The session of this browser.</param>
public readonly record struct PasskeyProof(string Password, Guid? Session);
