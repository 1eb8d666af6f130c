using System.Globalization;
using Microsoft.Extensions.Logging;

namespace Listmonk.Core.Maintenance;

/// <summary>One message of the log as it is kept in memory; addresses of people are masked.</summary>
/// <param name="Number">Counts up from the start of the process.</param>
/// <param name="Source">The class that wrote it, without its namespace.</param>
/// <param name="Fault">Type and message of the exception, if there was one.</param>
public sealed record LogLine(long Number, DateTimeOffset At, LogLevel Level, string Source, string Message, string? Fault)
{
    /// <summary>The shape that listmonk's log has, for programs that read it: <c>2026/03/01 09:30:00.000000 Source:1: message</c>.</summary>
    public override string ToString() => string.Create(
        CultureInfo.InvariantCulture,
        $"{At:yyyy/MM/dd HH:mm:ss.ffffff} {Source}:{Number}: {(Level >= LogLevel.Error ? "error: " : Level == LogLevel.Warning ? "warning: " : "")}{Text}");

    /// <summary>The message, and what was thrown.</summary>
    public string Text => Fault is null ? Message : $"{Message} ({Fault})";
}
