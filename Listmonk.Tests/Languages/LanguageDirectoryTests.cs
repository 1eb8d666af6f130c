using Listmonk.Core;
using Listmonk.Core.Languages;
using Listmonk.Core.Templates.Expressions;
using Listmonk.Tests.Support;

namespace Listmonk.Tests.Languages;

public sealed class LanguageDirectoryTests
{
    [Fact]
    public async Task An_installed_pack_is_offered_and_English_fills_its_gaps()
    {
        await using var database = await TestDatabase.CreateAsync(DatabaseProvider.Sqlite);
        var folder = Directory.CreateDirectory(Path.Combine(database.Folder, "languages")).FullName;
        await File.WriteAllTextAsync(Path.Combine(folder, "de.json"), """{"_.code":"de","_.name":"Deutsch","email.unsub":"Abmelden","globals.terms.list":"Liste | Listen","x.ref":"Die {globals.terms.list} {name}"}""");
        await File.WriteAllTextAsync(Path.Combine(folder, "broken.json"), """{"_.code":["de"]}""");
        var languages = database.Get<LanguageDirectory>();

        Assert.Equal(["de", "en"], languages.All.Select(pack => pack.Code));
        Assert.Equal(("Abmelden", "View in browser"), (languages.Find("de").Find("email.unsub"), languages.Find("de").Find("email.viewInBrowser")));
        Assert.Equal(("Liste", "Listen"), (languages.Find("de").Find("globals.terms.list", 1), languages.Find("de").Find("globals.terms.list", 2)));
    }

    [Fact]
    public async Task A_text_may_name_another_and_a_circle_ends()
    {
        await using var database = await TestDatabase.CreateAsync(DatabaseProvider.Sqlite);
        var folder = Directory.CreateDirectory(Path.Combine(database.Folder, "languages")).FullName;
        await File.WriteAllTextAsync(Path.Combine(folder, "xx.json"), """{"_.code":"xx","_.name":"X","a":"Never {b}","b":"mind {name}","c":"{c}{c}"}""");
        var pack = database.Get<LanguageDirectory>().Find("xx");

        Assert.Equal("Never mind {name}", pack.Find("a"));
        Assert.InRange(pack.Find("c").Length, 1, 1000);
    }

    [Fact]
    public async Task Templates_get_the_texts_of_the_installation()
    {
        await using var database = await TestDatabase.CreateAsync(DatabaseProvider.Sqlite);
        var language = database.Get<ITemplateLanguage>();
        Assert.Equal(("Unsubscribe", "no.such.key"), (language.T("email.unsub"), language.T("no.such.key")));
        Assert.Equal("Copy of News", language.Ts("campaigns.copyOf", ["name", "News"]));
        Assert.Equal("Lists", language.Tc("globals.terms.list", 2));
    }
}
