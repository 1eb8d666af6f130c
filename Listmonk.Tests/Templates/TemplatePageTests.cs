using Bunit;
using Listmonk.Core.Templates;
using Listmonk.Tests.Support;
using Listmonk.Tests.Templates.Blocks;
using Listmonk.Web.Shared.Blocks;
using Listmonk.Web.Shared.Editors;
using Listmonk.Web.Templates;
using Microsoft.Extensions.Time.Testing;

namespace Listmonk.Tests.Templates;

public sealed class TemplatePageTests : ComponentTest
{
    [Fact]
    public void A_new_template_starts_with_a_body_that_renders()
    {
        RenderProviders();
        var page = Render<TemplatePage>();
        page.WaitForAssertion(() => Assert.Contains("Unsubscribe", page.Find("iframe").GetAttribute("srcdoc"), StringComparison.Ordinal));
        Assert.Equal("", page.Find("iframe").GetAttribute("sandbox"));
    }

    [Fact]
    public async Task A_fault_is_shown_with_its_place_and_the_last_good_rendering_stays()
    {
        RenderProviders();
        var page = Render<TemplatePage>();
        page.WaitForElement("iframe");
        await page.InvokeAsync(() => page.FindComponent<CodeEditor>().Instance.ValueChanged.InvokeAsync("<p>\n{{ template \"content\" . }} {{ .Nope </p>"));
        page.WaitForAssertion(() => Assert.Contains("line 2", page.Find("[role=status].mud-alert, .mud-alert").TextContent, StringComparison.Ordinal));
        Assert.Contains("Unsubscribe", page.Find("iframe").GetAttribute("srcdoc"), StringComparison.Ordinal);
    }

    [Fact]
    public void A_template_without_a_name_is_refused_at_the_field()
    {
        RenderProviders();
        var page = Render<TemplatePage>();
        page.WaitForElement("[data-shortcut=save]").Click();
        page.WaitForAssertion(() => Assert.Equal("name", page.Find(".field-errors button").GetAttribute("data-focus-field")));
    }

    [Fact]
    public async Task A_created_template_is_stored()
    {
        RenderProviders();
        var page = Render<TemplatePage>();
        page.WaitForElement("[data-field=name]").Input("Monthly");
        page.Find("[data-shortcut=save]").Click();
        await UntilAsync(async () => (await Get<TemplateQueries>().FindAsync(1, CancellationToken.None)).IsOk);
        Assert.Equal("Monthly", (await Get<TemplateQueries>().FindAsync(1, CancellationToken.None)).Value.Name);
    }

    [Fact]
    public async Task Two_people_who_change_one_template_are_asked_whose_version_stays()
    {
        RenderProviders();
        var created = (await Get<TemplateService>().CreateAsync(new TemplateDraft { Name = "Shared", Body = "<p>{{ template \"content\" . }}</p>" }, CancellationToken.None)).Value;
        var page = Render<TemplatePage>(parameters => parameters.Add(template => template.Id, created.Id));
        page.WaitForElement("[data-field=name]").Input("Mine");
        await ChangeElsewhereAsync(created.Id);

        page.WaitForElement("[data-shortcut=save]").Click();
        page.WaitForAssertion(() => Assert.Contains("changed this template", page.Find(".mud-alert").TextContent, StringComparison.Ordinal));
        Assert.Equal("Theirs", (await Get<TemplateQueries>().FindAsync(created.Id, CancellationToken.None)).Value.Name);

        page.FindAll("button").Single(button => button.TextContent.Trim() == "Keep mine").Click();
        await UntilAsync(async () => (await Get<TemplateQueries>().FindAsync(created.Id, CancellationToken.None)).Value.Name == "Mine");
    }

    [Fact]
    public async Task A_page_without_changes_shows_what_somebody_else_stored()
    {
        RenderProviders();
        var created = (await Get<TemplateService>().CreateAsync(new TemplateDraft { Name = "Shared", Body = "<p>{{ template \"content\" . }}</p>" }, CancellationToken.None)).Value;
        var page = Render<TemplatePage>(parameters => parameters.Add(template => template.Id, created.Id));
        page.WaitForElement("[data-field=name]");
        await ChangeElsewhereAsync(created.Id);
        page.WaitForAssertion(() => Assert.Contains("Theirs", page.Find("h1").TextContent, StringComparison.Ordinal));
    }

    [Fact]
    public void A_template_that_is_gone_says_so()
    {
        RenderProviders();
        var page = Render<TemplatePage>(parameters => parameters.Add(template => template.Id, 42));
        page.WaitForAssertion(() => Assert.Contains("This template is gone", page.Markup, StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_visual_template_is_edited_in_blocks_and_stored_with_its_document()
    {
        RenderProviders();
        var created = await Get<TemplateService>().CreateAsync(
            new TemplateDraft { Name = "Blocks", Type = TemplateType.CampaignVisual, Body = "<p>old</p>", BodySource = BlockSamples.Everything }, CancellationToken.None);
        var page = Render<TemplatePage>(parameters => parameters.Add(template => template.Id, created.Value.Id));
        var editor = page.WaitForComponent<BlockEditor>();
        await editor.InvokeAsync(() => editor.Instance.OnSelected("h"));
        editor.Find("[data-block-field='props.text'] textarea").Input("Changed");
        page.Find("[data-shortcut=save]").Click();

        async Task<TemplateDetails> Stored() => (await Get<TemplateQueries>().FindAsync(created.Value.Id, CancellationToken.None)).Value;
        await UntilAsync(async () => (await Stored()).Body.Contains("Changed</h1>", StringComparison.Ordinal));
        Assert.Contains("\"futureSetting\":{\"a\":[1,2.50]}", (await Stored()).BodySource, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_visual_template_that_is_only_looked_at_is_saved_as_it_was()
    {
        RenderProviders();
        var created = await Get<TemplateService>().CreateAsync(
            new TemplateDraft { Name = "Blocks", Type = TemplateType.CampaignVisual, Body = "<p>old</p>", BodySource = BlockSamples.Everything }, CancellationToken.None);
        var page = Render<TemplatePage>(parameters => parameters.Add(template => template.Id, created.Value.Id));
        page.WaitForComponent<BlockEditor>();
        page.Find("[data-field=name]").Input("Renamed");
        page.Find("[data-shortcut=save]").Click();

        await UntilAsync(async () => (await Get<TemplateQueries>().FindAsync(created.Value.Id, CancellationToken.None)).Value.Name == "Renamed");
        var stored = (await Get<TemplateQueries>().FindAsync(created.Value.Id, CancellationToken.None)).Value;
        Assert.Equal(("<p>old</p>", BlockSamples.Everything), (stored.Body, stored.BodySource));
    }

    private async Task ChangeElsewhereAsync(int id)
    {
        ((FakeTimeProvider)Get<TimeProvider>()).Advance(TimeSpan.FromMinutes(1));
        await Get<TemplateService>().UpdateAsync(id, draft => draft with { Name = "Theirs" }, CancellationToken.None);
    }
}
