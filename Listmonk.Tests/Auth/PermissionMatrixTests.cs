using System.Net;
using System.Net.Http.Headers;
using System.Security.Claims;
using Listmonk.Core.Common;
using Listmonk.Core.Users;
using Listmonk.Tests.Support;
using Listmonk.Web.Auth;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace Listmonk.Tests.Auth;

/// <summary>
/// Every route against every kind of caller, taken from the running application's own routes. A route that names no rule fails, and so
/// does a new one that is open to everybody: it has to be listed here.
/// </summary>
public sealed class PermissionMatrixTests(ListmonkApp app) : HttpTest(app)
{
    /// <summary>What strangers may reach: recipients' pages, signing in, files, and the few calls that listmonk leaves open.</summary>
    private static readonly string[] OpenToAll =
    [
        "/", "/health", "/health/live", "/health/ready", "/health/tls-ask", "/not-found", "/admin/setup", "/admin/login", "/admin/login/twofa", "/admin/login/passkey", "/admin/forgot", "/admin/reset", "/auth/oidc", "/auth/oidc/start",
        "/subscription/", "/privacy", "/privacy/", "/link/", "/campaign/", "/archive", "/uploads/", "/public/", "/robots.txt", "/webhooks/", "/api/public/", "/api/{*", "/track/", "/{**path}", "/admin/custom.css", "/admin/custom.js",
    ];

    private IReadOnlyList<RouteEndpoint> Routes => [.. App.Services.GetServices<EndpointDataSource>().SelectMany(source => source.Endpoints).OfType<RouteEndpoint>()
        .Where(route => !IsAsset(route)).DistinctBy(Describe)];

    [Fact]
    public void Every_route_has_a_rule()
    {
        var without = Routes.Where(route => Rule(route) is null && route.Metadata.GetMetadata<IAllowAnonymous>() is null).Select(Describe);
        Assert.Empty(without);
    }

    [Fact]
    public void No_route_is_open_that_is_not_listed_as_open()
    {
        var open = Routes.Where(route => Rule(route) is null).Where(route => !OpenToAll.Any(listed => IsListed(Path(route), listed))).Select(Describe);
        Assert.Empty(open);
    }

    [Fact]
    public void Every_permission_that_a_route_names_exists() =>
        Assert.Empty(Routes.SelectMany(route => Rule(route)?.AnyOf ?? []).Except(Permissions.All, StringComparer.Ordinal));

    [Fact]
    public async Task Strangers_are_sent_to_sign_in_or_refused()
    {
        var offenders = new List<string>();
        foreach (var route in Routes.Where(route => Rule(route) is not null))
        {
            using var answer = await SendAsync(Anonymous, route);
            var isPage = Path(route).StartsWith("/admin", StringComparison.Ordinal);
            var isRight = isPage
                ? answer.StatusCode == HttpStatusCode.Found && answer.Headers.Location!.ToString().StartsWith("/admin/login?next=", StringComparison.Ordinal)
                : answer.StatusCode == HttpStatusCode.Forbidden;
            if (!isRight)
            {
                offenders.Add($"{Describe(route)}: {(int)answer.StatusCode}");
            }
        }

        Assert.Empty(offenders);
    }

    [Fact]
    public async Task Without_the_permission_every_route_that_names_one_refuses()
    {
        var nobody = await ClientAsync([], []);
        var offenders = new List<string>();
        foreach (var route in Routes.Where(route => Rule(route)?.AnyOf.Count > 0))
        {
            using var answer = await SendAsync(nobody, route);
            if (answer.StatusCode != HttpStatusCode.Forbidden)
            {
                offenders.Add($"{Describe(route)}: {(int)answer.StatusCode}");
            }
        }

        Assert.Empty(offenders);
    }

    [Fact]
    public async Task Each_named_permission_alone_opens_its_routes_and_no_other_does()
    {
        var policies = App.Services.GetRequiredService<IAuthorizationPolicyProvider>();
        var authorization = App.Services.GetRequiredService<IAuthorizationService>();
        var callers = new Dictionary<string, ClaimsPrincipal>(StringComparer.Ordinal);
        foreach (var permission in Permissions.All)
        {
            callers[permission] = Principals.Create(await AccountAsync([permission], []), "test");
        }

        var offenders = new List<string>();
        foreach (var route in Routes.Where(route => Rule(route) is not null))
        {
            var rule = Rule(route)!;
            var policy = (await policies.GetPolicyAsync(rule.Policy!))!;
            foreach (var (permission, caller) in callers)
            {
                var isAllowed = (await authorization.AuthorizeAsync(caller, null, policy)).Succeeded;
                if (isAllowed != (rule.AnyOf.Count == 0 || rule.AnyOf.Contains(permission, StringComparer.Ordinal)))
                {
                    offenders.Add($"{Describe(route)} with {permission}: {isAllowed}");
                }
            }
        }

        Assert.Empty(offenders);
    }

    [Fact]
    public async Task The_super_admin_passes_everywhere()
    {
        var policies = App.Services.GetRequiredService<IAuthorizationPolicyProvider>();
        var authorization = App.Services.GetRequiredService<IAuthorizationService>();
        var admin = Principals.Create(App.Services.GetRequiredService<UserDirectory>().FindByToken(ListmonkApp.ApiUser, ListmonkApp.ApiToken)!, "test");
        foreach (var rule in Routes.Select(Rule).OfType<HasPermissionAttribute>())
        {
            Assert.True((await authorization.AuthorizeAsync(admin, null, (await policies.GetPolicyAsync(rule.Policy!))!)).Succeeded);
        }
    }

