using Bunit;
using Listmonk.Core.Common;
using Listmonk.Core.Subscribers;
using Listmonk.Core.Subscribers.Segments;
using Listmonk.Tests.Support;
using Listmonk.Web.Subscribers;
using Microsoft.AspNetCore.Components;

namespace Listmonk.Tests.Subscribers.Segments;

public sealed class SegmentPagesTests : ComponentTest
{
    [Fact]
    public void Without_segments_the_page_says_what_one_is()
    {
        RenderProviders();
        var page = Render<SegmentsPage>();
        page.WaitForAssertion(() => Assert.Contains("No segments yet", page.Markup, StringComparison.Ordinal));
    }

    [Fact]
    public async Task Segments_are_counted_and_lead_to_their_people()
    {
        await AddAsync("ann@x.org");
        var segment = await CreateAsync("At x", "email LIKE '%@x.org'");
        RenderProviders();
        var page = Render<SegmentsPage>();
        page.WaitForAssertion(() => Assert.Equal("1", page.Find($"a[href='admin/subscribers?segment={segment.Id}']").TextContent));
    }

    [Fact]
    public async Task Whom_a_condition_finds_is_shown_while_it_is_written_and_then_kept()
    {
        await AddAsync("ann@x.org");
        await AddAsync("bob@y.org");
        Get<NavigationManager>().NavigateTo("admin/subscribers/segments/new?query=" + Uri.EscapeDataString("email LIKE '%@x.org'"));
        RenderProviders();
        var page = Render<SegmentPage>();
        page.WaitForAssertion(() => Assert.Equal("1 person matches now", page.Find("#segment-people").TextContent));
        Assert.Contains("ann@x.org", page.Markup, StringComparison.Ordinal);
        Assert.DoesNotContain("bob@y.org", page.Markup, StringComparison.Ordinal);

        await page.InvokeAsync(() => page.Find("[data-field=name] input, input[data-field=name]").Input("At x"));
        await page.InvokeAsync(() => page.Find("[data-shortcut=save]").Click());
        page.WaitForAssertion(() => Assert.EndsWith("/admin/subscribers/segments/1", Get<NavigationManager>().Uri, StringComparison.Ordinal));
        Assert.Equal("At x", (await Get<SegmentQueries>().FindAsync(1, default)).Value.Name);
    }

    [Fact]
    public async Task A_condition_that_rows_cannot_show_is_edited_as_text_and_the_page_says_so()
    {
        var segment = await CreateAsync("Short names", "LENGTH(name) < 3");
        RenderProviders();
        var page = Render<SegmentPage>(parameters => parameters.Add(one => one.Id, segment.Id));
        page.WaitForAssertion(() => Assert.Contains("more than rows can show", page.Markup, StringComparison.Ordinal));
        Assert.Contains("LENGTH(name)", page.Find("textarea").GetAttribute("value") ?? page.Markup, StringComparison.Ordinal);
    }

    private Task<Outcome<SubscriberItem>> AddAsync(string email) => Get<SubscriberService>().CreateAsync(new SubscriberDraft { Email = email }, Actor.System, default);

    private async Task<SegmentItem> CreateAsync(string name, string expression) =>
        (await Get<SegmentService>().CreateAsync(new SegmentDraft(name, "", expression), Actor.System, default)).Value;
}
