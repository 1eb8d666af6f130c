using Bunit;
using Listmonk.Core.Common;
using Listmonk.Core.Import;
using Listmonk.Core.Lists;
using Listmonk.Tests.Support;
using Listmonk.Web.Import;
using Listmonk.Web.Shared;
using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Components.Forms;
using Microsoft.Extensions.DependencyInjection;

namespace Listmonk.Tests.Import;

public sealed class ImportPageTests : ComponentTest
{
    protected override void ConfigureServices(IServiceCollection services) => services.AddScoped<BrowserClock>();

    [Fact]
    public async Task A_file_is_uploaded_set_up_tried_and_imported()
    {
        var list = (await Get<ListService>().CreateAsync(new ListDraft { Name = "Weekly" }, Actor.System, default)).Value;
        Get<NavigationManager>().NavigateTo($"admin/subscribers/import?list={list.Id}");
        var dialogs = RenderProviders();
        var page = Render<ImportPage>();
        page.WaitForElement("input[type=file]");
        page.FindComponent<InputFile>().UploadFiles(InputFileContent.CreateFromText("Mail;Town\na@x.org;Pune\nbad;Oslo\n", "people.csv"));
        page.WaitForAssertion(() => Assert.EndsWith($"/admin/subscribers/import/1/setup?list={list.Id}", Get<NavigationManager>().Uri, StringComparison.Ordinal));

        var setup = Render<ImportSetupPage>(parameters => parameters.Add(one => one.Id, 1));
        setup.WaitForElement("select[aria-label='Use of Town']");
        Assert.Equal("town", setup.Find("input[aria-label='Attribute for Town']").GetAttribute("value"));
        await setup.InvokeAsync(() => setup.Find("input[aria-label='Attribute for Town']").Change("city"));
        await ClickAsync(setup, "Try it without changing anything");
        setup.WaitForAssertion(() => Assert.Contains("1 of 2 lines", setup.Find(".import-forecast").TextContent.ReplaceLineEndings(" "), StringComparison.Ordinal));
        Assert.Contains("Invalid email.", setup.Markup, StringComparison.Ordinal);
        await setup.InvokeAsync(() => setup.Find("select[aria-label='Use of Town']").Change("Ignore"));
        Assert.Empty(setup.FindAll(".import-forecast"));
        await ClickAsync(setup, "Start import");
        setup.WaitForAssertion(() => Assert.EndsWith("/admin/subscribers/import/1", Get<NavigationManager>().Uri, StringComparison.Ordinal));

        var job = Render<ImportJobPage>(parameters => parameters.Add(one => one.Id, 1));
        job.WaitForAssertion(() => Assert.Contains("waiting", job.Markup, StringComparison.Ordinal));
        await Get<ImportRunner>().RunNextAsync(default);
        job.WaitForAssertion(() => Assert.Contains("Invalid email.", job.Markup, StringComparison.Ordinal));
        Assert.Contains("finished", job.Markup, StringComparison.Ordinal);
        Assert.EndsWith("/1/rejected.csv", job.Find("a[download]").GetAttribute("href"), StringComparison.Ordinal);
        page.WaitForAssertion(() => Assert.Contains("people.csv", page.Markup, StringComparison.Ordinal));

        await ClickAsync(job, "Undo this import");
        dialogs.WaitForAssertion(() => Assert.Contains("1 person and 1 subscription will be removed", dialogs.Markup, StringComparison.Ordinal));
        await ClickAsync(dialogs, "Remove 1 person");
        job.WaitForAssertion(() => Assert.Contains("Being undone", job.Markup, StringComparison.Ordinal));
        await Get<ImportRunner>().RunNextAsync(default);
        job.WaitForAssertion(() => Assert.Contains("1 person and 1 subscription removed, asked for by admin", job.Markup, StringComparison.Ordinal));
    }

    [Fact]
    public async Task Without_a_list_the_import_cannot_be_started()
    {
        using var content = new MemoryStream("email\na@x.org\n"u8.ToArray());
        var upload = (await Get<UploadStore>().SaveAsync("a.csv", content, default)).Value;
        var draft = await Get<ImportService>().DraftAsync("a.csv", upload, Actor.System, default);
        RenderProviders();
        var page = Render<ImportSetupPage>(parameters => parameters.Add(one => one.Id, draft.JobId));
        page.WaitForAssertion(() => Assert.True(Button(page, "Start import").HasAttribute("disabled")));
        Assert.Contains("Choose a list first.", page.Markup, StringComparison.Ordinal);
    }

    [Fact]
    public void An_unknown_import_says_so()
    {
        RenderProviders();
        var page = Render<ImportJobPage>(parameters => parameters.Add(one => one.Id, 7));
        page.WaitForAssertion(() => Assert.Contains("No such import", page.Markup, StringComparison.Ordinal));
        var setup = Render<ImportSetupPage>(parameters => parameters.Add(one => one.Id, 7));
        setup.WaitForAssertion(() => Assert.Contains("Nothing to set up", setup.Markup, StringComparison.Ordinal));
    }

    private static AngleSharp.Dom.IElement Button<TPage>(IRenderedComponent<TPage> page, string text)
        where TPage : IComponent => page.FindAll("button").Single(button => button.TextContent.Trim() == text);

    private static Task ClickAsync<TPage>(IRenderedComponent<TPage> page, string text)
        where TPage : IComponent => page.InvokeAsync(() => Button(page, text).Click());
}
