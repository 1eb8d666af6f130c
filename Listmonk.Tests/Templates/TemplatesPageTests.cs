using Bunit;
using Listmonk.Core.Templates;
using Listmonk.Tests.Support;
using Listmonk.Web.Templates;
using Microsoft.AspNetCore.Components;

namespace Listmonk.Tests.Templates;

public sealed class TemplatesPageTests : ComponentTest
{
    private const string Body = "<p>{{ template \"content\" . }}</p>";

    [Fact]
    public void Without_templates_the_page_offers_the_first_step()
    {
        RenderProviders();
        var page = Render<TemplatesPage>();
        Assert.Contains("No template yet", page.WaitForElement(".empty-state").TextContent, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_template_made_elsewhere_appears_by_itself()
    {
        RenderProviders();
        var page = Render<TemplatesPage>();
        page.WaitForElement(".empty-state");
        await CreateAsync("Monthly");
        page.WaitForAssertion(() => Assert.Equal("Monthly", page.Find("tbody a").TextContent));
        Assert.Equal("default", page.Find("tbody .tag-success").TextContent);
    }

    [Fact]
    public async Task Duplicating_opens_the_copy()
    {
        await CreateAsync("Monthly");
        var popovers = Render<MudBlazor.MudPopoverProvider>();
        Render<MudBlazor.MudDialogProvider>();
        var page = Render<TemplatesPage>();
        page.WaitForElement(".row-actions button").Click();
        popovers.WaitForElement(".mud-menu-item");
        popovers.FindAll(".mud-menu-item").Single(item => item.TextContent.Trim() == "Duplicate").Click();
        page.WaitForAssertion(() => Assert.EndsWith("admin/templates/2", Get<NavigationManager>().Uri, StringComparison.Ordinal));
        Assert.Equal("Copy of Monthly", (await Get<TemplateQueries>().FindAsync(2, CancellationToken.None)).Value.Name);
    }

    private async Task<int> CreateAsync(string name)
    {
        var created = await Get<TemplateService>().CreateAsync(new TemplateDraft { Name = name, Body = Body }, CancellationToken.None);
        Assert.True(created.IsOk, created.Message);
        return created.Value.Id;
    }
}
