using Listmonk.Core.Campaigns;
using Listmonk.Core.Sending;
using Listmonk.Core.Tracking;

namespace Listmonk.Core.Demo;

/// <summary>Invents how people react to one campaign and keeps the roll-ups that belong to it.</summary>
internal sealed class DemoHistory(int campaignId, Random random)
{
    private readonly Dictionary<DateTimeOffset, CampaignHour> _hours = [];
    private readonly Dictionary<int, LinkStat> _links = [];
    private readonly Dictionary<int, CampaignReader> _readers = [];

    public IEnumerable<CampaignHour> Hours => _hours.Values;

    public IEnumerable<LinkStat> Links => _links.Values;

    public IEnumerable<CampaignReader> Readers => _readers.Values;

    /// <summary>The hits of one recipient: privacy proxies and scanners now and then, opens that fade over days, clicks on weighted links.</summary>
    public IEnumerable<TrackingHit> React(Delivery delivery, double openShare, double clickShare, IReadOnlyList<TrackedLink> links, DateTimeOffset now)
    {
        var sentAt = delivery.DoneAt!.Value;
        var hits = new List<TrackingHit>();
        if (random.NextDouble() < 0.12)
        {
            hits.Add(NewHit(delivery, HitKind.Open, sentAt.AddSeconds(random.Next(1, 20)), HitVerdict.Machine, "apple-privacy", "proxy"));
        }

        if (random.NextDouble() < openShare)
        {
            var openedAt = sentAt + Delay();
            var agent = random.NextDouble() < 0.46 ? "mobile" : "desktop";
            for (var i = random.NextDouble() < 0.25 ? 2 : 1; i > 0; i--)
            {
                hits.Add(NewHit(delivery, HitKind.Open, openedAt.AddMinutes(i * random.Next(0, 90)), HitVerdict.Human, "", agent));
            }

            if (random.NextDouble() < clickShare)
            {
                var position = PickLink();
                var click = NewHit(delivery, HitKind.Click, openedAt.AddSeconds(random.Next(8, 240)), HitVerdict.Human, "", agent);
                click.LinkId = links[position].Id;
                click.Position = position + 1;
                hits.Add(click);
            }
        }

        hits.RemoveAll(hit => hit.At > now);
        hits.ForEach(Count);
        return hits;
    }

    public void SumInto(Campaign campaign)
    {
        campaign.Views = _hours.Values.Sum(hour => hour.Opens);
        campaign.ViewsPeople = _hours.Values.Sum(hour => hour.OpensPeople);
        campaign.Clicks = _hours.Values.Sum(hour => hour.Clicks);
        campaign.ClicksPeople = _hours.Values.Sum(hour => hour.ClicksPeople);
        campaign.UniqueOpensPeople = _readers.Values.Count(reader => reader.OpensPeople + reader.ClicksPeople > 0);
        campaign.UniqueClicksPeople = _readers.Values.Count(reader => reader.ClicksPeople > 0);
        campaign.UniqueOpens = _readers.Values.Count(reader => reader.OpensPeople > 0);
        campaign.UniqueClicks = _readers.Values.Count(reader => reader.ClicksPeople > 0);
        campaign.Unsubscribes = (int)(campaign.Sent * 0.0035);
    }

    /// <summary>Most react within hours, a few after days.</summary>
    private TimeSpan Delay() => TimeSpan.FromMinutes(-Math.Log(1 - random.NextDouble()) * (random.NextDouble() < 0.7 ? 170 : 1900));

    private int PickLink()
    {
        var share = random.NextDouble();
        for (var i = 0; i < DemoText.Links.Length; i++)
        {
            share -= DemoText.Links[i].Weight;
            if (share <= 0)
            {
                return i;
            }
        }

        return 0;
    }

    private static TrackingHit NewHit(Delivery delivery, HitKind kind, DateTimeOffset at, HitVerdict verdict, string reason, string agent) => new()
    {
        CampaignId = delivery.CampaignId,
        SubscriberId = delivery.SubscriberId,
        Kind = kind,
        At = at,
        Verdict = verdict,
        Reason = reason,
        RuleVersion = 1,
        AgentClass = agent,
        IsSigned = true,
    };

    private void Count(TrackingHit hit)
    {
        var isPerson = hit.Verdict == HitVerdict.Human;
        var hour = new DateTimeOffset(hit.At.Year, hit.At.Month, hit.At.Day, hit.At.Hour, 0, 0, TimeSpan.Zero);
        var hourly = _hours.TryGetValue(hour, out var row) ? row : _hours[hour] = new CampaignHour { CampaignId = campaignId, Hour = hour };
        var reader = _readers.TryGetValue(hit.SubscriberId!.Value, out var known)
            ? known
            : _readers[hit.SubscriberId.Value] = new CampaignReader { CampaignId = campaignId, SubscriberId = hit.SubscriberId.Value };
        if (hit.Kind == HitKind.Open)
        {
            hourly.Opens++;
            reader.Opens++;
            reader.LastOpenAt = Later(reader.LastOpenAt, hit.At);
            if (isPerson)
            {
                hourly.OpensPeople++;
                hourly.FirstOpens += reader.OpensPeople++ == 0 ? 1 : 0;
                reader.FirstOpenAt = Earlier(reader.FirstOpenAt, hit.At);
            }

            return;
        }

        hourly.Clicks++;
        hourly.ClicksPeople++;
        hourly.FirstClicks += reader.ClicksPeople++ == 0 ? 1 : 0;
        reader.Clicks++;
        reader.FirstClickAt = Earlier(reader.FirstClickAt, hit.At);
        reader.LastClickAt = Later(reader.LastClickAt, hit.At);
        var link = _links.TryGetValue(hit.Position!.Value, out var stat)
            ? stat
            : _links[hit.Position.Value] = new LinkStat { CampaignId = campaignId, LinkId = hit.LinkId!.Value, Position = hit.Position.Value };
        link.Clicks++;
        link.ClicksPeople++;
    }

    private static DateTimeOffset Earlier(DateTimeOffset? known, DateTimeOffset at) => known is { } time && time < at ? time : at;

    private static DateTimeOffset Later(DateTimeOffset? known, DateTimeOffset at) => known is { } time && time > at ? time : at;
}
