using System.Net.Http.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Listmonk.Tests.Support;
using Listmonk.Web.PublicPages;

namespace Listmonk.Tests.Browser;

/// <summary>An installation with the demo's data and one example of everything that a page can be about. Nothing works in the background.</summary>
public sealed partial class AccessibilityInstallation : IAsyncLifetime
{
    private readonly Dictionary<string, string> _examples = [];
    private string[] _leaving = [];

    internal ServerProcess Server { get; } = new() { Arguments = ["--demo=true", "--Listmonk:Workers=false"] };

    /// <summary>Where each view of the recipients' pages is seen, by its name.</summary>
    internal Dictionary<string, string> PathsOfViews { get; } = [];

    /// <summary>The address of a page's example: its own, or that of number 1.</summary>
    internal string PathOf(string template) => _examples.TryGetValue(template, out var path) ? path : template.Replace("{Id:int}", "1", StringComparison.Ordinal) is var filled && !filled.Contains('{')
        ? filled
        : throw new InvalidOperationException($"The page {template} needs an example here.");

    /// <summary>Somebody leaves on each screen.</summary>
    internal string PathOfLeaving(bool isPhone) => _leaving[isPhone ? 1 : 0];

    public async Task InitializeAsync()
    {
        await Server.StartAsync();
        var sent = (await GetAsync("/api/campaigns?status=finished&per_page=1"))["results"]![0]!;
        var (campaign, list) = (sent["id"]!.GetValue<int>(), sent["lists"]![0]!["id"]!.GetValue<int>());
        var people = (await GetAsync($"/api/subscribers?list_id={list}&subscription_status=confirmed&per_page=3"))["results"]!;
        var link = (await GetAsync($"/api/campaigns/{campaign}/links"))["links"]![0]!;
        foreach (var page in (string[])["report", "links", "deliveries", "report/people"])
        {
            _examples[$"/admin/campaigns/{{Id:int}}/{page}"] = $"/admin/campaigns/{campaign}/{page}";
        }

        _examples["/admin/campaigns/{Id:int}/links/{LinkId:int}/{Position:int}"] = $"/admin/campaigns/{campaign}/links/{link["link_id"]}/{link["position"]}";
        _examples["/admin/bounces/{Id:int}"] = $"/admin/bounces/{(await GetAsync("/api/bounces?per_page=1"))["results"]![0]!["id"]}";
        foreach (var settings in (string[])["smtp", "messengers", "bounce-sources"])
        {
            _examples[$"/admin/settings/{settings}/{{Uuid}}"] = $"/admin/settings/{settings}/new";
        }

        await AddAsync("/admin/settings/webhooks/{Id:int}", "/api/webhooks", """{ "name": "Shop", "url": "https://hooks.example.com/", "events": ["subscriber.subscribed"] }""");
        _examples["/admin/settings/webhooks/{Id:int}/log"] = _examples["/admin/settings/webhooks/{Id:int}"] + "/log";
        await AddAsync("/admin/subscribers/segments/{Id:int}", "/api/segments", """{ "name": "Active", "expression": "status = 'enabled'" }""");
        await AddAsync("/admin/users/roles/lists/{Id:int}", "/api/roles/lists", """{ "name": "Editors", "lists": [{ "id": 1, "permissions": ["list:get"] }] }""");
        await PostAsync("/api/tx", """{ "subscriber_email": "john@example.com", "template_id": 3 }""");
        await FindViewsAsync(sent["uuid"]!.ToString(), [.. people.AsArray().Select(person => person!["uuid"]!.ToString())], people[0]!["email"]!.ToString());
    }

    public async Task DisposeAsync() => await Server.DisposeAsync();

    private async Task FindViewsAsync(string campaign, string[] people, string email)
    {
        (await Server.Client.PostAsync($"/subscription/erase/{people[0]}", null)).EnsureSuccessStatusCode();
        var mail = await Server.ReadMailAsync(email, "Your data with us");
        _examples["/admin/outbox/{Id:long}"] = $"/admin/outbox/{Path.GetFileNameWithoutExtension(Directory.EnumerateFiles(Path.Combine(Server.DataFolder, "outbox"), "*.eml").First()).TrimStart('0')}";
        PathsOfViews[nameof(ArchiveView)] = "/archive";
        PathsOfViews[nameof(LandingView)] = "/";
        PathsOfViews[nameof(LeftView)] = "/subscription/(left)";
        _leaving = [$"/subscription/{campaign}/{people[1]}", $"/subscription/{campaign}/{people[2]}"];
        PathsOfViews[nameof(OptinView)] = $"/subscription/optin/{people[0]}";
        PathsOfViews[nameof(PreferencesView)] = $"/subscription/{campaign}/{people[0]}?manage=true";
        PathsOfViews[nameof(PrivacyQuestionView)] = "/privacy";
        PathsOfViews[nameof(PrivacyView)] = PrivacyLink().Match(mail.HtmlBody!).Value;
        PathsOfViews[nameof(SignUpView)] = "/subscription/form";
        PathsOfViews[nameof(UnsubscribeView)] = $"/subscription/{campaign}/{people[0]}";
    }

    private async Task AddAsync(string template, string api, string body) =>
        _examples[template] = template.Replace("{Id:int}", (await PostAsync(api, body))["id"]!.ToString(), StringComparison.Ordinal);

    private async Task<JsonNode> GetAsync(string path) => JsonNode.Parse(await Server.Client.GetStringAsync(path))!["data"]!;

    private async Task<JsonNode> PostAsync(string path, string body)
    {
        var answer = await Server.Client.PostAsJsonAsync(path, JsonNode.Parse(body));
        Assert.True(answer.IsSuccessStatusCode, await answer.Content.ReadAsStringAsync());
        return (await answer.Content.ReadFromJsonAsync<JsonNode>())!["data"]!;
    }

    [GeneratedRegex("/privacy/[A-Za-z0-9_-]+")]
    private static partial Regex PrivacyLink();
}
