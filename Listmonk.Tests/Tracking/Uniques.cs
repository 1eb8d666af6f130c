using Listmonk.Core.Tracking;

namespace Listmonk.Tests.Tracking;

/// <summary>Recipients counted from raw hits with sets, as the figures must have them.</summary>
internal sealed record Uniques(int Opens, int OpensPeople, int Clicks, int ClicksPeople)
{
    public static Uniques Of(IEnumerable<TrackingHit> hits)
    {
        var byPerson = hits.Where(hit => hit.SubscriberId is not null).GroupBy(hit => hit.SubscriberId!.Value).ToList();
        return new Uniques(
            byPerson.Count(person => person.Any(hit => hit.Kind == HitKind.Open || IsHuman(hit))),
            byPerson.Count(person => person.Any(IsHuman)),
            byPerson.Count(person => person.Any(hit => hit.Kind == HitKind.Click)),
            byPerson.Count(person => person.Any(hit => hit.Kind == HitKind.Click && IsHuman(hit))));
    }

    public Uniques Plus(Uniques? other) => other is null
        ? this
        : new Uniques(Opens + other.Opens, OpensPeople + other.OpensPeople, Clicks + other.Clicks, ClicksPeople + other.ClicksPeople);

    public static bool IsHuman(TrackingHit hit) => hit.Verdict == HitVerdict.Human;
}
