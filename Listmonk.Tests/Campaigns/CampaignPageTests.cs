using Bunit;
using Listmonk.Core.Campaigns;
using Listmonk.Core.Common;
using Listmonk.Core.Data;
using Listmonk.Tests.Support;
using Listmonk.Web.Campaigns;
using Listmonk.Web.Shared;
using Listmonk.Web.Shared.Editors;
using Microsoft.Extensions.DependencyInjection;

namespace Listmonk.Tests.Campaigns;

public sealed class CampaignPageTests : ComponentTest
{
    protected override void ConfigureServices(IServiceCollection services) => services.AddScoped<BrowserClock>();

    public override async Task InitializeAsync()
    {
        await base.InitializeAsync();
        await Get<DatabaseSeeder>().SeedAsync(CancellationToken.None);
    }

    [Fact]
    public void A_new_campaign_without_content_is_refused_at_its_fields()
    {
        RenderProviders();
        var page = Render<CampaignPage>();
        page.WaitForAssertion(() => Assert.Contains("New campaign", page.Markup, StringComparison.Ordinal));

        page.Find("[data-shortcut=save]").Click();

        page.WaitForAssertion(() => Assert.NotEmpty(page.FindAll(".field-errors [data-focus-field=name]")));
        Assert.NotEmpty(page.FindAll(".field-errors [data-focus-field=lists]"));
    }

    [Fact]
    public void A_stored_campaign_shows_its_body_and_how_it_will_arrive()
    {
        RenderProviders();
        var page = Render<CampaignPage>(parameters => parameters.Add(one => one.Id, 1));

        page.WaitForAssertion(() => Assert.Contains("Hello Demo", page.Find("iframe.preview-frame").GetAttribute("srcdoc"), StringComparison.Ordinal));
        Assert.Equal("", page.Find("iframe.preview-frame").GetAttribute("sandbox"));
        Assert.Contains("{{ .Subscriber.FirstName }}", page.FindComponent<RichTextEditor>().Instance.Value, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Changes_are_marked_until_they_are_saved()
    {
        RenderProviders();
        var page = Render<CampaignPage>(parameters => parameters.Add(one => one.Id, 1));
        page.WaitForAssertion(() => Assert.NotEmpty(page.FindAll("[data-field=subject] input, input[data-field=subject]")));

        page.Find("[data-field=subject] input, input[data-field=subject]").Input("A new subject");
        page.WaitForAssertion(() => Assert.Contains("Unsaved changes", page.Markup, StringComparison.Ordinal));
        page.Find("[data-shortcut=save]").Click();

        page.WaitForAssertion(() => Assert.DoesNotContain("Unsaved changes", page.Markup, StringComparison.Ordinal));
        Assert.Equal("A new subject", (await Get<CampaignQueries>().FindAsync(1, Actor.System, CancellationToken.None)).Value.Subject);
    }

    [Fact]
    public async Task Sending_asks_first_and_says_to_how_many()
    {
        var dialogs = RenderProviders();
        var page = Render<CampaignPage>(parameters => parameters.Add(one => one.Id, 1));
        page.WaitForAssertion(() => Assert.Contains("Send…", page.Markup, StringComparison.Ordinal));

        page.FindAll("button").First(button => button.TextContent.Trim() == "Send…").Click();
        dialogs.WaitForAssertion(() => Assert.Contains("Send to 1 person", dialogs.Markup, StringComparison.Ordinal));
        Assert.Equal(CampaignStatus.Draft, (await Get<CampaignQueries>().FindAsync(1, Actor.System, CancellationToken.None)).Value.Status);

        dialogs.FindAll("button").First(button => button.TextContent.Trim() == "Send to 1 person").Click();
        page.WaitForAssertion(() => Assert.Contains("Pause", page.Markup, StringComparison.Ordinal));
        Assert.Equal(CampaignStatus.Running, (await Get<CampaignQueries>().FindAsync(1, Actor.System, CancellationToken.None)).Value.Status);
    }

    [Fact]
    public void An_unknown_campaign_says_so()
    {
        RenderProviders();
        var page = Render<CampaignPage>(parameters => parameters.Add(one => one.Id, 999));
        page.WaitForAssertion(() => Assert.Contains("Campaign not found", page.Markup, StringComparison.Ordinal));
    }
}