    [Fact]
    public async Task Somebody_limited_to_one_list_sees_its_things_only()
    {
        var own = (await PostAsync("/api/lists", new { name = "Own" }))["id"]!.GetValue<int>();
        var foreign = (await PostAsync("/api/lists", new { name = "Foreign" }))["id"]!.GetValue<int>();
        foreach (var (list, name) in new[] { (own, "own"), (foreign, "foreign") })
        {
            await PostAsync("/api/subscribers", new { email = $"{name}@matrix.example", name, lists = new[] { list } });
            await PostAsync("/api/campaigns", new { name, subject = name, lists = new[] { list }, type = "regular", content_type = "html", body = "x" });
        }

        var limited = await ClientAsync([Permissions.SubscribersGet, Permissions.CampaignsGet], [new RoleListDraft(own, [Permissions.ListGet])]);

        foreach (var path in new[] { "/api/lists", "/api/subscribers", "/api/campaigns" })
        {
            var page = await DataAsync(await limited.GetAsync(path));
            Assert.Equal("own", Assert.Single(page["results"]!.AsArray())!["name"]!.GetValue<string>(), ignoreCase: true);
        }

        Assert.Equal(HttpStatusCode.Forbidden, (await limited.GetAsync($"/api/lists/{foreign}")).StatusCode);
        Assert.Equal(HttpStatusCode.Forbidden, (await limited.PutAsync($"/api/lists/{own}", null)).StatusCode);
    }

    [Fact]
    public async Task A_page_that_the_roles_do_not_open_says_so_and_leads_back()
    {
        var limited = await ClientAsync([Permissions.CampaignsGet], []);

        var answer = await limited.GetAsync("/admin/settings");

        Assert.Equal(HttpStatusCode.Forbidden, answer.StatusCode);
        Assert.Contains("href=\"admin\"", await answer.Content.ReadAsStringAsync(), StringComparison.Ordinal);
    }

    private static bool IsListed(string path, string listed) =>
        listed.Length > 1 && (listed.EndsWith('/') || listed.EndsWith('*') || listed == "/archive") ? path.StartsWith(listed, StringComparison.Ordinal) : path == listed;

    private static HasPermissionAttribute? Rule(Endpoint route) => route.Metadata.GetMetadata<IAllowAnonymous>() is null ? route.Metadata.GetMetadata<HasPermissionAttribute>() : null;

    private static string Path(RouteEndpoint route) => "/" + route.RoutePattern.RawText!.TrimStart('/');

    private static string Method(Endpoint route) => route.Metadata.GetMetadata<IHttpMethodMetadata>()?.HttpMethods is [var method, ..] ? method : "GET";

    private static string Describe(RouteEndpoint route) => $"{Method(route)} {Path(route)}";

    /// <summary>Static files, and the framework's own routes, which ask for an account (tested with the shell).</summary>
    private static bool IsAsset(RouteEndpoint route) =>
        Path(route).Contains("_blazor", StringComparison.Ordinal) || Path(route).StartsWith("/_", StringComparison.Ordinal) || Path(route) == "/{**path:file}"
        || route.Metadata.Any(item => item.GetType().FullName!.Contains("StaticAssets", StringComparison.Ordinal));

    private static Task<HttpResponseMessage> SendAsync(HttpClient client, RouteEndpoint route)
    {
        var path = string.Join('/', Path(route).Split('/').Select(part => !part.StartsWith('{') ? part : part.Contains("guid", StringComparison.Ordinal) ? Guid.Empty.ToString() : "987654"));
        var request = new HttpRequestMessage(new HttpMethod(Method(route)), path);
        if (request.Method != HttpMethod.Get)
        {
            request.Content = new StringContent("{}", System.Text.Encoding.UTF8, "application/json");
        }

        return client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead);
    }

    private async Task<Account> AccountAsync(IReadOnlyList<string> permissions, IReadOnlyList<RoleListDraft> lists) => (await MakeAsync(permissions, lists)).Account;

    private async Task<HttpClient> ClientAsync(IReadOnlyList<string> permissions, IReadOnlyList<RoleListDraft> lists)
    {
        var (account, token) = await MakeAsync(permissions, lists);
        var client = App.Anonymous();
        client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("token", $"{account.Username}:{token}");
        return client;
    }

    private async Task<(Account Account, string Token)> MakeAsync(IReadOnlyList<string> permissions, IReadOnlyList<RoleListDraft> lists)
    {
        var roles = App.Services.GetRequiredService<RoleService>();
        var name = $"m{Guid.NewGuid():N}";
        var role = (await roles.CreateAsync(RoleType.User, new RoleDraft { Name = name, Permissions = permissions }, Actor.System, default)).Value;
        var listRole = lists.Count == 0 ? null : (await roles.CreateAsync(RoleType.List, new RoleDraft { Name = name, Lists = lists }, Actor.System, default)).Value;
        var created = await App.Services.GetRequiredService<UserService>().CreateAsync(
            new UserDraft { Username = name, Type = UserType.Api, UserRoleId = role.Id, ListRoleId = listRole?.Id }, Actor.System, default);
        return (App.Services.GetRequiredService<UserDirectory>().Find(created.Value.User.Id)!, created.Value.Token!);
    }
}
