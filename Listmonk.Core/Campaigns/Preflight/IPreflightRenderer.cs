using Listmonk.Core.Common;
using Listmonk.Core.Subscribers;

namespace Listmonk.Core.Campaigns.Preflight;

/// <summary>Renders a campaign as it would go out, without registering or sending anything.</summary>
public interface IPreflightRenderer
{
    /// <param name="campaign">May hold unsaved changes.</param>
    /// <param name="people">Whom to render it for; without any, a sample person stands in.</param>
    /// <returns>Refused with the reason when a template does not compile or a header could not stand in a mail.</returns>
    Task<Outcome<PreflightMail>> RenderAsync(Campaign campaign, IReadOnlyList<Subscriber> people, CancellationToken cancellationToken);
}
