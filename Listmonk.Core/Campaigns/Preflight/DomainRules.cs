using Listmonk.Core.Messengers.Dkim;

namespace Listmonk.Core.Campaigns.Preflight;

/// <summary>What the records of a sender's domain mean for its mails.</summary>
internal static class DomainRules
{
    /// <summary>Mailbox providers whose DMARC policy has mail from their addresses refused when anybody else sends it.</summary>
    private static readonly string[] Freemail =
    [
        "gmail.com", "googlemail.com", "yahoo.com", "ymail.com", "aol.com", "hotmail.com", "outlook.com", "live.com", "msn.com", "icloud.com", "me.com", "mac.com",
        "gmx.de", "gmx.net", "gmx.com", "web.de", "t-online.de", "mail.ru", "yandex.ru", "proton.me", "protonmail.com", "orange.fr", "free.fr", "laposte.net", "libero.it",
    ];

    private static readonly string[] Placeholders = ["example.com", "example.org", "example.net", "yoursite.com", "localhost", "test", "invalid", "local"];

    public static bool IsFreemail(string domain) => Freemail.Contains(domain, StringComparer.OrdinalIgnoreCase);

    /// <summary>A domain that belongs to nobody, left over from an example.</summary>
    public static bool IsPlaceholder(string domain) =>
        Placeholders.Any(name => domain.Equals(name, StringComparison.OrdinalIgnoreCase) || domain.EndsWith("." + name, StringComparison.OrdinalIgnoreCase));

    /// <param name="domain">The domain of the From address.</param>
    /// <param name="records">Null when the DNS cannot be reached.</param>
    /// <param name="ownKeys">The installation's own keys that sign for the domain.</param>
    public static IEnumerable<PreflightFinding> Judge(string domain, DomainRecords? records, IReadOnlyList<OwnKey> ownKeys)
    {
        if (records is null)
        {
            yield return Info("The sender's domain could not be looked up.", $"No name server answered, so nothing is known about the SPF, DKIM and DMARC records of {domain}. Try again when this machine can reach the DNS.");
            yield break;
        }

        if (!records.Exists)
        {
            yield return Warning($"The domain {domain} does not exist.", "Mailbox providers refuse mail from addresses that nobody could answer to. Check the From address for a spelling mistake.");
            yield break;
        }

        foreach (var finding in JudgeSpf(domain, records.Spf))
        {
            yield return finding;
        }

        foreach (var key in ownKeys.Where(key => key.State is DkimRecordState.Missing or DkimRecordState.Different))
        {
            yield return Warning(
                key.State == DkimRecordState.Missing ? $"The DNS has no record for our DKIM key, {key.RecordName}." : $"The DNS has another key under {key.RecordName}.",
                "Mails are signed with a key that receivers cannot find, and count as forged or unsigned. Publish the record shown under Settings, DKIM, or switch the key off until it is there.");
        }

        if (records.DkimSelectors.Count == 0 && ownKeys.Count == 0)
        {
            yield return Info($"No DKIM key of {domain} was found under the usual names.", "It may have another name, which only the mail server knows. Send a test to a mailbox of your own and look for 'dkim=pass' in its headers; without DKIM, large providers refuse newsletters.");
        }

        foreach (var finding in JudgeDmarc(domain, records.Dmarc))
        {
            yield return finding;
        }
    }

    private static IEnumerable<PreflightFinding> JudgeSpf(string domain, IReadOnlyList<string> spf)
    {
        if (spf.Count == 0)
        {
            yield return Warning($"{domain} has no SPF record.", "It says which servers may send for the domain. Your mail provider's help names the TXT record to add to the DNS.");
        }
        else if (spf.Count > 1)
        {
            yield return Warning($"{domain} has {spf.Count} SPF records.", "Only one is allowed; with more, receivers ignore them all. Join them into one.", spf);
        }
        else if (spf[0].Contains("+all", StringComparison.OrdinalIgnoreCase))
        {
            yield return Warning($"The SPF record of {domain} lets everybody send.", "Replace '+all' at its end by '~all' or '-all'.", spf);
        }
    }

    private static IEnumerable<PreflightFinding> JudgeDmarc(string domain, string? dmarc)
    {
        if (dmarc is null)
        {
            yield return Warning($"{domain} has no DMARC record.", $"Gmail and Yahoo require one from everybody who sends newsletters. Begin with a TXT record for _dmarc.{domain}: v=DMARC1; p=none");
        }
        else if (dmarc.Split(';', StringSplitOptions.TrimEntries).Any(tag => tag.Replace(" ", "", StringComparison.Ordinal).Equals("p=none", StringComparison.OrdinalIgnoreCase)))
        {
            yield return Info($"The DMARC policy of {domain} only watches (p=none).", "That is enough for large providers. When reports show that all your mail passes, 'p=quarantine' protects the domain from forgers.");
        }
    }

    private static PreflightFinding Info(string title, string advice) => new(PreflightCheck.Sender, PreflightSeverity.Info, title, advice);

    private static PreflightFinding Warning(string title, string advice, IReadOnlyList<string>? items = null) =>
        new(PreflightCheck.Sender, PreflightSeverity.Warning, title, advice) { Items = items ?? [] };
}
