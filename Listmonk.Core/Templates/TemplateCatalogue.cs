using System.Collections.Frozen;
using Listmonk.Core.Templates.Expressions;
using Listmonk.Core.Templates.Expressions.Functions;

namespace Listmonk.Core.Templates;

/// <summary>
/// What an author can write between braces, for completion and for the field picker. Names come from the engine's own tables; only the
/// sentences about them are written here.
/// </summary>
public static class TemplateCatalogue
{
    private static readonly string[] CommonFields = [".Subscriber.FirstName", ".Subscriber.LastName", ".Subscriber.Name", ".Subscriber.Email", ".Subscriber.Attribs"];

    private static readonly FrozenDictionary<string, string> FieldNotes = new Dictionary<string, string>(StringComparer.Ordinal)
    {
        [".Subscriber.FirstName"] = "First word of the name",
        [".Subscriber.LastName"] = "Last word of the name",
        [".Subscriber.Name"] = "Full name",
        [".Subscriber.Email"] = "E-mail address",
        [".Subscriber.UUID"] = "Public id",
        [".Subscriber.ID"] = "Number",
        [".Subscriber.Status"] = "enabled, disabled or blocklisted",
        [".Subscriber.Attribs"] = "Attributes; one of them as .Subscriber.Attribs.city",
        [".Subscriber.CreatedAt"] = "When the person was added: .Subscriber.CreatedAt.Time.Format \"2 Jan 2006\"",
        [".Subscriber.UpdatedAt"] = "When the person was last changed",
        [".Subscriber.Lists"] = "Empty while a campaign is sent",
        [".Subject"] = "Subject as this person gets it",
        [".Campaign.Name"] = "Name of the campaign, for your own eyes",
        [".Campaign.Subject"] = "Subject as written, expressions included",
        [".Campaign.FromEmail"] = "Sender",
        [".Campaign.UUID"] = "Public id of the campaign",
        [".Campaign.Attribs"] = "Attributes of the campaign; one of them as .Campaign.Attribs.edition",
        [".Campaign.Tags"] = "Tags, a list",
        [".Tx.Data"] = "Data of the request; one entry as .Tx.Data.order_id",
    }.ToFrozenDictionary(StringComparer.Ordinal);

    private static readonly FrozenDictionary<string, (string Use, string Note)> FunctionNotes = new Dictionary<string, (string, string)>(StringComparer.Ordinal)
    {
        ["UnsubscribeURL"] = ("UnsubscribeURL", "Page where this person unsubscribes"),
        ["ManageURL"] = ("ManageURL", "Page where this person chooses lists"),
        ["OptinURL"] = ("OptinURL", "Page that confirms a subscription"),
        ["MessageURL"] = ("MessageURL", "This mail in a browser"),
        ["ArchiveURL"] = ("ArchiveURL", "Public archive"),
        ["RootURL"] = ("RootURL", "Address of this installation"),
        ["TrackLink"] = ("TrackLink \"https://example.com\"", "A link whose clicks are counted"),
        ["TrackView"] = ("TrackView", "Where the pixel that counts opens goes"),
        ["Date"] = ("Date \"2 January 2006\"", "Today, in the given layout"),
        ["Safe"] = ("Safe \"<b>text</b>\"", "HTML that is not escaped"),
        ["L"] = ("L.T \"email.unsub\"", "A text in the installation's language"),
        ["default"] = ("default \"friend\"", "A value for what is empty: .X | default \"friend\""),
        ["coalesce"] = ("coalesce .A .B \"c\"", "The first that is not empty"),
        ["ternary"] = ("ternary \"yes\" \"no\" .X", "One of two, by a condition"),
        ["upper"] = ("upper", "Upper case"),
        ["lower"] = ("lower", "Lower case"),
        ["title"] = ("title", "First Letters Large"),
        ["trim"] = ("trim", "Without blanks at the ends"),
        ["trunc"] = ("trunc 20", "The first letters"),
        ["abbrev"] = ("abbrev 20", "The first letters and an ellipsis"),
        ["replace"] = ("replace \"a\" \"b\"", "Every occurrence by another text"),
        ["contains"] = ("contains \"a\" .X", "Whether a text holds another"),
        ["hasPrefix"] = ("hasPrefix \"a\" .X", "Whether a text starts so"),
        ["hasSuffix"] = ("hasSuffix \"a\" .X", "Whether a text ends so"),
        ["join"] = ("join \", \" .X", "A list as text"),
        ["splitList"] = ("splitList \",\" .X", "A text as list"),
        ["first"] = ("first .X", "First of a list"),
        ["last"] = ("last .X", "Last of a list"),
        ["has"] = ("has \"a\" .X", "Whether a list holds a value"),
        ["plural"] = ("plural \"one\" \"many\" .X", "One word or the other, by a number"),
        ["date"] = ("date \"2 Jan 2006\" .X", "A time in the given layout"),
        ["dateInZone"] = ("dateInZone \"15:04\" .X \"Europe/Berlin\"", "A time in a zone"),
        ["dateModify"] = ("dateModify \"48h\" .X", "A time some while later"),
        ["toDate"] = ("toDate \"2006-01-02\" .X", "A text as time"),
        ["now"] = ("now", "The present time"),
        ["dig"] = ("dig \"a\" \"b\" \"otherwise\" .X", "A value deep inside a map"),
        ["index"] = ("index .X \"key\"", "One entry of a list or map"),
        ["len"] = ("len .X", "Length of a text, list or map"),
        ["printf"] = ("printf \"%.2f\" .X", "Text from a pattern"),
        ["eq"] = ("eq .X \"a\"", "Equal to the first of the others"),
        ["ne"] = ("ne .X \"a\"", "Not equal"),
        ["lt"] = ("lt .X 5", "Less than"),
        ["gt"] = ("gt .X 5", "Greater than"),
        ["and"] = ("and .A .B", "The first empty one, or the last"),
        ["or"] = ("or .A .B", "The first that is not empty"),
        ["not"] = ("not .X", "The opposite"),
        ["urlquery"] = ("urlquery .X", "Encoded for the query of an address"),
        ["add"] = ("add 1 .X", "Sum"),
        ["round"] = ("round .X 2", "Rounded to places"),
        ["int"] = ("int .X", "As whole number"),
        ["toJson"] = ("toJson .X", "As JSON"),
    }.ToFrozenDictionary(StringComparer.Ordinal);

