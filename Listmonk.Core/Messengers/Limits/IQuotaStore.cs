using System.Runtime.InteropServices;

namespace Listmonk.Core.Messengers.Limits;

/// <summary>Keeps what was used of each limit over a period, for all processes of the installation.</summary>
public interface IQuotaStore
{
    /// <summary>Gives back what is left of an earlier grant and takes as much as is wanted, or as much as there is.</summary>
    Task<QuotaGrant> TakeAsync(QuotaRequest request, CancellationToken cancellationToken);

    /// <summary>How much of the scope's limit is used within the period that ends now.</summary>
    Task<int> UsedAsync(string scope, TimeSpan period, CancellationToken cancellationToken);
}

/// <summary>What is asked of a limit.</summary>
/// <param name="Unused">What is left of the grant before, which came from <paramref name="UnusedSlice"/>.</param>
[StructLayout(LayoutKind.Auto)]
public readonly record struct QuotaRequest(string Scope, int Limit, TimeSpan Period, int Wanted, int Unused, long UnusedSlice)
{
    private const int Slices = 500;

    /// <summary>A use counts until all of its slice lies outside the period: a five-hundredth too long, never too short.</summary>
    public long SliceLength => Math.Max(1, Period.Ticks / Slices);
}

/// <summary>What was granted.</summary>
/// <param name="Count">0 when the limit is used up.</param>
/// <param name="Slice">Where it is counted; what is not used until the slice ends must be given back.</param>
/// <param name="RetryAfter">When something was refused: how long until more is free.</param>
[StructLayout(LayoutKind.Auto)]
public readonly record struct QuotaGrant(int Count, long Slice, TimeSpan RetryAfter);
