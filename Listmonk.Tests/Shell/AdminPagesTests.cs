using System.Reflection;
using Listmonk.Core.Common;
using Listmonk.Core.Users;
using Listmonk.Web.Auth;
using Listmonk.Web.Shell;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Components;

namespace Listmonk.Tests.Shell;

public sealed class AdminPagesTests
{
    private static readonly IReadOnlyList<AdminPage> All = [.. AdminPages.Menu, .. AdminPages.SettingsSections, .. AdminPages.Others, .. AdminPages.Actions];

    private static readonly Dictionary<string, Type> Declared = typeof(AdminPages).Assembly.GetTypes()
        .Where(type => !type.IsDefined(typeof(AllowAnonymousAttribute)))
        .SelectMany(type => type.GetCustomAttributes<RouteAttribute>().Select(route => (Template: route.Template.TrimStart('/'), Type: type)))
        .Where(page => !page.Template.Contains('{'))
        .ToDictionary(page => page.Template, page => page.Type);

    [Fact]
    public void Every_page_with_an_address_of_its_own_can_be_reached_by_the_palette() => Assert.Empty(Declared.Keys.Except(All.Select(page => page.Href)));

    [Fact]
    public void No_entry_leads_to_a_page_that_turns_the_account_away()
    {
        IEnumerable<Actor> actors = [Actor.Anonymous, .. Permissions.All.Select(permission => new Actor { Name = permission, Permissions = [permission] }), new Actor { Name = "list", ManageableLists = [1] }];
        var offenders =
            from actor in actors
            from page in All
            where page.IsVisible(actor)
            let anyOf = Declared[page.Href].GetCustomAttribute<HasPermissionAttribute>()!.AnyOf
            where anyOf.Count > 0 && !anyOf.Any(actor.Can)
            select $"{page.Text} for {string.Join(' ', actor.Permissions)}";
        Assert.Empty(offenders);
    }

    [Fact]
    public void Names_that_begin_with_the_text_come_first_and_other_words_count_from_their_beginning()
    {
        string[] Find(string text) => [.. AdminPages.Matching([.. AdminPages.Menu, .. AdminPages.SettingsSections], text, Actor.System).Select(page => page.Text)];
        Assert.Equal("Media", Find("me")[0]);
        Assert.Equal(["Import"], Find("csv"));
        Assert.Empty(Find("sv"));
        Assert.Equal(["Bounce sources"], Find("imap  mailbox"));
    }
}
