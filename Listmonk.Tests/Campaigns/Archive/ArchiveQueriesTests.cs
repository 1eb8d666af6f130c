using Listmonk.Core;
using Listmonk.Core.Campaigns;
using Listmonk.Core.Campaigns.Archive;
using Listmonk.Core.Common;
using Listmonk.Core.Subscribers;
using Listmonk.Tests.Support;
using Microsoft.Extensions.DependencyInjection;

namespace Listmonk.Tests.Campaigns.Archive;

public sealed class ArchiveQueriesTests : DatabaseTest
{
    private readonly FakeView _view = new();

    [Theory, MemberData(nameof(Providers))]
    public async Task Only_archived_campaigns_that_went_out_are_there_the_latest_first(DatabaseProvider provider)
    {
        await using var database = await CreateAsync(provider);
        var now = database.Clock.GetUtcNow();
        await database.AddAsync(
            Campaign("first", startedAt: now.AddDays(-2), createdAt: now),
            Campaign("second", startedAt: now.AddDays(-1), createdAt: now.AddDays(-9)),
            Campaign("draft", CampaignStatus.Draft),
            Campaign("cancelled", CampaignStatus.Cancelled),
            Campaign("hidden", isArchived: false));
        var archive = database.Get<ArchiveQueries>();

        var page = await archive.PageAsync(new PageRequest(), CancellationToken.None);

        Assert.Equal(["second", "first"], page.Results.Select(item => item.Subject));
        Assert.Equal("http://localhost:9000/archive/second", page.Results[0].Url);
        Assert.Equal("second", (await archive.LatestAsync(CancellationToken.None))!.Item.Subject);
        Assert.NotNull(await archive.FindAsync("first", CancellationToken.None));
        Assert.NotNull(await archive.FindAsync(page.Results[1].Uuid.ToString(), CancellationToken.None));
        Assert.Null(await archive.FindAsync("draft", CancellationToken.None));
        Assert.Null(await archive.FindAsync("hidden", CancellationToken.None));
    }

    [Theory, MemberData(nameof(Providers))]
    public async Task The_reader_is_the_one_of_the_meta_but_never_a_real_person(DatabaseProvider provider)
    {
        await using var database = await CreateAsync(provider);
        var campaign = Campaign("news");
        campaign.ArchiveMeta = $$"""{"name":"Dear Reader","email":"reader@example.com","attribs":{"city":"Pune"},"uuid":"{{Guid.NewGuid()}}"}""";
        await database.AddAsync(campaign);

        await database.Get<ArchiveQueries>().FindAsync("news", CancellationToken.None);

        Assert.Equal(("Dear Reader", "reader@example.com", Guid.Empty), (_view.Reader!.Name, _view.Reader.Email, _view.Reader.Uuid));
        Assert.Contains("Pune", _view.Reader.Attributes, StringComparison.Ordinal);
    }

    [Theory, MemberData(nameof(Providers))]
    public async Task A_faulty_campaign_hides_nothing_but_itself(DatabaseProvider provider)
    {
        await using var database = await CreateAsync(provider);
        await database.AddAsync(Campaign("{{ bad"), Campaign("good"));

        var feed = await database.Get<ArchiveQueries>().FeedAsync(CancellationToken.None);

        Assert.Equal(["Body of good"], feed.Where(entry => entry.Message is not null).Select(entry => entry.Message!.Body));
        Assert.Equal(2, feed.Count);
    }

    [Theory, MemberData(nameof(Providers))]
    public async Task A_message_is_rendered_once_a_minute_at_most(DatabaseProvider provider)
    {
        await using var database = await CreateAsync(provider);
        await database.AddAsync(Campaign("news"));
        var archive = database.Get<ArchiveQueries>();

        await archive.FindAsync("news", CancellationToken.None);
        await archive.FindAsync("news", CancellationToken.None);
        Assert.Equal(1, _view.Renderings);

        database.Clock.Advance(TimeSpan.FromMinutes(2));
        await archive.FindAsync("news", CancellationToken.None);
        Assert.Equal(2, _view.Renderings);
    }

    [Theory, MemberData(nameof(Providers))]
    public async Task A_recipient_sees_the_message_whatever_its_status_and_strangers_see_none(DatabaseProvider provider)
    {
        await using var database = await CreateAsync(provider);
        var (sent, draft) = (Campaign("sent", isArchived: false), Campaign("draft", CampaignStatus.Draft));
        var person = new Subscriber { Uuid = Guid.NewGuid(), Email = "ann@example.com", Name = "Ann" };
        await database.AddAsync(sent, draft, person);
        var messages = database.Get<MessageViewQueries>();

        Assert.Equal("Body of sent", (await messages.RenderAsync(sent.Uuid, person.Uuid, CancellationToken.None)).Value.Body);
        Assert.Equal("Ann", _view.Reader!.Name);
        Assert.Equal("Body of draft", (await messages.RenderAsync(draft.Uuid, person.Uuid, CancellationToken.None)).Value.Body);
        Assert.Equal(OutcomeKind.NotFound, (await messages.RenderAsync(sent.Uuid, Guid.NewGuid(), CancellationToken.None)).Kind);
        Assert.Equal(OutcomeKind.NotFound, (await messages.RenderAsync(Guid.NewGuid(), person.Uuid, CancellationToken.None)).Kind);
    }

    private Task<TestDatabase> CreateAsync(DatabaseProvider provider) =>
        TestDatabase.CreateAsync(provider, services => services.AddSingleton<IMessageView>(_view));

    private static Campaign Campaign(
        string subject, CampaignStatus status = CampaignStatus.Finished, bool isArchived = true, DateTimeOffset? startedAt = null, DateTimeOffset createdAt = default) => new()
        {
            Uuid = Guid.NewGuid(),
            Name = subject,
            Subject = subject,
            Status = status,
            Archive = isArchived,
            ArchiveSlug = subject,
            StartedAt = startedAt,
            CreatedAt = createdAt,
        };

    private sealed class FakeView : IMessageView
    {
        public Task<Outcome<MessagePage>> RenderForRecipientAsync(Campaign campaign, Subscriber recipient, CancellationToken cancellationToken) =>
            RenderAsync(campaign, recipient, cancellationToken);

        public Subscriber? Reader { get; private set; }

        public int Renderings { get; private set; }

        public Task<Outcome<MessagePage>> RenderAsync(Campaign campaign, Subscriber reader, CancellationToken cancellationToken)
        {
            Reader = reader;
            Renderings++;
            return Task.FromResult<Outcome<MessagePage>>(campaign.Subject.Contains("{{", StringComparison.Ordinal)
                ? Outcome<MessagePage>.Invalid("body", "faulty")
                : new MessagePage(campaign.Subject, $"Body of {campaign.Subject}", IsPlain: false));
        }
    }
}
