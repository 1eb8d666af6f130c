using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using Listmonk.Tests.Support;

namespace Listmonk.Tests.Users;

public sealed class UserEndpointsTests(ListmonkApp app) : HttpTest(app)
{
    [Fact]
    public async Task A_token_is_shown_once_and_works_at_once()
    {
        var made = await PostAsync("/api/users", new { username = "shown", type = "api", status = "enabled", user_role_id = 1 });
        var client = App.Anonymous();
        client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("token", $"shown:{made["password"]}");

        Assert.Equal(HttpStatusCode.OK, (await client.GetAsync("/api/health")).StatusCode);
        var read = (await GetAsync($"/api/users/{made["id"]}")).AsObject();
        Assert.Null(read["password"]);
        Assert.Null(read["email"]);
        Assert.Equal((true, "none", "api"), (read["password_login"]!.GetValue<bool>(), read["twofa_type"]!.GetValue<string>(), read["type"]!.GetValue<string>()));
        Assert.False(read.ContainsKey("list_role_id"));
        Assert.False(read.ContainsKey("user_role_id"));
        Assert.True(read.ContainsKey("list_role"));
        Assert.Equal("shown", (await DataAsync(await client.GetAsync("/api/profile")))["username"]!.GetValue<string>());
    }

    [Theory]
    [InlineData("""{"username":"a","type":"user","email":"a@example.com","user_role_id":1}""", "Invalid fields: username")]
    [InlineData("""{"username":"abcd","type":"user","email":"bad","user_role_id":1}""", "Invalid fields: email")]
    [InlineData("""{"username":"abcd","type":"user","email":"a@example.com","password_login":true,"password":"x","user_role_id":1}""", "Invalid fields: password")]
    [InlineData("""{"username":"abcd","type":"user","email":"a@example.com"}""", "Invalid fields: user_role_id")]
    [InlineData("""{"username":"abcd","type":"user","email":"a@example.com","user_role_id":999}""", "Invalid fields: user_role_id")]
    public async Task Faulty_accounts_are_refused_in_listmonks_words(string body, string message)
    {
        using var content = new StringContent(body, System.Text.Encoding.UTF8, "application/json");
        Assert.Equal(message, await RefusalAsync(await Api.PostAsync("/api/users", content), HttpStatusCode.BadRequest));
    }

    [Fact]
    public async Task Names_and_addresses_are_taken_once()
    {
        await PostAsync("/api/users", new { username = "twin", type = "user", email = "twin@example.com", user_role_id = 1 });
        await RefusalAsync(await Api.PostAsJsonAsync("/api/users", new { username = "TWIN", type = "user", email = "other@example.com", user_role_id = 1 }), HttpStatusCode.Conflict);
        await RefusalAsync(await Api.PostAsJsonAsync("/api/users", new { username = "other", type = "user", email = "Twin@Example.com", user_role_id = 1 }), HttpStatusCode.Conflict);
    }

    [Fact]
    public async Task An_unknown_user_is_not_found_and_deleting_nobody_is_refused()
    {
        Assert.Equal("User not found", await RefusalAsync(await Api.GetAsync("/api/users/9999"), HttpStatusCode.NotFound));
        await RefusalAsync(await Api.DeleteAsync("/api/users"), HttpStatusCode.BadRequest);
    }

    [Fact]
    public async Task Roles_have_listmonks_shapes_and_refusals()
    {
        var role = (await PostAsync("/api/roles/users", new { name = "Viewer", permissions = new[] { "lists:get_all" } })).AsObject();
        Assert.True(role.ContainsKey("lists"));
        Assert.Null(role["lists"]);
        Assert.Equal("user", role["type"]!.GetValue<string>());
        var listRole = await PostAsync("/api/roles/lists", new { name = "L", lists = new object[] { new { id = 1, permissions = new[] { "list:get" } }, new { id = 2, permissions = Array.Empty<string>() } } });
        Assert.Equal("Default list", Assert.Single(listRole["lists"]!.AsArray())!["name"]!.GetValue<string>());

        Assert.Equal("Invalid fields: permission: zzz", await RefusalAsync(await Api.PostAsJsonAsync("/api/roles/users", new { name = "x", permissions = new[] { "zzz" } }), HttpStatusCode.BadRequest));
        Assert.Equal("Invalid fields: name", await RefusalAsync(await Api.PostAsJsonAsync("/api/roles/users", new { name = "" }), HttpStatusCode.BadRequest));
        Assert.Equal("Invalid ID(s)", await RefusalAsync(await Api.PutAsJsonAsync("/api/roles/users/1", new { name = "x" }), HttpStatusCode.BadRequest));
        Assert.Equal("Invalid ID(s)", await RefusalAsync(await Api.DeleteAsync("/api/roles/1"), HttpStatusCode.BadRequest));
        await RefusalAsync(await Api.PostAsJsonAsync("/api/roles/users", new { name = "Viewer" }), HttpStatusCode.Conflict);
    }
}
