using System.Net;
using System.Net.Http.Json;
using Listmonk.Tests.Support;

namespace Listmonk.Tests.Subscribers.Segments;

public sealed class SegmentEndpointsTests(ListmonkApp app) : HttpTest(app)
{
    [Fact]
    public async Task A_segment_can_be_tried_created_counted_changed_and_deleted()
    {
        foreach (var name in new[] { "ann", "bob" })
        {
            await PostAsync("/api/subscribers", new { email = $"{name}@segment.example", name });
        }

        const string Expression = "email LIKE '%@segment.example'";
        var preview = await PostAsync("/api/segments/preview", new { expression = Expression });
        Assert.Equal((2, 2), (preview["total"]!.GetValue<int>(), preview["results"]!.AsArray().Count));

        var made = await PostAsync("/api/segments", new { name = "Of the example", expression = Expression });
        var path = $"/api/segments/{made["id"]}";
        Assert.Equal(2, (await GetAsync(path))["subscriber_count"]!.GetValue<int>());
        Assert.Equal(2, (await GetAsync($"/api/subscribers?segment_id={made["id"]}"))["total"]!.GetValue<int>());
        Assert.Contains((await GetAsync("/api/segments")).AsArray(), segment => segment!["name"]!.GetValue<string>() == "Of the example");

        Assert.Equal("name = 'ann'", (await PutAsync(path, new { name = "Ann", description = "", expression = "name = 'ann'" }))["expression"]!.GetValue<string>());
        Assert.True((await DataAsync(await Api.DeleteAsync(path))).GetValue<bool>());
        Assert.Equal("Segment not found", await RefusalAsync(await Api.GetAsync(path), HttpStatusCode.BadRequest));
        Assert.Equal("Segment not found", await RefusalAsync(await Api.GetAsync($"/api/subscribers?segment_id={made["id"]}"), HttpStatusCode.BadRequest));
    }

    [Fact]
    public async Task A_campaign_takes_a_segment_keeps_it_and_lets_it_go()
    {
        var list = (await PostAsync("/api/lists", new { name = "Segmented" }))["id"]!.GetValue<int>();
        var segment = (await PostAsync("/api/segments", new { name = "Everybody", expression = "true" }))["id"]!.GetValue<int>();
        object Body(object? more) => new { name = "N", subject = "S", lists = new[] { list }, type = "regular", content_type = "html", body = "x", segment_id = more };
        var made = await PostAsync("/api/campaigns", Body(segment));
        var path = $"/api/campaigns/{made["id"]}";
        Assert.Equal(segment, made["segment_id"]!.GetValue<int>());

        var kept = await PutAsync(path, new { name = "New", subject = "S", lists = new[] { list } });
        Assert.Equal(segment, kept["segment_id"]!.GetValue<int>());
        Assert.Null((await PutAsync(path, Body(null)))["segment_id"]);
        Assert.Contains("segment", await RefusalAsync(await Api.PutAsJsonAsync(path, Body(999_999)), HttpStatusCode.BadRequest), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("nosuch = 1", "does not exist")]
    [InlineData("", "expression")]
    public async Task A_condition_that_cannot_be_read_is_refused_with_its_reason(string expression, string reason)
    {
        Assert.Contains(reason, await RefusalAsync(await Api.PostAsJsonAsync("/api/segments/preview", new { expression }), HttpStatusCode.BadRequest), StringComparison.Ordinal);
        await RefusalAsync(await Api.PostAsJsonAsync("/api/segments", new { name = "X", expression }), HttpStatusCode.BadRequest);
    }
}
