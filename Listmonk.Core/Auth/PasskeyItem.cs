namespace Listmonk.Core.Auth;

/// <summary>A passkey as its owner sees it.</summary>
/// <param name="IsSynchronised">Whether a password manager carries it to other devices.</param>
public sealed record PasskeyItem(int Id, string Name, DateTimeOffset CreatedAt, DateTimeOffset? LastUsedAt, bool IsSynchronised);
