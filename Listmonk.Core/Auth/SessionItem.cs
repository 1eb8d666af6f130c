namespace Listmonk.Core.Auth;

/// <summary>An open session as its owner or an administrator sees it.</summary>
public sealed record SessionItem(
    Guid Id, int UserId, string Username, DateTimeOffset CreatedAt, DateTimeOffset LastSeenAt, string? Address, string? Browser, SignInMethod? Method);
