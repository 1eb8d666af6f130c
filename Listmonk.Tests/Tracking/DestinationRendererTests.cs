using Listmonk.Core;
using Listmonk.Core.Tracking;
using Listmonk.Tests.Support;

namespace Listmonk.Tests.Tracking;

public sealed class DestinationRendererTests : DatabaseTest
{
    [Theory, MemberData(nameof(Providers))]
    public async Task Expressions_are_rendered_for_the_person_and_escaped_as_in_the_mail(DatabaseProvider provider)
    {
        await using var database = await TestDatabase.CreateAsync(provider);
        var campaign = await database.CampaignAsync();
        var person = await database.PersonAsync();

        var url = await RenderAsync(database, "https://example.com/hi?id={{ .Subscriber.UUID }}&copy=1&mail={{ .Subscriber.Email }}&c={{ .Campaign.Name }}", database.Click(campaign, person));

        Assert.Equal($"https://example.com/hi?id={person.Uuid}&copy=1&mail={Uri.EscapeDataString(person.Email)}&c=News", url, ignoreCase: true);
    }

    [Theory, MemberData(nameof(Providers))]
    public async Task Without_a_person_the_fixed_part_is_used(DatabaseProvider provider)
    {
        await using var database = await TestDatabase.CreateAsync(provider);
        var campaign = await database.CampaignAsync();

        Assert.Equal("https://example.com/hi", await RenderAsync(database, "https://example.com/hi?id={{ .Subscriber.UUID }}", database.Click(campaign, null)));
        Assert.Equal("https://example.com/hi?c=News", await RenderAsync(database, "https://example.com/hi?c={{ .Campaign.Name }}", database.Click(campaign, null)));
    }

    [Theory]
    [InlineData("https://example.com/a/b{{ .X }}", "https://example.com/a/")]
    [InlineData("https://example.com/a?b=c&d={{ .X }}", "https://example.com/a")]
    [InlineData("https://example.com{{ .X }}", null)]
    [InlineData("{{ .X }}", null)]
    [InlineData("javascript:{{ .X }}", null)]
    public void The_fixed_part_is_whole_or_nothing(string url, string? expected) => Assert.Equal(expected, DestinationRenderer.WithoutExpressions(url));

    [Fact]
    public async Task A_destination_that_renders_to_no_address_or_does_not_compile_falls_back()
    {
        await using var database = await TestDatabase.CreateAsync(DatabaseProvider.Sqlite);
        var campaign = await database.CampaignAsync();
        var person = await database.PersonAsync();

        Assert.Null(await RenderAsync(database, "{{ .Subscriber.Name }}", database.Click(campaign, person)));
        Assert.Equal("https://example.com/", await RenderAsync(database, "https://example.com/{{ nonsense", database.Click(campaign, person)));
    }

    private static async Task<string?> RenderAsync(TestDatabase database, string url, ReceivedHit hit)
    {
        var links = database.Get<LinkStore>();
        var id = (await links.RegisterAsync([url], CancellationToken.None))[0];
        return await database.Get<DestinationRenderer>().RenderAsync((await links.FindAsync(id, CancellationToken.None))!, hit, CancellationToken.None);
    }
}
