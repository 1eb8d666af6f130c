using System.Net;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using Listmonk.Core.Data;
using Listmonk.Core.Lists;
using Listmonk.Tests.Support;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace Listmonk.Tests.PublicPages;

public sealed class SignUpPagesTests(ListmonkApp app) : HttpTest(app)
{
    [Fact]
    public async Task The_form_offers_public_lists_only()
    {
        var open = await AddListAsync("Cats & dogs", ListType.Public);
        var hidden = await AddListAsync("Secret", ListType.Private);

        var page = await Anonymous.GetStringAsync("/subscription/form");

        Assert.Contains(open.Uuid.ToString(), page, StringComparison.Ordinal);
        Assert.Contains("Cats &amp; dogs", page, StringComparison.Ordinal);
        Assert.DoesNotContain(hidden.Uuid.ToString(), page, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_good_form_stores_the_person_and_thanks()
    {
        var list = await AddListAsync("Open", ListType.Public);

        var response = await PostFormAsync(("email", "form@example.com"), ("name", "Form Er"), ("l", list.Uuid.ToString()));

        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.Equal("Form Er", await NameOfAsync("form@example.com"));
    }

    [Fact]
    public async Task Bad_addresses_missing_lists_and_programs_are_refused_and_what_was_entered_stays()
    {
        var list = await AddListAsync("Open", ListType.Public);

        var bad = await PostFormAsync(("email", "no-address"), ("name", "Kept <b>"), ("l", list.Uuid.ToString()));
        Assert.Equal(HttpStatusCode.BadRequest, bad.StatusCode);
        Assert.Contains("Kept &lt;b&gt;", await bad.Content.ReadAsStringAsync(), StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.BadRequest, (await PostFormAsync(("email", "bot@example.com"))).StatusCode);
        Assert.Equal(HttpStatusCode.BadRequest, (await PostFormAsync(("email", "bot@example.com"), ("l", list.Uuid.ToString()), ("nonce", "x"))).StatusCode);
        Assert.Null(await NameOfAsync("bot@example.com"));
    }

    [Fact]
    public async Task The_form_leads_on_to_a_trusted_address_only()
    {
        var list = await AddListAsync("Open", ListType.Public);
        var settings = await GetAsync("/api/settings");
        settings["security.trusted_urls"] = new JsonArray("https://trusted.example/thanks");
        await PutAsync("/api/settings", settings);

        var trusted = await PostFormAsync(("email", "a@example.com"), ("l", list.Uuid.ToString()), ("next", "https://trusted.example/thanks"));
        var other = await PostFormAsync(("email", "b@example.com"), ("l", list.Uuid.ToString()), ("next", "https://evil.example/"));

        Assert.Equal(HttpStatusCode.SeeOther, trusted.StatusCode);
        Assert.Equal("https://trusted.example/thanks", trusted.Headers.Location?.ToString());
        Assert.Equal(HttpStatusCode.OK, other.StatusCode);
    }

    [Fact]
    public async Task The_API_lists_and_subscribes_without_an_account()
    {
        var single = await AddListAsync("Single", ListType.Public);
        var twice = await AddListAsync("Double", ListType.Public, ListOptin.Double);

        var lists = JsonNode.Parse(await Anonymous.GetStringAsync("/api/public/lists"))!.AsArray();
        Assert.Contains(lists, list => list!["uuid"]!.GetValue<string>() == single.Uuid.ToString() && list["name"]!.GetValue<string>() == "Single");

        var plain = await Anonymous.PostAsJsonAsync("/api/public/subscription", new { email = "api-a@example.com", name = "A", list_uuids = new[] { single.Uuid } });
        var asked = await Anonymous.PostAsJsonAsync("/api/public/subscription", new { email = "api-b@example.com", list_uuids = new[] { twice.Uuid } });
        Assert.False((await DataAsync(plain))["has_optin"]!.GetValue<bool>());
        Assert.True((await DataAsync(asked))["has_optin"]!.GetValue<bool>());
        await RefusalAsync(await Anonymous.PostAsJsonAsync("/api/public/subscription", new { email = "c@example.com", list_uuids = Array.Empty<string>() }), HttpStatusCode.BadRequest);
    }

    [Fact]
    public async Task Wiping_deletes_the_person()
    {
        var list = await AddListAsync("Open", ListType.Public);
        await PostFormAsync(("email", "wipe@example.com"), ("l", list.Uuid.ToString()));
        var uuid = await ReadAsync(db => db.Subscribers.Where(person => person.Email == "wipe@example.com").Select(person => person.Uuid).SingleAsync());

        Assert.Equal(HttpStatusCode.OK, (await Anonymous.PostAsync($"/subscription/wipe/{uuid}", null)).StatusCode);
        Assert.Null(await NameOfAsync("wipe@example.com"));
        Assert.Equal(HttpStatusCode.NotFound, (await Anonymous.PostAsync($"/subscription/wipe/{uuid}", null)).StatusCode);
    }

    private Task<HttpResponseMessage> PostFormAsync(params (string Name, string Value)[] fields) =>
        Anonymous.PostAsync("/subscription/form", new FormUrlEncodedContent(fields.Select(field => KeyValuePair.Create(field.Name, field.Value))));

    private async Task<MailingList> AddListAsync(string name, ListType type, ListOptin optin = ListOptin.Single)
    {
        var list = new MailingList { Uuid = Guid.NewGuid(), Name = name, Type = type, Optin = optin };
        await App.Services.GetRequiredService<IDbContextFactory<ListmonkDbContext>>().WriteAsync(
            db =>
            {
                db.Add(list);
                return Task.CompletedTask;
            },
            CancellationToken.None);
        return list;
    }

    private Task<string?> NameOfAsync(string email) => ReadAsync(db => db.Subscribers.Where(person => person.Email == email).Select(person => person.Name).SingleOrDefaultAsync());

    private async Task<T> ReadAsync<T>(Func<ListmonkDbContext, Task<T>> read)
    {
        await using var db = await App.Services.GetRequiredService<IDbContextFactory<ListmonkDbContext>>().CreateDbContextAsync();
        return await read(db);
    }
}
