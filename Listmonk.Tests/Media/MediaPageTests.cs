using Bunit;
using Listmonk.Core.Campaigns;
using Listmonk.Core.Common;
using Listmonk.Core.Data;
using Listmonk.Core.Media;
using Listmonk.Tests.Support;
using Listmonk.Web.Media;
using Listmonk.Web.Shared;
using Microsoft.AspNetCore.Components.Forms;
using Microsoft.Extensions.DependencyInjection;

namespace Listmonk.Tests.Media;

public sealed class MediaPageTests : ComponentTest
{
    protected override void ConfigureServices(IServiceCollection services) => services.AddScoped<BrowserClock>();

    [Fact]
    public void An_empty_library_says_what_it_is_for()
    {
        var page = Render<MediaPage>();

        page.WaitForElement(".empty-state");
        Assert.Contains("No files yet", page.Markup, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Files_are_shown_with_thumbnail_or_kind_and_their_address_to_copy()
    {
        await UploadAsync("logo.png", Pictures.Png(4, 4));
        await UploadAsync("terms.txt", "words"u8.ToArray());

        var page = Render<MediaPage>();

        page.WaitForState(() => page.FindAll(".media-card").Count == 2);
        Assert.Equal("uploads/thumb_logo.png", page.Find(".media-card img").GetAttribute("src"));
        Assert.Equal("txt", page.Find(".media-kind").TextContent);
        Assert.Equal("http://localhost:9000/uploads/terms.txt", page.Find("[data-copy]").GetAttribute("data-copy"));
    }

    [Fact]
    public void Uploading_adds_the_good_files_and_tells_about_the_bad_ones()
    {
        RenderProviders();
        var page = Render<MediaPage>();

        page.FindComponent<InputFile>().UploadFiles(
            InputFileContent.CreateFromText("MZ", "virus.exe"), InputFileContent.CreateFromBinary(Pictures.Png(4, 4), "logo.png"));

        page.WaitForState(() => page.FindAll(".media-card").Count == 1);
        Assert.Contains("logo.png", page.Find(".media-name").TextContent, StringComparison.Ordinal);
        Assert.Contains(Get<MudBlazor.ISnackbar>().ShownSnackbars, shown => shown.Message?.StartsWith("virus.exe", StringComparison.Ordinal) == true);
    }

    [Fact]
    public async Task Deleting_asks_first()
    {
        await UploadAsync("terms.txt", "words"u8.ToArray());
        var dialogs = RenderProviders();
        var page = Render<MediaPage>();
        page.WaitForElement("button[title=Delete]").Click();

        dialogs.WaitForState(() => dialogs.Markup.Contains("terms.txt disappears", StringComparison.Ordinal));
        Assert.Single(page.FindAll(".media-card"));
        dialogs.FindAll("button").Single(button => button.TextContent.Contains("Delete the file", StringComparison.Ordinal)).Click();

        page.WaitForElement(".empty-state");
    }

    [Fact]
    public async Task Deleting_says_where_the_file_is_used()
    {
        await Get<DatabaseSeeder>().SeedAsync(CancellationToken.None);
        await UploadAsync("logo.png", Pictures.Png(4, 4));
        Assert.True((await Get<CampaignService>().UpdateAsync(1, draft => draft with { Body = "<img src=\"http://localhost:9000/uploads/logo.png\">" }, Actor.System, CancellationToken.None)).IsOk);
        var dialogs = RenderProviders();
        Render<MediaPage>().WaitForElement("button[title=Delete]").Click();

        dialogs.WaitForState(() => dialogs.Markup.Contains("It is used by the campaign", StringComparison.Ordinal));
    }

    private async Task UploadAsync(string name, byte[] content)
    {
        using var stream = new MemoryStream(content);
        Assert.True((await Get<MediaService>().UploadAsync(name, stream, CancellationToken.None)).IsOk);
    }
}
