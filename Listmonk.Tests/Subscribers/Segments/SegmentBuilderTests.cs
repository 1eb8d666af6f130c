using Bunit;
using Listmonk.Tests.Support;
using Listmonk.Web.Shared;
using Listmonk.Web.Subscribers;

namespace Listmonk.Tests.Subscribers.Segments;

public sealed class SegmentBuilderTests : ComponentTest
{
    [Fact]
    public async Task A_row_is_added_filled_in_and_becomes_text()
    {
        RenderProviders();
        var text = "";
        var isComplete = true;
        var builder = Render<SegmentBuilder>(parameters => parameters.Add(one => one.Expression, "").Add(one => one.ExpressionChanged, value => text = value)
            .Add(one => one.CompleteChanged, value => isComplete = value).Add(one => one.Lists, [new ListOption(4, "Weekly")]));

        await builder.InvokeAsync(() => builder.Find(".segment-add button").Click());
        await builder.InvokeAsync(() => builder.Find("select[aria-label=Field]").Change("List"));
        Assert.Equal(("", false), (text, isComplete));
        Assert.Contains("Fill in the marked rows", builder.Markup, StringComparison.Ordinal);
        await builder.InvokeAsync(() => builder.Find("select[aria-label=List]").Change("4"));

        Assert.True(isComplete);
        Assert.Equal("EXISTS(SELECT 1 FROM subscriber_lists WHERE subscriber_id = subscribers.id AND list_id = 4 AND status != 'unsubscribed')", text);
    }

    [Fact]
    public async Task The_rows_of_a_text_are_shown_and_joined_as_the_person_says()
    {
        RenderProviders();
        var text = "";
        var builder = Render<SegmentBuilder>(parameters => parameters
            .Add(one => one.Expression, "name ILIKE '%a%' AND attribs->>'city' = 'Pune'").Add(one => one.ExpressionChanged, value => text = value));

        Assert.Equal(["Name", "Attribute"], builder.FindAll("select[aria-label=Field] option[selected]").Select(option => option.TextContent));
        Assert.Equal(["a", "Pune"], builder.FindAll("input[aria-label=Value]").Select(input => input.GetAttribute("value")));
        await builder.InvokeAsync(() => builder.Find("select[aria-label^=How]").Change("any"));
        Assert.Equal("name ILIKE '%a%' OR attribs->>'city' = 'Pune'", text);
    }
}
