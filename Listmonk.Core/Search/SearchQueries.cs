using System.Runtime.CompilerServices;
using Listmonk.Core.Campaigns;
using Listmonk.Core.Common;
using Listmonk.Core.Lists;
using Listmonk.Core.Subscribers;
using Listmonk.Core.Subscribers.Segments;
using Listmonk.Core.Templates;
using Listmonk.Core.Users;

namespace Listmonk.Core.Search;

/// <summary>Finds things of all features by name, within what the account may see.</summary>
public sealed class SearchQueries(CampaignQueries campaigns, ListQueries lists, TemplateQueries templates, SegmentQueries segments, SubscriberQueries subscribers)
{
    /// <summary>Most hits of one kind.</summary>
    public const int MaxHits = 5;

    /// <summary>Shorter texts find nothing: one letter matches almost everything.</summary>
    public const int MinLength = 2;

    public const int MaxLength = 100;

    /// <summary>The hits of one kind after the other, as they are found; people last, since they are the most.</summary>
    public async IAsyncEnumerable<IReadOnlyList<SearchHit>> FindAsync(string text, Actor actor, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        // PostgreSQL takes no NUL.
        var query = ShortText.Cut(text.Replace("\0", "", StringComparison.Ordinal).Trim(), MaxLength);
        if (query.Length < MinLength)
        {
            yield break;
        }

        var first = new PageRequest { PerPage = MaxHits };
        if (actor.SeesCampaigns)
        {
            var found = await campaigns.PageAsync(new CampaignFilter { Search = query }, first, actor, cancellationToken);
            yield return [.. found.Results.Select(campaign => new SearchHit(SearchKind.Campaign, campaign.Id, campaign.Name, EnumText.Of(campaign.Status)))];
        }

        if (actor.SeesLists)
        {
            var found = await lists.PageAsync(new ListFilter { Query = query }, first, actor, cancellationToken);
            yield return [.. found.Results.Select(list => new SearchHit(SearchKind.List, list.Id, list.Name, EnumText.Of(list.Type)))];
        }

        var words = query.Split(' ', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        bool IsNamed(string name) => words.All(word => name.Contains(word, StringComparison.OrdinalIgnoreCase));
        if (actor.Can(Permissions.TemplatesGet))
        {
            var all = await templates.AllAsync(withBodies: false, cancellationToken);
            yield return [.. all.Where(template => IsNamed(template.Name)).Take(MaxHits).Select(template => new SearchHit(SearchKind.Template, template.Id, template.Name, ""))];
        }

        if (actor.SeesSubscribers)
        {
            var all = await segments.AllAsync(cancellationToken);
            yield return [.. all.Where(segment => IsNamed(segment.Name)).Take(MaxHits).Select(segment => new SearchHit(SearchKind.Segment, segment.Id, segment.Name, ""))];

            var people = await subscribers.FirstAsync(new SubscriberFilter { Search = query }, MaxHits, actor, cancellationToken);
            yield return [.. people.Select(person => new SearchHit(SearchKind.Subscriber, person.Id, person.Email, person.Name))];
        }
    }
}
