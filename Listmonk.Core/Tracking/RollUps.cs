namespace Listmonk.Core.Tracking;

/// <summary>The rows of the roll-ups as figures built from all hits of a campaign have them.</summary>
internal static class RollUps
{
    public static IEnumerable<CampaignHour> HourRows(this HitFigures figures) => figures.Hours.Select(row => new CampaignHour
    {
        CampaignId = row.Key.Campaign,
        Hour = row.Key.Hour,
        Opens = row.Value.Opens,
        OpensPeople = row.Value.OpensPeople,
        Clicks = row.Value.Clicks,
        ClicksPeople = row.Value.ClicksPeople,
        FirstOpens = row.Value.FirstOpens,
        FirstClicks = row.Value.FirstClicks,
    });

    public static IEnumerable<LinkStat> LinkRows(this HitFigures figures) => figures.Links.Select(row => new LinkStat
    {
        CampaignId = row.Key.Campaign,
        LinkId = row.Key.Link,
        Position = row.Key.Position,
        Clicks = row.Value.Clicks,
        ClicksPeople = row.Value.ClicksPeople,
    });

    public static IEnumerable<CampaignReader> ReaderRows(this HitFigures figures) => figures.Readers.Select(row => new CampaignReader
    {
        CampaignId = row.Key.Campaign,
        SubscriberId = row.Key.Subscriber,
        Opens = row.Value.Opens,
        OpensPeople = row.Value.OpensPeople,
        Clicks = row.Value.Clicks,
        ClicksPeople = row.Value.ClicksPeople,
        FirstOpenAt = row.Value.FirstOpenAt,
        LastOpenAt = row.Value.LastOpenAt,
        FirstClickAt = row.Value.FirstClickAt,
        LastClickAt = row.Value.LastClickAt,
    });
}
