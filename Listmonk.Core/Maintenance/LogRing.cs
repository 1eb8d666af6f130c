using System.Text;
using Listmonk.Core.Common;
using Microsoft.Extensions.Logging;

namespace Listmonk.Core.Maintenance;

/// <summary>The last messages of this process's log, in memory, for the log page and <c>/api/logs</c>. It never blocks who writes for long.</summary>
public sealed class LogRing(TimeProvider clock)
{
    public const int Capacity = 5000;
    private const int MaxLength = 2000;

    private readonly Lock _lock = new();
    private readonly Queue<LogLine> _lines = new(Capacity);
    private long _written;

    public LiveFeed<LogLine> Written { get; } = new();

    /// <summary>Oldest first.</summary>
    public IReadOnlyList<LogLine> All()
    {
        lock (_lock)
        {
            return [.. _lines];
        }
    }

    internal void Write(LogLevel level, string category, string message, Exception? exception)
    {
        LogLine line;
        lock (_lock)
        {
            line = new LogLine(
                ++_written, clock.GetLocalNow(), level, category[(category.LastIndexOf('.') + 1)..], Clean(message), exception is null ? null : Clean($"{exception.GetType().Name}: {exception.Message}"));
            if (_lines.Count == Capacity)
            {
                _lines.Dequeue();
            }

            _lines.Enqueue(line);
        }

        Written.Publish(line);
    }

    /// <summary>One line without addresses: our own messages hold none, but those of libraries and servers may.</summary>
    private static string Clean(string text)
    {
        var line = (text.Length > MaxLength ? text[..MaxLength] : text).ReplaceLineEndings(" ");
        if (!line.Contains('@', StringComparison.Ordinal))
        {
            return line;
        }

        var masked = new StringBuilder(line.Length);
        foreach (var c in line)
        {
            if (c == '@')
            {
                var end = masked.Length;
                var start = end;
                while (start > 0 && IsLocalPart(masked[start - 1]))
                {
                    start--;
                }

                if (start < end)
                {
                    masked.Length = start;
                    masked.Append('…');
                }
            }

            masked.Append(c);
        }

        return masked.ToString();
    }

    private static bool IsLocalPart(char c) => char.IsLetterOrDigit(c) || ".!#$%&'*+-/=?^_`{|}~".Contains(c, StringComparison.Ordinal);
}
