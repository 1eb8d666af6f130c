using System.Text.RegularExpressions;

namespace Listmonk.Core.Subscribers.Segments;

/// <summary>What a row of the visual builder asks for, so that the page knows which control to show.</summary>
public enum SegmentInput
{
    Text,
    Number,
    Days,
    Date,
    AttributeKey,
    List,
    Campaign,
    SubscriberStatus,
    BounceType,
}

/// <summary>A sentence that a row can say: its words, and its text in the language of conditions with holes in it.</summary>
/// <param name="Field">The words of the first choice, such as "E-mail"; forms with the same field stand together.</param>
/// <param name="Operator">The words of the second choice, such as "contains".</param>
/// <param name="Template">A condition in which <c>{value}</c>, <c>{key}</c> and <c>{days}</c> stand for what the row asks for.</param>
/// <param name="Inputs">The holes in the order in which the row shows them.</param>
public sealed partial record SegmentForm(string Field, string Operator, string Template, params IReadOnlyList<(string Hole, SegmentInput Input)> Inputs)
{
    public const string Value = "value";
    public const string Key = "key";
    public const string Days = "days";

    public string Id { get; } = $"{Field}: {Operator}";

    /// <summary>The template with each hole replaced; what is put in is never searched for holes again.</summary>
    internal string Fill(Func<string, SegmentInput, SegmentHole, string> write) => Hole().Replace(Template, match =>
    {
        var (before, after) = (Template[..match.Index], Template[(match.Index + match.Length)..]);
        var place = before.EndsWith('%') || (before.EndsWith('\'') && after.StartsWith('%')) ? SegmentHole.InPattern
            : before.EndsWith('\'') ? SegmentHole.InText
            : SegmentHole.Alone;
        var hole = match.Groups["hole"].Value;
        return write(hole, Inputs.First(input => input.Hole == hole).Input, place);
    });

