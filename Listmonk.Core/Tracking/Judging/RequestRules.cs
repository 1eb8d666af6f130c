using System.Net;
using System.Text.RegularExpressions;

namespace Listmonk.Core.Tracking.Judging;

/// <summary>
/// The rules that one request decides by itself: method, headers, name of the program, network. They run when the hit arrives, and
/// again over stored facts when the rules change.
/// </summary>
/// <remarks>
/// A false "machine" costs more than a miss: it hides a reader. So image proxies that load when a person opens the mail (Google, Yahoo) and mail programs
/// count as people, and words match at word boundaries (Cubot makes telephones).
/// </remarks>
public static partial class RequestRules
{
    private const string GmailPrefetchAgent =
        "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/42.0.2311.135 Safari/537.36 Edge/12.246 Mozilla/5.0";

    private const string BareAgent = "Mozilla/5.0";

    public static HitJudgement Judge(in HitRequest request, HitKnowledge knowledge)
    {
        if (request.IsHead)
        {
            return Machine(HitReasons.Head);
        }

        if (request.IsPrefetch)
        {
            return Machine(HitReasons.Prefetch);
        }

        return JudgeNetwork(JudgeAgent(request.Kind, request.Agent, knowledge), request.Address, knowledge);
    }

    /// <summary>A person's program in a network where nobody reads mail is a scanner that pretends.</summary>
    public static HitJudgement JudgeNetwork(HitJudgement judgement, IPAddress? address, HitKnowledge knowledge) =>
        judgement.Verdict == HitVerdict.Human && address is not null
        && knowledge.ScannerNetworks.Contains(address) && !knowledge.PeopleNetworks.Contains(address)
            ? judgement with { Verdict = HitVerdict.Machine, Reason = HitReasons.ScannerNetwork }
            : judgement;

    /// <summary>The part that depends on nothing but the name of the program, so that it can be remembered.</summary>
    public static HitJudgement JudgeAgent(HitKind kind, string agent, HitKnowledge knowledge)
    {
        var text = agent.AsSpan(0, Math.Min(agent.Length, ReceivedHit.MaxAgent)).Trim();
        if (text.IsEmpty)
        {
            return Machine(HitReasons.NoAgent);
        }

        if (text.SequenceEqual(BareAgent))
        {
            return Machine(HitReasons.ApplePrivacy, AgentClasses.Proxy, MailClients.AppleMail);
        }

        if (kind == HitKind.Open && text.SequenceEqual(GmailPrefetchAgent))
        {
            return Machine(HitReasons.GmailPrefetch, AgentClasses.Proxy, MailClients.Gmail);
        }

        if (knowledge.Proxies.Find(text) is not null)
        {
            return new HitJudgement(HitVerdict.Human, "", AgentClasses.Proxy, MailClients.Of(text));
        }

        var isSoftware = knowledge.PeopleAgents.Find(text) is null && (SoftwareWords().IsMatch(text) || knowledge.ScannerAgents.Find(text) is not null);
        return isSoftware ? Machine(HitReasons.ScannerAgent, AgentClasses.Bot) : new HitJudgement(HitVerdict.Human, "", AgentClasses.Of(text), MailClients.Of(text));
    }

    /// <summary>Whether the value of Sec-Purpose, Purpose, X-Purpose or X-Moz says that a browser fetches ahead of a person's wish.</summary>
    public static bool IsPrefetch(string purpose) =>
        purpose.Length > 0
        && (Has(purpose, "prefetch") || Has(purpose, "prerender") || Has(purpose, "preview"));

    private static bool Has(string text, string word) => text.Contains(word, StringComparison.OrdinalIgnoreCase);

    private static HitJudgement Machine(string reason, string agentClass = "", string client = "") => new(HitVerdict.Machine, reason, agentClass, client);

    /// <summary>A word for software, a web address or a mail address: people's programs name none of these.</summary>
    [GeneratedRegex(
        @"(?<!cu)bots?(?![a-z])|crawl|spider|scrap(?:e|y|ing)|headless|https?://|@[a-z0-9.-]*\.[a-z]{2,}",
        RegexOptions.IgnoreCase | RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture,
        matchTimeoutMilliseconds: 1000)]
    private static partial Regex SoftwareWords();
}
