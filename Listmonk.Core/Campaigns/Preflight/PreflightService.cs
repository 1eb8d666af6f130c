using Listmonk.Core.Common;
using Listmonk.Core.Messengers;
using Listmonk.Core.Messengers.Dkim;
using Listmonk.Core.Settings;

namespace Listmonk.Core.Campaigns.Preflight;

/// <summary>Looks a campaign over before it goes out: collects the facts, and has <see cref="PreflightRules"/> judge them.</summary>
public sealed class PreflightService(
    CampaignQueries campaigns,
    AudienceSampleQueries samples,
    IPreflightRenderer renderer,
    IDomainRecords domains,
    DkimKeyService keys,
    LinkProbe probe,
    EmailMessenger email,
    SettingsStore settings,
    TimeProvider clock)
{
    /// <summary>Enough to meet each kind of person, few enough to be rendered while somebody waits.</summary>
    private const int SampleSize = 200;

    /// <param name="campaign">May hold unsaved changes.</param>
    /// <param name="scope">Which of the slower questions are asked.</param>
    public async Task<PreflightReport> CheckAsync(Campaign campaign, PreflightScope scope, CancellationToken cancellationToken)
    {
        var snapshot = settings.Current;
        int[] lists = [.. campaign.Lists.Where(list => list.ListId is not null).Select(list => list.ListId!.Value)];
        var from = campaign.FromEmail.Length > 0 ? campaign.FromEmail : snapshot.General.FromEmail;
        var domain = EmailAddress.TryParseMailbox(from, out _, out var address) ? EmailAddress.Domain(address) : null;
        var staysInOutbox = campaign.Messenger == Campaign.DefaultMessenger && email.UsesOutbox;
        var records = scope.LooksUpDomain && !staysInOutbox && domain is not null && !DomainRules.IsPlaceholder(domain) ? domains.ReadAsync(domain, cancellationToken) : null;
        var ownKeys = records is null ? null : OwnKeysAsync(snapshot.Dkim, domain!, cancellationToken);
        var audience = await campaigns.AudienceInFullAsync(campaign.Type, lists, campaign.ResendOfId, campaign.SegmentId, snapshot.Privacy, cancellationToken);
        var people = await samples.PickAsync(campaign.Type, lists, campaign.SegmentId, SampleSize, cancellationToken);
        var rendered = await renderer.RenderAsync(campaign, people, cancellationToken);
        var mail = rendered.IsOk ? rendered.Value : null;
        var links = mail?.Links ?? [];
        if (scope.TestsLinks)
        {
            links = await TestAsync(links, cancellationToken);
        }

        var fields = mail is null ? [] : MergeFields.Find(mail.Sources);
        var findings = PreflightRules.Judge(new PreflightFacts
        {
            Campaign = campaign,
            From = from,
            Domain = domain,
            Records = records is null ? null : await records,
            OwnKeys = ownKeys is null ? [] : await ownKeys,
            HasLookedUpDomain = records is not null,
            RootUrl = snapshot.RootUrl,
            StaysInOutbox = staysInOutbox,
            Audience = audience,
            SampleSize = people.Count,
            Mail = mail is null ? null : mail with { Links = links },
            Fault = rendered.IsOk ? null : rendered.Message,
            EmptyFields = fields.Count == 0 ? [] : [.. fields.Zip(MergeFields.CountEmpty(fields, people, clock), (field, count) => new EmptyField(field, count))],
        });
        return new PreflightReport
        {
            Findings = findings,
            Links = links,
            Audience = audience,
            SampleSize = people.Count,
            BodySize = mail?.BodySize ?? 0,
            MessageSize = mail?.MessageSize ?? 0,
            HasTestedLinks = scope.TestsLinks,
            HasLookedUpDomain = scope.LooksUpDomain,
        };
    }

    /// <summary>The keys that sign for the domain: its own, or those of the nearest domain above it that has some.</summary>
    private async Task<IReadOnlyList<OwnKey>> OwnKeysAsync(DkimSettings dkim, string domain, CancellationToken cancellationToken)
    {
        var signing = dkim.Keys.Where(key => key.Enabled && (domain.Equals(key.Domain, StringComparison.OrdinalIgnoreCase) || domain.EndsWith("." + key.Domain, StringComparison.OrdinalIgnoreCase)))
            .GroupBy(key => key.Domain.Length).MaxBy(group => group.Key);
        return signing is null ? [] : await Task.WhenAll(signing.Select(async key => new OwnKey(DkimRecord.Name(key), await keys.CheckAsync(key, cancellationToken))));
    }

    private async Task<IReadOnlyList<PreflightLink>> TestAsync(IReadOnlyList<PreflightLink> links, CancellationToken cancellationToken)
    {
        var answers = await probe.TestAsync(links.Where(link => link.CanBeTested).Select(link => link.Address), cancellationToken);
        return [.. links.Select(link => link with { Answer = answers.GetValueOrDefault(link.Address) })];
    }
}

/// <summary>Which questions that go out to the network are asked.</summary>
public readonly record struct PreflightScope(bool TestsLinks = false, bool LooksUpDomain = false);
