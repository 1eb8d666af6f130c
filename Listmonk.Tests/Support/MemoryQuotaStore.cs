using Listmonk.Core.Messengers.Limits;

namespace Listmonk.Tests.Support;

/// <summary>Limits over a period for tests without a database: one block for ever, of so many messages.</summary>
public sealed class MemoryQuotaStore : IQuotaStore
{
    private readonly Dictionary<string, int> _used = new(StringComparer.Ordinal);
    private readonly Lock _lock = new();

    public Task<QuotaGrant> TakeAsync(QuotaRequest request, CancellationToken cancellationToken)
    {
        lock (_lock)
        {
            var used = _used.GetValueOrDefault(request.Scope);
            var count = used < request.Limit ? 1 : 0;
            _used[request.Scope] = used + count;
            return Task.FromResult(new QuotaGrant(count, 0, count > 0 ? TimeSpan.Zero : TimeSpan.FromHours(1)));
        }
    }

    public Task<int> UsedAsync(string scope, TimeSpan period, CancellationToken cancellationToken)
    {
        lock (_lock)
        {
            return Task.FromResult(_used.GetValueOrDefault(scope));
        }
    }
}
