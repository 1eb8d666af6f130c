using Listmonk.Core.Common;
using Microsoft.Extensions.Logging;

namespace Listmonk.Core.Notifications;

/// <summary>Sends the mails that <see cref="PrivacyLinkQueue"/> asks for.</summary>
internal sealed class PrivacyLinkWorker(PrivacyLinkQueue queue, PrivacyLinkMailer mailer, ILogger<PrivacyLinkWorker> logger) : MailRequestWorker(queue, logger)
{
    protected override Task SendAsync(string address, CancellationToken cancellationToken) => mailer.SendAsync(address, cancellationToken);
}
