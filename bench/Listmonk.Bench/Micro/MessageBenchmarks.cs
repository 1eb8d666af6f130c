using System.Collections.Immutable;
using BenchmarkDotNet.Attributes;
using Listmonk.Core.Campaigns;
using Listmonk.Core.Messengers.Mime;
using Listmonk.Core.Sending;
using Listmonk.Core.Settings;
using Listmonk.Core.Templates;
using Listmonk.Core.Templates.Expressions;
using Listmonk.Core.Tracking;
using Listmonk.Core.Tracking.Links;

namespace Listmonk.Bench.Micro;

/// <summary>From a newsletter's source to the bytes that go to the server.</summary>
[MemoryDiagnoser]
public class MessageBenchmarks : IDisposable
{
    private const string From = "The garden <garden@example.org>";

    private static readonly LinkPolicy Policy = new("https://mail.example.org");

    private static readonly Recipient Ann = new()
    {
        SubscriberId = 123_456,
        Uuid = Guid.Parse("6f4b3f0a-2f0e-4b7c-9c65-0a8f5c9d1e21"),
        Email = "ann@example.com",
        Name = "Ann Archer",
        Attributes = Newsletter.Attributes,
    };

    private readonly MessageComposer _composer = new(Compile());

    [Benchmark(Description = "Rewrite a newsletter's 20 links")]
    public string RewriteLinks() => LinkRewriter.Splice(Newsletter.Html, LinkRewriter.Find(Newsletter.Html, Policy).Places, _ => "{{ TrackedLink 1 }}");

    /// <summary>Renders, writes 20 tracked links and a pixel, encodes, adds the headers.</summary>
    [Benchmark(Description = "Compose a whole tracked message")]
    public int Compose()
    {
        using var message = _composer.Compose(Ann);
        return message.Mime.Length;
    }

    [GlobalCleanup]
    public void Dispose()
    {
        _composer.Dispose();
        GC.SuppressFinalize(this);
    }

    /// <summary>What <see cref="CampaignCompiler"/> makes, without its database.</summary>
    private static CompiledCampaign Compile()
    {
        var settings = new SettingsSnapshot(SettingsKeys.Defaults.ToImmutableDictionary(StringComparer.Ordinal));
        var sources = new CampaignSources(CampaignContentType.Html, wrapper: null, Newsletter.Html, altBody: null, Policy, new LinkTracking(Opens: true, Clicks: true, AllLinks: true));
        var campaign = Guid.Parse("0a4c2a8e-5d55-4b26-8d0e-6a6f3e2b9c10");
        return new CompiledCampaign(sources, [.. Enumerable.Range(1001, sources.TrackedPlaces.Count)])
        {
            CampaignId = 42,
            CampaignUuid = campaign,
            Blueprint = new MessageBlueprint(new MessageDraft { From = From, Body = MessageBody.Html, CampaignUuid = campaign, CampaignId = 42, NamesSubscriber = true, HasUnsubscribeHeader = true }),
            Subject = CompiledTemplate.Compile(Newsletter.Subject, TemplateMode.Text, TemplateFunctionSet.Campaign),
            Headers = [],
            Level = TrackingLevel.Individual,
            TracksOpens = true,
            TracksClicks = true,
            LogoUrl = "",
            Paths = new TrackingPaths(Policy.RootUrl),
            TemplateObject = new CampaignTemplateObject { Id = 42, Uuid = campaign, Name = "May", FromEmail = From },
            Tokens = new TrackingTokens(new TrackingKeyRing(1, [new TrackingSecret(1, TrackingKeyRing.NewKey())])),
            Clock = TimeProvider.System,
            Language = null,
            Settings = settings,
            NeedsProfiles = false,
        };
    }
}
