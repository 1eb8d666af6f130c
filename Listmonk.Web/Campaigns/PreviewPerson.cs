using Listmonk.Core.Common;
using Listmonk.Core.Sending;
using Listmonk.Core.Subscribers;

namespace Listmonk.Web.Campaigns;

/// <summary>A subscriber whose mail a preview shows.</summary>
public sealed record PreviewPerson(string Label, Recipient Recipient)
{
    private const int Shown = 10;

    /// <summary>People whose name or address holds the text, among those that the account may see.</summary>
    public static async Task<IEnumerable<PreviewPerson>> FindAsync(SubscriberQueries subscribers, string? text, Actor actor, CancellationToken cancellationToken)
    {
        var found = await subscribers.PageAsync(new SubscriberFilter { Search = text ?? "" }, new PageRequest { PerPage = Shown }, actor, cancellationToken);
        return found.IsOk ? found.Value.Results.Select(Of) : [];
    }

    private static PreviewPerson Of(SubscriberItem subscriber) => new(
        subscriber.Name.Length > 0 ? $"{subscriber.Name} <{subscriber.Email}>" : subscriber.Email,
        new Recipient
        {
            SubscriberId = subscriber.Id,
            Email = subscriber.Email,
            Name = subscriber.Name,
            Attributes = subscriber.Attributes,
            Status = subscriber.Status,
            CreatedAt = subscriber.CreatedAt,
            UpdatedAt = subscriber.UpdatedAt,
        });
}
