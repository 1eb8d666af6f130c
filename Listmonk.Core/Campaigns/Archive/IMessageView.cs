using Listmonk.Core.Common;
using Listmonk.Core.Subscribers;

namespace Listmonk.Core.Campaigns.Archive;

/// <summary>Shows a campaign as one person gets it.</summary>
public interface IMessageView
{
    /// <summary>For pages that anybody may read: nothing of it is tracked.</summary>
    /// <returns>Refused with the reason when the templates fail.</returns>
    Task<Outcome<MessagePage>> RenderAsync(Campaign campaign, Subscriber reader, CancellationToken cancellationToken);

    /// <summary>For the recipient's own page: clicks count as in the mail, opens do not.</summary>
    /// <returns>Refused with the reason when the templates fail.</returns>
    Task<Outcome<MessagePage>> RenderForRecipientAsync(Campaign campaign, Subscriber recipient, CancellationToken cancellationToken);
}

/// <summary>A campaign made into a page.</summary>
/// <param name="Body">HTML, or text of a plain campaign.</param>
public sealed record MessagePage(string Subject, string Body, bool IsPlain);
