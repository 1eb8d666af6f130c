using System.Globalization;
using System.Text;

namespace Listmonk.Bench;

/// <summary>The mail that everything here is measured with: some 20 KB of HTML, twenty links, ten personal fields.</summary>
internal static class Newsletter
{
    public const string Subject = "News for {{ .Subscriber.FirstName }}";

    /// <summary>What a subscriber of the scenarios knows about themselves.</summary>
    public const string Attributes = """{"city":"Graz","plan":"garden","points":1280,"branch":"North Gate"}""";

    private const int Stories = 20;
    private const int SentencesPerStory = 8;

    private static readonly string[] Sentences =
    [
        "The greenhouse on the hill opens its doors on the first Saturday of the month, and the tea is free. ",
        "Last year the early frost took half of the beans; this year we sowed a week later and lost none of them. ",
        "If you keep bees, bring a jar of honey to the market: the longest table is yours from nine until noon. ",
        "Our carpenter has built six benches out of the old barn door, and each of them carries a name now. ",
        "Seeds for spring are packed in paper again, because the post dislikes glass as much as we do. ",
        "The pond is clean, the frogs are back, and the path around it holds a pram or a wheelchair at last. ",
        "We measured the rain for one hundred days and found that the gauge had a hole for thirty of them. ",
        "Compost needs patience, brown leaves and a fork; everything else in the shop is only for show. ",
        "The apple press can be borrowed for a day, and whoever returns it clean gets the next day as well. ",
        "A pear tree may take twenty years to please you, so plant two and invite the neighbours to wait along. ",
        "On Thursdays the tool library stays open late, and somebody is there who knows how to sharpen a scythe. ",
    ];

    private static readonly string[] Fields = ["FirstName", "Attribs.city", "Attribs.plan", "Attribs.points", "Attribs.branch", "Name", "Email", "Attribs.city", "Attribs.plan", "FirstName"];

    /// <summary>As the product's templates are written.</summary>
    public static string Html { get; } = Write(field => $"{{{{ .Subscriber.{field} }}}}");

    /// <summary>The same for engines that speak Liquid.</summary>
    public static string Liquid { get; } = Write(field => $"{{{{ Subscriber.{field} }}}}");

    private static string Write(Func<string, string> field)
    {
        var text = new StringBuilder("<h1 style=\"font-family:Georgia,serif\">The garden letter</h1>\n");
        for (var story = 0; story < Stories; story++)
        {
            var personal = story % 2 == 0 ? $"For {field(Fields[story / 2])}: " : "";
            text.Append(CultureInfo.InvariantCulture, $"""
                <table width="600" cellpadding="0" cellspacing="0" style="font-family:Arial,sans-serif"><tr><td style="padding:12px">
                <h2>{personal}story {story + 1}</h2>
                <p>
                """);
            for (var i = 0; i < SentencesPerStory; i++)
            {
                text.Append(Sentences[((story * 4) + i) % Sentences.Length]);
            }

            text.Append(CultureInfo.InvariantCulture, $"""
                </p>
                <a href="https://garden.example/stories/{story + 1}?from=letter&amp;month=may">Read on</a>
                </td></tr></table>

                """);
        }

        return text.ToString();
    }
}
