using Bunit;
using Listmonk.Core.Media;
using Listmonk.Tests.Media;
using Listmonk.Tests.Support;
using Listmonk.Web.Shared;
using Microsoft.AspNetCore.Components.Forms;
using MudBlazor;

namespace Listmonk.Tests.Shared;

public sealed class MediaPickerDialogTests : ComponentTest
{
    [Fact]
    public async Task A_click_on_a_picture_chooses_it_and_other_files_are_not_offered()
    {
        await UploadAsync("logo.png", Pictures.Png(4, 4));
        await UploadAsync("terms.txt", "words"u8.ToArray());
        var (dialogs, choice) = await OpenAsync();
        dialogs.WaitForElement(".picker-card");

        Assert.Equal("logo.png", Assert.Single(dialogs.FindAll(".picker-card")).GetAttribute("aria-label"));
        dialogs.Find(".picker-card").Click();

        Assert.Equal("logo.png", (await choice.WaitAsync(DefaultWaitTimeout))?.Filename);
    }

    [Fact]
    public async Task An_upload_is_chosen_at_once_and_stays_in_the_library()
    {
        var (dialogs, choice) = await OpenAsync();
        dialogs.WaitForElement(".empty-state");

        dialogs.FindComponent<InputFile>().UploadFiles(InputFileContent.CreateFromBinary(Pictures.Png(4, 4), "photo.png"));

        Assert.Equal("photo.png", (await choice.WaitAsync(DefaultWaitTimeout))?.Filename);
        Assert.Equal(1, (await Get<MediaQueries>().PageAsync("", new(), CancellationToken.None)).Total);
    }

    [Fact]
    public async Task A_refused_upload_says_why_and_the_dialog_stays()
    {
        var (dialogs, choice) = await OpenAsync();
        dialogs.WaitForElement(".empty-state");

        dialogs.FindComponent<InputFile>().UploadFiles(InputFileContent.CreateFromText("MZ", "virus.exe"));

        dialogs.WaitForAssertion(() => Assert.Contains("virus.exe", dialogs.Find("[role=alert]").TextContent, StringComparison.Ordinal));
        Assert.False(choice.IsCompleted);
    }

    private async Task<(IRenderedComponent<MudDialogProvider> Dialogs, Task<MediaItem?> Choice)> OpenAsync()
    {
        var dialogs = RenderProviders();
        Task<MediaItem?> choice = Task.FromResult<MediaItem?>(null);
        await dialogs.InvokeAsync(() => { choice = MediaPickerDialog.PickAsync(Get<IDialogService>(), picturesOnly: true); });
        return (dialogs, choice);
    }

    private async Task UploadAsync(string name, byte[] content)
    {
        using var stream = new MemoryStream(content);
        Assert.True((await Get<MediaService>().UploadAsync(name, stream, CancellationToken.None)).IsOk);
    }
}
