namespace Listmonk.Core.Data;

/// <summary>Something in memory that must keep up with what other processes commit to the same database.</summary>
public interface IFollower
{
    /// <summary>Called about once a second, never twice at the same time.</summary>
    Task FollowAsync(CancellationToken cancellationToken);
}
