using Listmonk.Core.Common;
using Microsoft.Extensions.Logging;

namespace Listmonk.Core.Auth;

/// <summary>Sends the mails that <see cref="PasswordResetQueue"/> asks for.</summary>
internal sealed class PasswordResetWorker(PasswordResetQueue queue, AccountLinkService links, ILogger<PasswordResetWorker> logger) : MailRequestWorker(queue, logger)
{
    protected override Task SendAsync(string address, CancellationToken cancellationToken) => links.SendResetAsync(address, cancellationToken);
}
