using Listmonk.Core.Common;

namespace Listmonk.Core.Tracking;

/// <summary>
/// What a request tells about who made it: the verdict, the short code of the rule that decided (empty for the default), and a
/// derived class of the client, never the user agent itself.
/// </summary>
public sealed record HitJudgement(HitVerdict Verdict, string Reason, string AgentClass);

/// <summary>
/// Tells people from software that fetches on its own. Judged once, when the hit arrives, from two headers; the version is stored with
/// the hit so that an improved rule can judge again what an older one let through.
/// </summary>
/// <remarks>
/// Image proxies of Google, Yahoo and Microsoft fetch when a person opens the mail, so they count as people. Apple's privacy proxy
/// fetches every picture of every mail, read or not, and shows nothing but <c>Mozilla/5.0</c>.
/// </remarks>
public static class HitRules
{
    public const int Version = 1;

    private static readonly HitJudgement NoAgent = new(HitVerdict.Machine, "no_agent", "");
    private static readonly HitJudgement ApplePrivacy = new(HitVerdict.Machine, "apple_privacy", "proxy");
    private static readonly HitJudgement Prefetch = new(HitVerdict.Machine, "prefetch", "");
    private static readonly HitJudgement Scanner = new(HitVerdict.Machine, "scanner", "bot");
    private static readonly HitJudgement Library = new(HitVerdict.Machine, "library", "bot");
    private static readonly HitJudgement Crawler = new(HitVerdict.Machine, "crawler", "bot");
    private static readonly HitJudgement Proxy = Person("proxy");
    private static readonly HitJudgement Tablet = Person("tablet");
    private static readonly HitJudgement Mobile = Person("mobile");
    private static readonly HitJudgement Desktop = Person("desktop");
    private static readonly HitJudgement Other = Person("other");

    /// <summary>In the order of precedence: a proxy's name settles the matter before the words below are looked for.</summary>
    private static readonly (HitJudgement Judgement, string[] Words)[] Table =
    [
        (Proxy, ["GoogleImageProxy", "YahooMailProxy", "YahooCacheSystem"]),
        (Scanner,
        [
            "Barracuda", "Mimecast", "Proofpoint", "Symantec", "MessageLabs", "TrendMicro", "FireEye", "Forcepoint", "IronPort", "SafeLinks",
            "BitDefender", "Kaspersky", "Sophos", "Zscaler", "urlscan", "VirusTotal", "LinkCheck", "link check", "Scanner",
        ]),
        (Library,
        [
            "curl/", "wget/", "python-", "aiohttp", "Go-http-client", "Java/", "Apache-HttpClient", "okhttp", "libwww", "node-fetch", "axios/", "undici",
            "PostmanRuntime", "Ruby", "PHP/", "GuzzleHttp", "HeadlessChrome", "PhantomJS", "Puppeteer", "Playwright", "Selenium",
        ]),
        (Crawler, ["crawl", "spider", "facebookexternalhit", "WhatsApp", "Slack-ImgProxy", "SkypeUriPreview", "BingPreview", "Google-Safety", "monitoring", "UptimeRobot"]),
    ];

    /// <param name="userAgent">The User-Agent header, empty when absent.</param>
    /// <param name="purpose">The Sec-Purpose, Purpose or X-Moz header, empty when absent.</param>
    public static HitJudgement Judge(string userAgent, string purpose) =>
        IsPrefetch(purpose) ? Prefetch : Judge(userAgent);

    /// <summary>Whether a browser fetches ahead of a person's wish.</summary>
    public static bool IsPrefetch(string purpose) => purpose.Length > 0 && (Has(purpose, "prefetch") || Has(purpose, "prerender") || Has(purpose, "preview"));

    public static HitJudgement Judge(string userAgent)
    {
        var agent = userAgent.AsSpan().Trim();
        if (agent.IsEmpty)
        {
            return NoAgent;
        }

        if (agent.SequenceEqual("Mozilla/5.0"))
        {
            return ApplePrivacy;
        }

        foreach (var (judgement, words) in Table)
        {
            foreach (var word in words)
            {
                if (Has(agent, word))
                {
                    return judgement;
                }
            }
        }

        return IsBot(agent) ? Crawler : ClassOf(agent);
    }

    /// <summary>Cubot makes telephones.</summary>
    private static bool IsBot(ReadOnlySpan<char> agent)
    {
        var at = agent.IndexOf("bot", StringComparison.OrdinalIgnoreCase);
        return at >= 0 && !(at >= 2 && agent[(at - 2)..].StartsWith("cubot", StringComparison.OrdinalIgnoreCase));
    }

    private static HitJudgement ClassOf(ReadOnlySpan<char> agent)
    {
        if (Has(agent, "iPad") || Has(agent, "Tablet"))
        {
            return Tablet;
        }

        if (Has(agent, "Mobile") || Has(agent, "iPhone") || Has(agent, "Android"))
        {
            return Mobile;
        }

        return Has(agent, "Windows") || Has(agent, "Macintosh") || Has(agent, "X11") || Has(agent, "Outlook") || Has(agent, "Thunderbird") ? Desktop : Other;
    }

    private static bool Has(ReadOnlySpan<char> text, string word) => text.Contains(word, StringComparison.OrdinalIgnoreCase);

    private static HitJudgement Person(string agentClass) => new(HitVerdict.Human, "", agentClass);
}

/// <summary>Remembers the judgement of each user agent seen lately, so that a request costs one look-up.</summary>
public sealed class HitJudge
{
    private readonly BoundedCache<string, HitJudgement> _agents = new(5_000);

    public HitJudgement Judge(string userAgent, string purpose)
    {
        if (purpose.Length > 0)
        {
            return HitRules.Judge(userAgent, purpose);
        }

        if (!_agents.TryGet(userAgent, out var judgement))
        {
            judgement = HitRules.Judge(userAgent);
            _agents.Set(userAgent, judgement);
        }

        return judgement;
    }
}
