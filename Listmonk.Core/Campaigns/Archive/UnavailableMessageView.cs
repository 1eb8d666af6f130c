using Listmonk.Core.Common;
using Listmonk.Core.Subscribers;

namespace Listmonk.Core.Campaigns.Archive;

/// <summary>Stands in where nothing can render messages.</summary>
internal sealed class UnavailableMessageView : IMessageView
{
    public Task<Outcome<MessagePage>> RenderAsync(Campaign campaign, Subscriber reader, CancellationToken cancellationToken) =>
        Task.FromResult(Outcome<MessagePage>.Invalid("", "Messages cannot be shown."));
}