    /// <param name="functions">The kind of mail.</param>
    /// <param name="attributes">Keys of subscribers' attributes that occur.</param>
    public static TemplateVocabulary Of(TemplateFunctionSet functions, IEnumerable<string> attributes)
    {
        var subscriber = Fields(".Subscriber", SubscriberTemplateObject.Members);
        var own = functions == TemplateFunctionSet.Campaign
            ? [new TemplateWord(".Subject", ".Subject", FieldNotes[".Subject"]), .. Fields(".Campaign", CampaignTemplateObject.Members)]
            : Fields(".Tx", TransactionalTemplateObject.Members);
        var names = FunctionTable.For(functions).Names.Where(name => name is not (FunctionTable.JoinUrl or FunctionTable.TrackedLink)).Concat(["and", "or"]).Distinct(StringComparer.Ordinal);
        return new TemplateVocabulary(
            [.. subscriber.OrderBy(field => Array.IndexOf(CommonFields, field.Name) is >= 0 and var place ? place : CommonFields.Length)],
            [.. attributes.Select(key => new TemplateWord(key, AttributePath(key), "Attribute of the subscriber"))],
            own,
            [.. names.Select(Function).OrderBy(function => function.Note.Length == 0).ThenBy(function => function.Name, StringComparer.Ordinal)]);
    }

    /// <summary>How a template reads an attribute: dotted where the key allows it.</summary>
    public static string AttributePath(string key) =>
        key.Length > 0 && (char.IsLetter(key[0]) || key[0] == '_') && key.All(c => char.IsLetterOrDigit(c) || c == '_')
            ? $".Subscriber.Attribs.{key}"
            : $"index .Subscriber.Attribs \"{key.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\"", "\\\"", StringComparison.Ordinal)}\"";

    /// <summary>Names that have a sentence here; a test holds them against the engine's tables.</summary>
    internal static IEnumerable<string> NotedFunctions => FunctionNotes.Keys;

    internal static IEnumerable<string> NotedFields => FieldNotes.Keys;

    private static List<TemplateWord> Fields(string parent, IReadOnlyList<string> members) =>
        [.. members.Select(member => $"{parent}.{member}").Select(path => new TemplateWord(path, path, FieldNotes.GetValueOrDefault(path, "")))];

    private static TemplateWord Function(string name) =>
        FunctionNotes.TryGetValue(name, out var known) ? new TemplateWord(name, known.Use, known.Note) : new TemplateWord(name, name, "");
}
