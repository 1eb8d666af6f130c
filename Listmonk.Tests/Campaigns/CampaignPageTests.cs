using Bunit;
using Listmonk.Core.Campaigns;
using Listmonk.Core.Common;
using Listmonk.Core.Data;
using Listmonk.Tests.Support;
using Listmonk.Web.Campaigns;
using Listmonk.Web.Shared;
using Listmonk.Web.Shared.Editors;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;

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
    public async Task A_draft_is_stored_by_itself_once_its_author_rests()
    {
        RenderProviders();
        var page = Render<CampaignPage>(parameters => parameters.Add(one => one.Id, 1));
        page.WaitForAssertion(() => Assert.NotEmpty(page.FindComponents<RichTextEditor>()));

        await page.InvokeAsync(() => page.FindComponent<RichTextEditor>().Instance.ValueChanged.InvokeAsync("<p>Written {{ .Subscriber.Name }}</p>"));
        Rest();

        page.WaitForAssertion(() => Assert.StartsWith("Saved ", page.Find(".saved-note").TextContent, StringComparison.Ordinal));
        Assert.Equal("<p>Written {{ .Subscriber.Name }}</p>", (await StoredAsync()).Body);
        Assert.Contains("Written Demo Subscriber", page.Find("iframe.preview-frame").GetAttribute("srcdoc"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_cannot_be_stored_yet_is_said_and_marked_in_the_editor()
    {
        RenderProviders();
        var page = Render<CampaignPage>(parameters => parameters.Add(one => one.Id, 1));
        page.WaitForAssertion(() => Assert.NotEmpty(page.FindComponents<RichTextEditor>()));

        await page.InvokeAsync(() => page.FindComponent<RichTextEditor>().Instance.ValueChanged.InvokeAsync("<p>\n{{ nosuch }}</p>"));
        Rest();

        page.WaitForAssertion(() => Assert.Contains("Not saved: The body does not compile: line 2", page.Find(".saved-note").TextContent, StringComparison.Ordinal));
        Assert.Contains("Line 2, column 4", page.Find(".code-editor-faults").TextContent, StringComparison.Ordinal);
        Assert.DoesNotContain("nosuch", (await StoredAsync()).Body, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_change_by_somebody_else_shows_at_once_where_nothing_is_unsaved()
    {
        RenderProviders();
        var page = Render<CampaignPage>(parameters => parameters.Add(one => one.Id, 1));
        page.WaitForAssertion(() => Assert.NotEmpty(page.FindComponents<RichTextEditor>()));

        await ChangeElsewhereAsync("Theirs");

        page.WaitForAssertion(() => Assert.Equal("Theirs", page.Find("input[data-field=subject], [data-field=subject] input").GetAttribute("value")));
        Assert.Empty(page.FindAll(".conflict-choices"));
    }

    [Theory]
    [InlineData("Take theirs", "Theirs")]
    [InlineData("Keep mine", "Mine")]
    public async Task Two_changes_of_one_draft_are_a_choice(string choice, string subject)
    {
        RenderProviders();
        var page = Render<CampaignPage>(parameters => parameters.Add(one => one.Id, 1));
        page.WaitForAssertion(() => Assert.NotEmpty(page.FindAll("[data-field=subject] input, input[data-field=subject]")));
        page.Find("[data-field=subject] input, input[data-field=subject]").Input("Mine");
        await ChangeElsewhereAsync("Theirs");
        page.WaitForAssertion(() => Assert.Contains("rosa changed this campaign", page.Markup, StringComparison.Ordinal));
        Assert.Equal("Theirs", (await StoredAsync()).Subject);

        page.FindAll(".conflict-choices button").First(button => button.TextContent.Trim() == choice).Click();

        page.WaitForAssertion(() => Assert.Empty(page.FindAll(".conflict-choices")));
        page.WaitForAssertion(() => Assert.Equal(subject, page.Find("input[data-field=subject], [data-field=subject] input").GetAttribute("value")));
        await UntilAsync(async () => (await StoredAsync()).Subject == subject);
    }

    [Fact]
    public void The_preview_shows_headers_source_and_size()
    {
        RenderProviders();
        var page = Render<CampaignPage>(parameters => parameters.Add(one => one.Id, 1));
        page.WaitForAssertion(() => Assert.Contains("KB of the 102 KB", page.Find(".preview-size").TextContent, StringComparison.Ordinal));

        void Show(string view) => page.FindAll(".preview-view").First(button => button.TextContent == view).Click();
        Show("Headers");
        Assert.Contains("List-Unsubscribe", page.Find(".preview-headers").TextContent, StringComparison.Ordinal);
        Show("Source");
        Assert.Contains("Content-Transfer-Encoding: quoted-printable", page.Find(".preview-source").TextContent, StringComparison.Ordinal);
        Show("Plain text");
        Assert.Contains("no plain-text part", page.Find(".preview-none").TextContent, StringComparison.Ordinal);
    }

    /// <summary>The author stops typing for a while.</summary>
    private void Rest() => ((FakeTimeProvider)Get<TimeProvider>()).Advance(TimeSpan.FromSeconds(3));

    private async Task<CampaignDetails> StoredAsync() => (await Get<CampaignQueries>().FindAsync(1, Actor.System, CancellationToken.None)).Value;

    private async Task ChangeElsewhereAsync(string subject) => Assert.True((await Get<CampaignService>().UpdateAsync(
        1, draft => draft with { Subject = subject }, new Actor { Name = "rosa", IsSuperAdmin = true }, CancellationToken.None)).IsOk);

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