    [GeneratedRegex(@"\{(?<hole>value|key|days)\}", RegexOptions.CultureInvariant, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Hole();
}

/// <summary>Where in a template a hole stands.</summary>
internal enum SegmentHole
{
    /// <summary>A value of its own.</summary>
    Alone,

    /// <summary>Between quotes.</summary>
    InText,

    /// <summary>Between quotes, in a LIKE pattern.</summary>
    InPattern,
}

/// <summary>All that the builder can say. The text is the truth: a form is only a way to read and write it.</summary>
public static class SegmentForms
{
    private const string Membership = "SELECT 1 FROM subscriber_lists WHERE subscriber_id = subscribers.id AND list_id = {value}";
    private const string Readers = "FROM campaign_readers WHERE subscriber_id = subscribers.id";
    private const string Bounces = "SELECT 1 FROM bounces WHERE subscriber_id = subscribers.id";

    private static readonly (string, SegmentInput)[] TextValue = [(SegmentForm.Value, SegmentInput.Text)];
    private static readonly (string, SegmentInput)[] DaysOnly = [(SegmentForm.Days, SegmentInput.Days)];
    private static readonly (string, SegmentInput) AttributeKey = (SegmentForm.Key, SegmentInput.AttributeKey);

    /// <summary>In the order in which they are offered.</summary>
    public static IReadOnlyList<SegmentForm> All { get; } =
    [
        .. Texts("E-mail", "email"),
        .. Texts("Name", "name"),
        new("Status", "is", "status = {value}", (SegmentForm.Value, SegmentInput.SubscriberStatus)),
        new("Status", "is not", "status != {value}", (SegmentForm.Value, SegmentInput.SubscriberStatus)),
        new("Joined", "in the last", "created_at > NOW() - INTERVAL '{days} days'", DaysOnly),
        new("Joined", "longer ago than", "created_at <= NOW() - INTERVAL '{days} days'", DaysOnly),
        new("Joined", "on or after", "created_at >= {value}", (SegmentForm.Value, SegmentInput.Date)),
        new("Joined", "before", "created_at < {value}", (SegmentForm.Value, SegmentInput.Date)),
        new("Attribute", "is", "attribs->>{key} = {value}", AttributeKey, (SegmentForm.Value, SegmentInput.Text)),
        new("Attribute", "is not", "COALESCE(attribs->>{key}, '') != {value}", AttributeKey, (SegmentForm.Value, SegmentInput.Text)),
        new("Attribute", "contains", "attribs->>{key} ILIKE '%{value}%'", AttributeKey, (SegmentForm.Value, SegmentInput.Text)),
        new("Attribute", "is more than", "(attribs->>{key})::numeric > {value}", AttributeKey, (SegmentForm.Value, SegmentInput.Number)),
        new("Attribute", "is less than", "(attribs->>{key})::numeric < {value}", AttributeKey, (SegmentForm.Value, SegmentInput.Number)),
        new("Attribute", "is true", "(attribs->>{key})::boolean = true", AttributeKey),
        new("Attribute", "has among its values", "attribs->{key} ? {value}", AttributeKey, (SegmentForm.Value, SegmentInput.Text)),
        new("Attribute", "is filled in", "attribs->>{key} IS NOT NULL", AttributeKey),
        new("Attribute", "is missing", "attribs->>{key} IS NULL", AttributeKey),
        new("List", "is on", $"EXISTS({Membership} AND status != 'unsubscribed')", (SegmentForm.Value, SegmentInput.List)),
        new("List", "has confirmed", $"EXISTS({Membership} AND status = 'confirmed')", (SegmentForm.Value, SegmentInput.List)),
        new("List", "has unsubscribed from", $"EXISTS({Membership} AND status = 'unsubscribed')", (SegmentForm.Value, SegmentInput.List)),
        new("List", "was never on", $"NOT EXISTS({Membership})", (SegmentForm.Value, SegmentInput.List)),
        .. Reactions("Opened", "opens_people", "last_open_at"),
        .. Reactions("Clicked", "clicks_people", "last_click_at"),
        new("Bounced", "ever", $"EXISTS({Bounces})"),
        new("Bounced", "never", $"NOT EXISTS({Bounces})"),
        new("Bounced", "as", $"EXISTS({Bounces} AND type = {{value}})", (SegmentForm.Value, SegmentInput.BounceType)),
        new("Engagement", "opened at least", $"(SELECT COUNT(*) {Readers} AND opens_people > 0 AND last_open_at > NOW() - INTERVAL '{{days}} days') >= {{value}}",
            (SegmentForm.Value, SegmentInput.Number), (SegmentForm.Days, SegmentInput.Days)),
        new("Engagement", "opened fewer than", $"(SELECT COUNT(*) {Readers} AND opens_people > 0 AND last_open_at > NOW() - INTERVAL '{{days}} days') < {{value}}",
            (SegmentForm.Value, SegmentInput.Number), (SegmentForm.Days, SegmentInput.Days)),
    ];

    public static IReadOnlyList<string> Fields { get; } = [.. All.Select(form => form.Field).Distinct(StringComparer.Ordinal)];

    public static SegmentForm Find(string id) => All.First(form => form.Id == id);

    private static IEnumerable<SegmentForm> Texts(string field, string column) =>
    [
        new(field, "is", $"{column} = {{value}}", TextValue),
        new(field, "is not", $"{column} != {{value}}", TextValue),
        new(field, "contains", $"{column} ILIKE '%{{value}}%'", TextValue),
        new(field, "does not contain", $"{column} NOT ILIKE '%{{value}}%'", TextValue),
        new(field, "starts with", $"{column} ILIKE '{{value}}%'", TextValue),
        new(field, "ends with", $"{column} ILIKE '%{{value}}'", TextValue),
    ];

    /// <summary>By people: what machines opened or followed does not count.</summary>
    private static IEnumerable<SegmentForm> Reactions(string field, string count, string last)
    {
        var any = $"SELECT 1 {Readers} AND {count} > 0";
        var recent = $"{any} AND {last} > NOW() - INTERVAL '{{days}} days'";
        var one = $"{any} AND campaign_id = {{value}}";
        return
        [
            new(field, "any campaign", $"EXISTS({any})"),
            new(field, "no campaign ever", $"NOT EXISTS({any})"),
            new(field, "a campaign in the last", $"EXISTS({recent})", DaysOnly),
            new(field, "none in the last", $"NOT EXISTS({recent})", DaysOnly),
            new(field, "the campaign", $"EXISTS({one})", (SegmentForm.Value, SegmentInput.Campaign)),
            new(field, "not the campaign", $"NOT EXISTS({one})", (SegmentForm.Value, SegmentInput.Campaign)),
        ];
    }
}
