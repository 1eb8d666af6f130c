using Bunit;
using Listmonk.Core.Common;
using Listmonk.Tests.Support;
using Listmonk.Web.Shared;
using Microsoft.Extensions.Time.Testing;
using MudBlazor;

namespace Listmonk.Tests.Shared;

public sealed class SharedComponentTests : ComponentTest
{
    private static readonly ListOption[] TenLists = [.. Enumerable.Range(1, 10).Select(id => new ListOption(id, $"List {id:00}"))];

    [Fact]
    public void A_page_header_shows_title_and_grouped_count()
    {
        var header = Render<PageHeader>(parameters => parameters.Add(page => page.Title, "Subscribers").Add(page => page.Count, 12304));
        Assert.Equal("Subscribers 12,304", string.Join(' ', header.Find("h1").TextContent.Split(default(char[]), StringSplitOptions.RemoveEmptyEntries)));
    }

    [Fact]
    public void A_time_is_relative_and_exact_on_hover_and_does_not_go_stale()
    {
        var clock = (FakeTimeProvider)Get<TimeProvider>();
        var time = Render<TimeText>(parameters => parameters.Add(text => text.Value, clock.GetUtcNow()));
        Assert.Equal("just now", time.Find("time").TextContent);
        Assert.Contains("UTC", time.Find("time").GetAttribute("title"), StringComparison.Ordinal);

        clock.Advance(TimeSpan.FromMinutes(3));
        time.WaitForAssertion(() => Assert.Equal("3 min ago", time.Find("time").TextContent));
    }

    [Fact]
    public void Errors_lead_to_their_fields()
    {
        var errors = Render<FieldErrors>(parameters => parameters.Add(summary => summary.Outcome, Outcome.Invalid([new FieldError("name", "Name it."), new FieldError("", "Try again.")])));
        Assert.Equal("name", errors.Find("button").GetAttribute("data-focus-field"));
        Assert.Equal(2, errors.FindAll("li").Count);
    }

    [Fact]
    public void Success_shows_no_summary() => Assert.Empty(Render<FieldErrors>(parameters => parameters.Add(summary => summary.Outcome, Outcome.Ok)).Markup.Trim());

    [Fact]
    public void A_list_picker_adds_and_removes()
    {
        IReadOnlyCollection<int> selected = [2];
        var picker = Render<ListPicker>(parameters => parameters
            .Add(lists => lists.Options, TenLists).Add(lists => lists.Selected, selected).Add(lists => lists.SelectedChanged, value => selected = value));
        picker.FindAll(".list-picker-options input")[4].Change(true);
        Assert.Equal([2, 5], selected);
        picker.Find(".list-picker-chosen button").Click();
        Assert.Empty(selected);
    }

    [Fact]
    public void A_list_picker_searches()
    {
        var picker = Render<ListPicker>(parameters => parameters.Add(lists => lists.Options, TenLists));
        picker.Find("input[type=search]").Input("07");
        Assert.Equal("List 07", picker.Find(".list-picker-options label span").TextContent);
        Assert.Single(picker.FindAll(".list-picker-options label"));
    }

    [Theory]
    [InlineData("Delete 3 lists", true)]
    [InlineData("Cancel", false)]
    public async Task A_question_is_answered_by_its_button(string button, bool expected)
    {
        var dialogs = RenderProviders();
        var answer = dialogs.InvokeAsync(() => ConfirmDialog.AskAsync(Get<IDialogService>(), "Delete?", "They are gone then.", "Delete 3 lists"));
        dialogs.WaitForElement(".dialog-title");
        dialogs.FindAll("button").Single(element => element.TextContent.Trim() == button).Click();
        Assert.Equal(expected, await await answer.ContinueWith(task => task, TaskScheduler.Default));
    }
}
