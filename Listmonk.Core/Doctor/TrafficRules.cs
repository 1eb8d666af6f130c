using System.Globalization;
using Listmonk.Core.Tracking;

namespace Listmonk.Core.Doctor;

/// <summary>Judges the true hits: whether any arrive, and what is refused.</summary>
internal static class TrafficRules
{
    private const int EnoughMails = 20;
    private const int ManyRefused = 50;
    private static readonly TimeSpan LongEnough = TimeSpan.FromDays(1);
    private static readonly TimeSpan Lately = TimeSpan.FromHours(1);

    public static IEnumerable<DoctorCheck> Judge(DoctorFacts facts)
    {
        yield return Hits(facts);
        yield return Refused(facts);
    }

    private static DoctorCheck Hits(DoctorFacts facts)
    {
        var check = new DoctorCheck("hits", "True hits", CheckState.Green, "");
        var hits = facts.Hits;
        if (hits.IsTrackingOff)
        {
            return check with { Finding = "Tracking is switched off in the privacy settings, so nothing is counted." };
        }

        if (hits.LastSentAt is not { } sent)
        {
            return check with { Finding = "No campaign has been sent yet, so there is nothing to count." };
        }

        if (!hits.Last.Any(hit => hit.At >= sent) && hits.LastSent >= EnoughMails && facts.At - sent >= LongEnough)
        {
            return check.Amber(
                "no_hits", string.Create(CultureInfo.InvariantCulture, $"The newest campaign went to {hits.LastSent:N0} people more than a day ago, and nobody has opened it or clicked."),
                "If all is green above, see whether its mails carry pixel and tracked links (preview, 'as sent'), and whether they arrived at all (bounces).");
        }

        var people = hits.Last.Count(hit => hit.Verdict == HitVerdict.Human);
        return check with { Finding = hits.Last.Count == 0 ? "None yet; the newest campaign is too fresh or too small to worry." : $"They arrive; {people} of the last {hits.Last.Count} are people's." };
    }

    private static DoctorCheck Refused(DoctorFacts facts)
    {
        var check = new DoctorCheck("refused", "Refused hits", CheckState.Green, "None of note.");
        var damaged = facts.Hits.Refused.Where(refused => refused.Reason is RefusalReason.DamagedAddress or RefusalReason.UnknownLink && facts.At - refused.At <= Lately).ToList();
        if (damaged.Count < ManyRefused)
        {
            return damaged.Count == 0 ? check : check with { Finding = $"{damaged.Count} in the last hour: damaged or unknown addresses, as scanners and cut-off mails cause them." };
        }

        return check.Amber(
            "many_refused", $"{damaged.Count} or more in the last hour with damaged or unknown addresses.",
            "If they come from many networks, the tracking keys of a restored backup may not be those of the mails; if from few, somebody is trying addresses, which leads to nothing.");
    }
}
