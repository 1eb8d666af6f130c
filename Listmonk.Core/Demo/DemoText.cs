namespace Listmonk.Core.Demo;

/// <summary>The words of the demonstration: believable names, places and newsletters.</summary>
internal static class DemoText
{
    public static readonly string[] FirstNames =
    [
        "Ada", "Amir", "Ana", "Anders", "Asha", "Ben", "Carla", "Chen", "Clara", "Daniel", "Dara", "Elif", "Emeka", "Emma", "Erik", "Fatima", "Felix", "Grace", "Hana", "Hugo",
        "Ines", "Isaac", "Ivan", "Jana", "Jonas", "Julia", "Kai", "Karim", "Laura", "Leila", "Leon", "Lina", "Luca", "Maja", "Marco", "Maria", "Mei", "Mila", "Milan", "Nadia",
        "Nina", "Noah", "Nora", "Olga", "Omar", "Oscar", "Paula", "Pedro", "Priya", "Rosa", "Ruth", "Samir", "Sara", "Sofia", "Tara", "Thomas", "Uma", "Vera", "Yara", "Zoe",
    ];

    public static readonly string[] LastNames =
    [
        "Abara", "Andersen", "Bakker", "Bauer", "Bianchi", "Brown", "Costa", "Dubois", "Eriksson", "Fischer", "Garcia", "Haddad", "Hansen", "Ivanova", "Jensen", "Kaya", "Keller",
        "Kim", "Kovacs", "Kumar", "Lang", "Larsen", "Lopez", "Martin", "Meyer", "Moreau", "Nakamura", "Nilsson", "Novak", "Okafor", "Olsen", "Patel", "Petrov", "Rossi", "Santos",
        "Schmidt", "Silva", "Singh", "Tanaka", "Torres", "Varga", "Weber", "Wilson", "Wong", "Zhang",
    ];

    public static readonly string[] Cities =
        ["Amsterdam", "Berlin", "Bengaluru", "Copenhagen", "Dublin", "Lagos", "Lisbon", "London", "Madrid", "Mumbai", "Oslo", "Paris", "Prague", "Singapore", "Stockholm", "Tokyo", "Toronto", "Vienna", "Warsaw", "Zurich"];

    public static readonly string[] Plans = ["free", "free", "free", "team", "team", "business"];

    public static readonly string[] MailDomains = ["example.com", "example.net", "example.org", "mail.example", "post.example"];

    /// <summary>Name, description, whether it is public, whether it asks for confirmation, and the share of people on it.</summary>
    public static readonly (string Name, string Description, bool IsPublic, bool IsDouble, double Share, string Tag)[] Lists =
    [
        ("Weekly digest", "The week's best reads, every Friday.", true, false, 0.72, "editorial"),
        ("Product updates", "New features and fixes, about once a month.", true, true, 0.55, "product"),
        ("Events and webinars", "Invitations to talks and workshops.", true, true, 0.31, "events"),
        ("Customers", "People with a paid plan.", false, false, 0.38, "crm"),
        ("Press", "Journalists and bloggers.", false, false, 0.04, "crm"),
    ];

    /// <summary>Name, subject, list number, days ago, share that opens, share of openers that clicks.</summary>
    public static readonly (string Name, string Subject, int List, int DaysAgo, double Opens, double Clicks)[] SentCampaigns =
    [
        ("Digest 31", "Five reads for a slow weekend", 0, 62, 0.41, 0.22),
        ("Spring release", "Spring release: faster, calmer, yours", 1, 55, 0.52, 0.34),
        ("Digest 32", "Why plain text still wins", 0, 48, 0.38, 0.19),
        ("Webinar invitation", "Live on Thursday: lists that people love", 2, 41, 0.47, 0.41),
        ("Digest 33", "The quiet craft of release notes", 0, 34, 0.43, 0.25),
        ("Customer survey", "Two minutes for a better product?", 3, 27, 0.56, 0.48),
        ("Digest 34", "What we learned from 1,000 onboarding mails", 0, 20, 0.44, 0.27),
        ("June features", "Three things you can do today", 1, 13, 0.49, 0.31),
        ("Digest 35", "Maps, margins and other obsessions", 0, 6, 0.40, 0.21),
        ("Workshop reminder", "Tomorrow: your seat is saved", 2, 1, 0.51, 0.38),
    ];

    public static readonly (string Path, string Label, double Weight)[] Links =
    [
        ("https://example.com/read/lead-story", "Read the story", 0.46),
        ("https://example.com/read/second-story", "Second story", 0.2),
        ("https://example.com/read/third-story", "Third story", 0.14),
        ("https://example.com/events/next", "See the date", 0.12),
        ("https://example.com/about", "About us", 0.08),
    ];

    public static string Body(string subject) =>
        $$$"""
        <h1 style="font-size:24px;margin:0 0 16px">{{{subject}}}</h1>
        <p>Hello {{ .Subscriber.FirstName }},</p>
        <p>good to have you with us{{ if .Subscriber.Attribs.city }} in {{ .Subscriber.Attribs.city }}{{ end }}. Here is what we picked for you.</p>
        <p><a class="button" href="{{{Links[0].Path}}}" style="background:#0b5ed7;color:#ffffff;padding:12px 20px;border-radius:6px;text-decoration:none;display:inline-block">{{{Links[0].Label}}}</a></p>
        <h2 style="font-size:18px">Also worth your time</h2>
        <ul>
          <li><a href="{{{Links[1].Path}}}">{{{Links[1].Label}}}</a>: how a small team halved its support mail.</li>
          <li><a href="{{{Links[2].Path}}}">{{{Links[2].Label}}}</a>: a checklist that fits on one page.</li>
          <li><a href="{{{Links[3].Path}}}">{{{Links[3].Label}}}</a> of our next meeting.</li>
        </ul>
        <p>Until next time,<br>the team<br><a href="{{{Links[4].Path}}}">{{{Links[4].Label}}}</a></p>
        """;
}
