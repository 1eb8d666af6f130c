using Bunit;
using Listmonk.Core.Common;
using Listmonk.Core.Lists;
using Listmonk.Core.Users;
using Listmonk.Tests.Support;
using Listmonk.Web.Shell;
using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Components.Web;

namespace Listmonk.Tests.Shell;

public sealed class CommandPaletteTests : ComponentTest
{
    [Fact]
    public async Task Pages_match_while_typing_and_names_follow()
    {
        var list = (await Get<ListService>().CreateAsync(new ListDraft { Name = "Webinars" }, Actor.System, CancellationToken.None)).Value;
        var palette = Open(Actor.System);
        Assert.Equal("New campaign", palette.Find("[aria-selected=true] .palette-text").TextContent);

        await TypeAsync(palette, "webi");
        palette.WaitForAssertion(() => Assert.Equal($"admin/lists/{list.Id}", palette.Find("[role=option][aria-selected=true]").GetAttribute("href")));
        await TypeAsync(palette, "webh");
        palette.WaitForAssertion(() => Assert.Equal(["New webhook", "Webhooks", "Bounce sources"], palette.FindAll(".palette-text").Select(text => text.TextContent)));
        await TypeAsync(palette, "no such thing");
        palette.WaitForAssertion(() => Assert.Contains("Nothing found", palette.Find("[role=status]").TextContent, StringComparison.Ordinal));
    }

    [Fact]
    public async Task The_arrows_go_round_and_enter_opens()
    {
        var palette = Open(Actor.System);
        await TypeAsync(palette, "roles");
        var first = Active(palette);
        await PressAsync(palette, "ArrowUp");
        Assert.Equal(palette.FindAll("[role=option]")[^1].Id, Active(palette));
        await PressAsync(palette, "ArrowDown");
        Assert.Equal(first, Active(palette));

        var href = palette.Find($"#{first}").GetAttribute("href")!;
        await PressAsync(palette, "Enter");
        Assert.EndsWith(href, Get<NavigationManager>().Uri, StringComparison.Ordinal);
        await palette.InvokeAsync(() => palette.Find("dialog").TriggerEvent("onclose", EventArgs.Empty));
        Assert.Equal("", palette.Find("input").GetAttribute("value") ?? "");
    }

    [Fact]
    public async Task An_account_is_offered_only_what_it_may_use()
    {
        await Get<ListService>().CreateAsync(new ListDraft { Name = "Media fans" }, Actor.System, CancellationToken.None);
        var palette = Open(new Actor { Name = "ann", Permissions = [Permissions.MediaGet] });
        Assert.Equal(["Dashboard", "Media"], palette.FindAll(".palette-text").Select(text => text.TextContent));
        await TypeAsync(palette, "media");
        palette.WaitForAssertion(() => Assert.DoesNotContain("Searching", palette.Find("[role=status]").TextContent, StringComparison.Ordinal));
        Assert.Equal(["Media"], palette.FindAll(".palette-text").Select(text => text.TextContent));
    }

    private static string Active(IRenderedComponent<CommandPaletteDialog> palette) => palette.Find("input").GetAttribute("aria-activedescendant")!;

    private static Task TypeAsync(IRenderedComponent<CommandPaletteDialog> palette, string text) => palette.InvokeAsync(() => palette.Find("input").Input(text));

    private static Task PressAsync(IRenderedComponent<CommandPaletteDialog> palette, string key) =>
        palette.InvokeAsync(() => palette.Find("input").KeyDownAsync(new KeyboardEventArgs { Key = key }));

    private IRenderedComponent<CommandPaletteDialog> Open(Actor actor) => Render<CommandPaletteDialog>(parameters => parameters.Add(dialog => dialog.Actor, actor));
}
