using Listmonk.Core.Common;
using Listmonk.Core.Subscribers;

namespace Listmonk.Core.Campaigns.Archive;

/// <summary>Shows a campaign as one person gets it; nothing of it is tracked.</summary>
public interface IMessageView
{
    /// <returns>Refused with the reason when the templates fail.</returns>
    Task<Outcome<MessagePage>> RenderAsync(Campaign campaign, Subscriber reader, CancellationToken cancellationToken);
}

/// <summary>A campaign made into a page.</summary>
/// <param name="Body">HTML, or text of a plain campaign.</param>
public sealed record MessagePage(string Subject, string Body, bool IsPlain);
