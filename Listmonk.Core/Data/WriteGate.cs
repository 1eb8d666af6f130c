namespace Listmonk.Core.Data;

/// <summary>
/// Lets one writer of this process at a time reach a database that allows only one, in the order of arrival. Long work enters in
/// slices of at most about 50 ms, so that a tracking hit never waits longer (architecture section 4).
/// </summary>
public sealed class WriteGate : IDisposable
{
    private readonly SemaphoreSlim? _semaphore;

    public WriteGate(IDatabaseDialect dialect) => _semaphore = dialect.HasConcurrentWriters ? null : new SemaphoreSlim(1, 1);

    /// <summary>Waits for the turn; dispose the result to let the next one in.</summary>
    public async ValueTask<Turn> EnterAsync(CancellationToken cancellationToken)
    {
        if (_semaphore is not null)
        {
            await _semaphore.WaitAsync(cancellationToken);
        }

        return new Turn(_semaphore);
    }

    public void Dispose() => _semaphore?.Dispose();

    /// <summary>The right to write, held until disposed.</summary>
    public readonly struct Turn(SemaphoreSlim? semaphore) : IDisposable, IEquatable<Turn>
    {
        private readonly SemaphoreSlim? _semaphore = semaphore;

        public void Dispose() => _semaphore?.Release();

        public bool Equals(Turn other) => _semaphore == other._semaphore;

        public override bool Equals(object? obj) => obj is Turn other && Equals(other);

        public override int GetHashCode() => _semaphore?.GetHashCode() ?? 0;

        public static bool operator ==(Turn left, Turn right) => left.Equals(right);

        public static bool operator !=(Turn left, Turn right) => !left.Equals(right);
    }
}
