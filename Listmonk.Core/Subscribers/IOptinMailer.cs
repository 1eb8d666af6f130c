using Listmonk.Core.Common;
using Microsoft.Extensions.Logging;

namespace Listmonk.Core.Subscribers;

/// <summary>Asks a person by mail to confirm subscriptions of double opt-in lists.</summary>
public interface IOptinMailer
{
    Task<Outcome> SendOptinAsync(int subscriberId, IReadOnlyList<int> listIds, CancellationToken cancellationToken);
}

/// <summary>Stands in where no notification mails are set up; says so in the log.</summary>
internal sealed partial class SilentOptinMailer(ILogger<SilentOptinMailer> logger) : IOptinMailer
{
    public Task<Outcome> SendOptinAsync(int subscriberId, IReadOnlyList<int> listIds, CancellationToken cancellationToken)
    {
        LogNotSent(subscriberId, listIds.Count);
        return Task.FromResult(Outcome.Ok);
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "No opt-in mail for subscriber {SubscriberId} and {Lists} lists: no mailer is set up")]
    private partial void LogNotSent(int subscriberId, int lists);
}
