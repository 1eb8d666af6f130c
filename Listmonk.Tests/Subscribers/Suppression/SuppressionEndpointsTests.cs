using Listmonk.Tests.Support;

namespace Listmonk.Tests.Subscribers.Suppression;

public sealed class SuppressionEndpointsTests(ListmonkApp app) : HttpTest(app)
{
    [Fact]
    public async Task Programs_add_read_export_and_remove()
    {
        var receipt = await PostAsync("/api/suppressions", new { entries = new[] { "never@suppressed.example", "gone.example", "?" }, reason = "a \"letter\"" });
        Assert.Equal((2, 1), (receipt["added"]!.GetValue<int>(), receipt["refused"]!.GetValue<int>()));
        var page = await GetAsync("/api/suppressions?search=suppressed.example");
        var entry = Assert.Single(page["results"]!.AsArray())!;
        Assert.Equal(("address", "never@suppressed.example"), (entry["kind"]!.GetValue<string>(), entry["value"]!.GetValue<string>()));
        var csv = await Api.GetStringAsync(new Uri("/api/suppressions/export", UriKind.Relative));
        Assert.Contains("never@suppressed.example,\"a \"\"letter\"\"\",api,", csv, StringComparison.Ordinal);
        using var deleted = await Api.DeleteAsync(new Uri($"/api/suppressions?id={entry["id"]}", UriKind.Relative));
        Assert.True(deleted.IsSuccessStatusCode);
        Assert.Empty((await GetAsync("/api/suppressions?search=suppressed.example"))["results"]!.AsArray());
    }
}
