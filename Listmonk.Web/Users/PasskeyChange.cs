namespace Listmonk.Web.Users;

/// <summary>What a person wants done with a passkey: a new one, a new name, or its end.</summary>
/// <param name="Id">Which; 0 for a new one.</param>
public sealed record PasskeyChange(int Id, string Name, string Password);
