using Microsoft.Extensions.Logging;

namespace Listmonk.Core.Maintenance;

/// <summary>Copies what is logged into the <see cref="LogRing"/>.</summary>
[ProviderAlias("Ring")]
public sealed class LogRingProvider(LogRing ring) : ILoggerProvider
{
    public ILogger CreateLogger(string categoryName) => new RingLogger(ring, categoryName);

    public void Dispose()
    {
        // The ring outlives the loggers and holds nothing but memory.
    }

    private sealed class RingLogger(LogRing ring, string category) : ILogger
    {
        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => logLevel >= LogLevel.Information && logLevel != LogLevel.None;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
        {
            if (IsEnabled(logLevel))
            {
                ring.Write(logLevel, category, formatter(state, exception), exception);
            }
        }
    }
}
