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
    public async Task A_chosen_file_is_queued_and_its_progress_shown()
    {
        var list = (await Get<ListService>().CreateAsync(new ListDraft { Name = "Weekly" }, Actor.System, default)).Value;
        Get<NavigationManager>().NavigateTo($"admin/subscribers/import?list={list.Id}");
        RenderProviders();
        var page = Render<ImportPage>();
        page.WaitForElement("input[type=file]");
        page.FindComponent<InputFile>().UploadFiles(InputFileContent.CreateFromText("email\na@x.org\nbad\n", "people.csv"));
        await page.InvokeAsync(() => page.FindAll("button").Single(button => button.TextContent.Trim() == "Start import").Click());
        page.WaitForAssertion(() => Assert.EndsWith("/admin/subscribers/import/1", Get<NavigationManager>().Uri, StringComparison.Ordinal));

        var job = Render<ImportJobPage>(parameters => parameters.Add(one => one.Id, 1));
        job.WaitForAssertion(() => Assert.Contains("waiting", job.Markup, StringComparison.Ordinal));
        await Get<ImportRunner>().RunNextAsync(default);
        job.WaitForAssertion(() => Assert.Contains("Invalid email.", job.Markup, StringComparison.Ordinal));
        Assert.Contains("finished", job.Markup, StringComparison.Ordinal);
        Assert.EndsWith("/1/rejected.csv", job.Find("a[download]").GetAttribute("href"), StringComparison.Ordinal);
        page.WaitForAssertion(() => Assert.Contains("people.csv", page.Markup, StringComparison.Ordinal));
    }

    [Fact]
    public void An_unknown_import_says_so()
    {
        RenderProviders();
        var page = Render<ImportJobPage>(parameters => parameters.Add(one => one.Id, 7));
        page.WaitForAssertion(() => Assert.Contains("No such import", page.Markup, StringComparison.Ordinal));
    }

    [Fact]
    public void Without_file_and_list_the_import_cannot_be_started()
    {
        RenderProviders();
        var page = Render<ImportPage>();
        page.WaitForAssertion(() => Assert.True(page.FindAll("button").Single(button => button.TextContent.Trim() == "Start import").HasAttribute("disabled")));
    }
}
