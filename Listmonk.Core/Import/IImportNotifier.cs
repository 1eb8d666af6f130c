using Microsoft.Extensions.Logging;

namespace Listmonk.Core.Import;

/// <summary>Tells the people who look after the installation that an import has ended.</summary>
public interface IImportNotifier
{
    Task ImportEndedAsync(ImportProgress progress, CancellationToken cancellationToken);
}

/// <summary>Stands in where no notification mails are set up.</summary>
internal sealed partial class LoggedImportNotifier(ILogger<LoggedImportNotifier> logger) : IImportNotifier
{
    public Task ImportEndedAsync(ImportProgress progress, CancellationToken cancellationToken)
    {
        LogNoMail(progress.JobId);
        return Task.CompletedTask;
    }

    [LoggerMessage(Level = LogLevel.Debug, Message = "No mail on import {JobId}: no notifications are set up")]
    private partial void LogNoMail(int jobId);
}
