using Listmonk.Core.Campaigns;
using Listmonk.Core.Sending;
using Listmonk.Core.Tracking;
using Listmonk.Core.Tracking.Judging;

namespace Listmonk.Core.Demo;

/// <summary>Invents how people react to one campaign and keeps the roll-ups that belong to it.</summary>
internal sealed class DemoHistory(Random random)
{
    private static readonly (string Device, string Client, double Share)[] Programs =
    [
        (AgentClasses.Mobile, MailClients.AppleMail, 0.34), (AgentClasses.Proxy, MailClients.Gmail, 0.27), (AgentClasses.Desktop, "Outlook", 0.17),
        (AgentClasses.Desktop, MailClients.AppleMail, 0.09), (AgentClasses.Desktop, "Thunderbird", 0.07), (AgentClasses.Mobile, "Samsung Email", 0.06),
    ];

    private readonly HitFigures _figures = new();

    public IEnumerable<CampaignHour> Hours => _figures.HourRows();

    public IEnumerable<LinkStat> Links => _figures.LinkRows();

    public IEnumerable<CampaignReader> Readers => _figures.ReaderRows();

    /// <summary>The hits of one recipient: privacy proxies and scanners now and then, opens that fade over days, clicks on weighted links.</summary>
    public IEnumerable<TrackingHit> React(Delivery delivery, double openShare, double clickShare, IReadOnlyList<TrackedLink> links, DateTimeOffset now)
    {
        var sentAt = delivery.DoneAt!.Value;
        var hits = new List<TrackingHit>();
        if (random.NextDouble() < 0.12)
        {
            hits.Add(NewHit(delivery, HitKind.Open, sentAt.AddSeconds(random.Next(1, 20)), HitVerdict.Machine, HitReasons.ApplePrivacy, (AgentClasses.Proxy, MailClients.AppleMail)));
        }

        if (random.NextDouble() < openShare)
        {
            var openedAt = sentAt + Delay();
            var program = PickProgram();
            for (var i = random.NextDouble() < 0.25 ? 2 : 1; i > 0; i--)
            {
                hits.Add(NewHit(delivery, HitKind.Open, openedAt.AddMinutes(i * random.Next(0, 90)), HitVerdict.Human, "", program));
            }

            if (random.NextDouble() < clickShare)
            {
                var position = PickLink();
                var click = NewHit(delivery, HitKind.Click, openedAt.AddSeconds(random.Next(8, 240)), HitVerdict.Human, "", Browser(program));
                click.LinkId = links[position].Id;
                click.Position = position + 1;
                hits.Add(click);
            }
        }

        hits.RemoveAll(hit => hit.At > now);
        hits.ForEach(_figures.Add);
        return hits;
    }

    public void SumInto(Campaign campaign)
    {
        var sums = _figures.Campaigns.GetValueOrDefault(campaign.Id) ?? new HitFigures.Sums();
        (campaign.Views, campaign.ViewsPeople) = (sums.Opens, sums.OpensPeople);
        (campaign.Clicks, campaign.ClicksPeople) = (sums.Clicks, sums.ClicksPeople);
        (campaign.UniqueOpens, campaign.UniqueOpensPeople) = (sums.FirstOpens, sums.FirstOpensPeople);
        (campaign.UniqueClicks, campaign.UniqueClicksPeople) = (sums.FirstClicks, sums.FirstClicksPeople);
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

    private (string Device, string Client) PickProgram()
    {
        var share = random.NextDouble();
        foreach (var (device, client, part) in Programs)
        {
            share -= part;
            if (share <= 0)
            {
                return (device, client);
            }
        }

        return (AgentClasses.Other, MailClients.Other);
    }

    /// <summary>Links open in a browser, whatever showed the mail.</summary>
    private static (string Device, string Client) Browser((string Device, string Client) program) => program switch
    {
        (AgentClasses.Mobile, MailClients.AppleMail) => (AgentClasses.Mobile, "Safari"),
        (AgentClasses.Mobile, _) => (AgentClasses.Mobile, "Chrome"),
        (_, "Thunderbird") => (AgentClasses.Desktop, "Firefox"),
        (_, "Outlook") => (AgentClasses.Desktop, "Edge"),
        _ => (AgentClasses.Desktop, "Chrome"),
    };

    private static TrackingHit NewHit(Delivery delivery, HitKind kind, DateTimeOffset at, HitVerdict verdict, string reason, (string Device, string Client) program) => new()
    {
        CampaignId = delivery.CampaignId,
        SubscriberId = delivery.SubscriberId,
        Kind = kind,
        At = at,
        Verdict = verdict,
        Reason = reason,
        RuleVersion = HitRules.Version,
        AgentClass = program.Device,
        Client = program.Client,
        IsSigned = true,
    };
}
