using System.Globalization;
using System.Text;
using Listmonk.Core.Analytics;
using Listmonk.Core.Analytics.Breakdowns;
using Listmonk.Web.Api;

namespace Listmonk.Web.Analytics;

/// <summary>The tables of a campaign's report as CSV, each figure as all and as people.</summary>
internal static class ReportCsv
{
    private const string CountColumns = "opens,opens_people,opened,opened_people,clicks,clicks_people,clicked,clicked_people";

    public static string Reactions(ReactionTimeline timeline) => Table(
        "time,opens,opens_people,clicks,clicks_people",
        timeline.Points.Select(point => Line($"{point.Time.UtcDateTime:yyyy-MM-ddTHH:mm:ssZ},{point.Opens},{point.OpensPeople},{point.Clicks},{point.ClicksPeople}")));

    /// <param name="byPlace">One line for each place of a link; otherwise places of the same link are one line.</param>
    public static string Links(IReadOnlyList<LinkFigures> links, CampaignBreakdown breakdown, bool byPlace)
    {
        var clickers = breakdown.Clickers.ToDictionary(row => (row.LinkId, row.Position));
        string Clickers(int link, int? place) => clickers.GetValueOrDefault((link, place)) is { } row ? Line($"{row.All},{row.People}") : "0,0";
        return byPlace
            ? Table(
                "position,url,clicks,clicks_people,clicked,clicked_people",
                links.Select(link => Line($"{link.Position},{CsvText.Field(link.Url)},{link.Clicks},{link.ClicksPeople},{Clickers(link.LinkId, link.Position)}")))
            : Table(
                "url,clicks,clicks_people,clicked,clicked_people",
                links.GroupBy(link => (link.LinkId, link.Url))
                    .Select(link => Line($"{CsvText.Field(link.Key.Url)},{link.Sum(place => place.Clicks)},{link.Sum(place => place.ClicksPeople)},{Clickers(link.Key.LinkId, null)}")));
    }

    public static string Rows(string nameColumn, IReadOnlyList<BreakdownRow> rows, Func<string, string> name) => Table(
        $"{nameColumn},sent,bounced,{CountColumns}",
        rows.Select(row => Line($"{CsvText.Field(name(row.Key))},{row.Sent},{row.Bounced},{Counts(row)}")));

    /// <summary>Of what is seen at hits only.</summary>
    public static string Hits(string nameColumn, IReadOnlyList<BreakdownRow> rows) => Table(
        $"{nameColumn},{CountColumns}",
        rows.Select(row => Line($"{CsvText.Field(row.Key)},{Counts(row)}")));

    public static string Hours(IReadOnlyList<HourOfDay> hours) => Table(
        "hour_utc,opens,opens_people,clicks,clicks_people",
        hours.Select(hour => Line($"{hour.Hour},{hour.Opens},{hour.OpensPeople},{hour.Clicks},{hour.ClicksPeople}")));

    public static string Times(CampaignBreakdown breakdown)
    {
        var ends = OpenTimes.Ends;
        return Table(
            "from_seconds,until_seconds,opened,opened_people",
            Enumerable.Range(0, ends.Count + 1).Select(step => Line(
                $"{(step == 0 ? 0 : ends[step - 1].TotalSeconds)},{(step == ends.Count ? "" : ends[step].TotalSeconds.ToString(CultureInfo.InvariantCulture))},{Count(breakdown.TimesAll, step)},{Count(breakdown.TimesPeople, step)}")));
    }

    /// <summary>One line for each campaign.</summary>
    public static string Campaigns(IEnumerable<CampaignReport> reports) => Table(
        "id,name,started_at,sent,delivered,opens,opens_people,opened,opened_people,auto_opened,clicks,clicks_people,clicked,clicked_people,unsubscribed,complained,bounced",
        reports.Select(report => Line(
            $"{report.Id},{CsvText.Field(report.Name)},{report.StartedAt?.UtcDateTime:yyyy-MM-ddTHH:mm:ssZ},{report.Sent},{report.Delivered},{report.All.Opens},{report.People.Opens},{report.All.UniqueOpens},{report.People.UniqueOpens},{report.AutoOpened.Recipients},{report.All.Clicks},{report.People.Clicks},{report.All.UniqueClicks},{report.People.UniqueClicks},{report.Unsubscribes},{report.Complained},{report.Bounced}")));

    public static string Week(IReadOnlyList<WeekHour> hours) => Table(
        "day,hour,opens,opens_people,clicks,clicks_people",
        hours.Select(hour => Line($"{hour.Day},{hour.Hour},{hour.Opens},{hour.OpensPeople},{hour.Clicks},{hour.ClicksPeople}")));

    public static string PeopleHeader => "subscriber_id,email,name,opens,opens_people,clicks,clicks_people,first_open_at,first_click_at";

    public static string Person(ReactedPerson person) => Line(
        $"{person.SubscriberId},{CsvText.Field(person.Email ?? "")},{CsvText.Field(person.Name ?? "")},{person.Opens},{person.OpensPeople},{person.Clicks},{person.ClicksPeople},{person.FirstOpenAt?.UtcDateTime:yyyy-MM-ddTHH:mm:ssZ},{person.FirstClickAt?.UtcDateTime:yyyy-MM-ddTHH:mm:ssZ}");

    public static string Table(string header, IEnumerable<string> lines)
    {
        var text = new StringBuilder(header).Append("\r\n");
        foreach (var line in lines)
        {
            text.Append(line).Append("\r\n");
        }

        return text.ToString();
    }

    public static string Line(FormattableString line) => FormattableString.Invariant(line);

    private static int Count(OpenTimes times, int step) => times.Counts.Count == 0 ? 0 : times.Counts[step];

    private static string Counts(BreakdownRow row) =>
        Line($"{row.All.Opens},{row.People.Opens},{row.All.Opened},{row.People.Opened},{row.All.Clicks},{row.People.Clicks},{row.All.Clicked},{row.People.Clicked}");
}
