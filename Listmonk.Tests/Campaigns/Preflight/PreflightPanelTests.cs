using Bunit;
using Listmonk.Core.Campaigns;
using Listmonk.Core.Campaigns.Preflight;
using Listmonk.Core.Common;
using Listmonk.Core.Data;
using Listmonk.Core.Tracking.Links;
using Listmonk.Tests.Support;
using Listmonk.Web.Campaigns;
using Microsoft.Extensions.DependencyInjection;

namespace Listmonk.Tests.Campaigns.Preflight;

public sealed class PreflightPanelTests : ComponentTest
{
    private static readonly PreflightReport Report = new()
    {
        Audience = new CampaignAudience(),
        SampleSize = 12,
        BodySize = 2048,
        MessageSize = 4096,
        HasTestedLinks = true,
        Findings =
        [
            new(PreflightCheck.Subject, PreflightSeverity.Error, "The mail has no subject.", "Write one."),
            new(PreflightCheck.Images, PreflightSeverity.Warning, "Pictures without text.", "Describe them.") { Items = [.. Enumerable.Range(1, 10).Select(i => $"picture{i}.png")] },
            new(PreflightCheck.TextPart, PreflightSeverity.Info, "No plain-text version."),
        ],
        Links =
        [
            new() { Address = "https://a.test/", Part = PreflightPart.Body, IsTracked = true, Answer = new LinkAnswer(LinkState.Broken, "the page does not exist (404)") },
            new() { Address = "mailto:x@y.test", Part = PreflightPart.Template, IsTracked = false, Reason = LinkReason.OtherScheme, ReasonText = "it is no web address" },
        ],
    };

    [Fact]
    public void Findings_are_counted_explained_and_their_places_named()
    {
        var panel = Render<PreflightPanel>(parameters => parameters.Add(one => one.Report, Report));

        Assert.Equal(["1 error", "1 warning"], panel.FindAll(".preflight-summary .tag").Select(tag => tag.TextContent));
        Assert.Equal(["error", "warning", "info"], panel.FindAll(".preflight-finding").Select(finding => finding.ClassList[^1].Replace("preflight-", "", StringComparison.Ordinal)));
        Assert.Contains("and 2 more", panel.Markup, StringComparison.Ordinal);
        Assert.Contains("Looked at and fine: content, audience", panel.Markup, StringComparison.Ordinal);
    }

    [Fact]
    public void Each_link_says_whether_it_is_tracked_and_how_it_answered()
    {
        var links = Render<PreflightPanel>(parameters => parameters.Add(one => one.Report, Report)).FindAll(".preflight-links li").Select(link => link.TextContent).ToList();

        Assert.Contains("the page does not exist (404)", links[0], StringComparison.Ordinal);
        Assert.Contains("not tracked: it is no web address", links[1], StringComparison.Ordinal);
        Assert.Contains("not tested", links[1], StringComparison.Ordinal);
    }

    [Fact]
    public void The_short_form_shows_only_what_stands_in_the_way()
    {
        var panel = Render<PreflightPanel>(parameters => parameters.Add(one => one.Report, Report).Add(one => one.IsBrief, true));

        Assert.Equal(2, panel.FindAll(".preflight-finding").Count);
        Assert.Empty(panel.FindAll(".preflight-links"));
    }

    [Fact]
    public async Task The_composer_checks_what_is_in_its_form()
    {
        await Get<DatabaseSeeder>().SeedAsync(CancellationToken.None);
        var dialogs = RenderProviders();
        var page = Render<CampaignPage>(parameters => parameters.Add(one => one.Id, 1));
        page.WaitForAssertion(() => Assert.NotEmpty(page.FindAll("[data-field=subject] input, input[data-field=subject]")));

        page.Find("[data-field=subject] input, input[data-field=subject]").Input("FREE MONEY FOR EVERYBODY!!");
        page.FindAll("button").First(button => button.TextContent.Trim() == "Check").Click();

        dialogs.WaitForAssertion(() => Assert.Contains("The subject is written in capitals", dialogs.Markup, StringComparison.Ordinal));
    }

    [Fact]
    public async Task Warnings_ask_before_sending_and_errors_forbid_it()
    {
        await Get<DatabaseSeeder>().SeedAsync(CancellationToken.None);
        var stored = (await Get<CampaignQueries>().FindAsync(1, Actor.System, CancellationToken.None)).Value;
        var dialogs = RenderProviders();

        Assert.True((await Get<CampaignService>().UpdateAsync(1, draft => draft with { Subject = "Sale!!" }, Actor.System, CancellationToken.None)).IsOk);
        await dialogs.InvokeAsync(() => { _ = SendCampaignDialog.AskAsync(Get<MudBlazor.IDialogService>(), stored); });
        dialogs.WaitForAssertion(() => Assert.Contains("The subject repeats", dialogs.Markup, StringComparison.Ordinal));
        Assert.True(Send().HasAttribute("disabled"));
        dialogs.Find(".mud-checkbox input").Change(true);
        dialogs.WaitForAssertion(() => Assert.False(Send().HasAttribute("disabled")));
        dialogs.FindAll("button").First(button => button.TextContent.Trim() == "Cancel").Click();
        dialogs.WaitForAssertion(() => Assert.Empty(dialogs.FindAll(".mud-dialog")));

        Assert.True((await Get<CampaignService>().UpdateAsync(1, draft => draft with { Subject = "{{ if eq .Subscriber.Name \"x\" }}x{{ end }}" }, Actor.System, CancellationToken.None)).IsOk);
        await dialogs.InvokeAsync(() => { _ = SendCampaignDialog.AskAsync(Get<MudBlazor.IDialogService>(), stored); });
        dialogs.WaitForAssertion(() => Assert.Contains("The subject is empty for some people", dialogs.Markup, StringComparison.Ordinal));
        Assert.True(Send().HasAttribute("disabled"));
        Assert.Empty(dialogs.FindAll(".mud-checkbox"));

        AngleSharp.Dom.IElement Send() => dialogs.FindAll("button").First(button => button.TextContent.Trim().StartsWith("Send to", StringComparison.Ordinal));
    }
}
