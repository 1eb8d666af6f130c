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

        Assert.Equal(["de", "en", "zh-CN"], languages.All.Select(pack => pack.Code));
        Assert.Equal(("Abmelden", "View in browser"), (languages.Find("de").Find("email.unsub"), languages.Find("de").Find("email.viewInBrowser")));
        Assert.Equal(("Liste", "Listen"), (languages.Find("de").Find("globals.terms.list", 1), languages.Find("de").Find("globals.terms.list", 2)));
    }

    [Fact]
    public async Task A_pack_may_change_single_texts_of_a_built_in_language()
    {
        await using var database = await TestDatabase.CreateAsync(DatabaseProvider.Sqlite);
        var folder = Directory.CreateDirectory(Path.Combine(database.Folder, "languages")).FullName;
        await File.WriteAllTextAsync(Path.Combine(folder, "mine.json"), """{"_.code":"zh-CN","_.name":"中文","email.unsub":"不再接收"}""");
        var pack = database.Get<LanguageDirectory>().Find("zh-CN");

        Assert.Equal(("不再接收", "在浏览器中查看"), (pack.Find("email.unsub"), pack.Find("email.viewInBrowser")));
    }

    [Theory]
    [InlineData("zh-CN", "zh-CN")]
    [InlineData("ZH-cn", "zh-CN")]
    [InlineData("zh", "zh-CN")]
    [InlineData("zh-Hans-CN", "zh-CN")]
    [InlineData("en-GB", "en")]
    [InlineData("fr", "en")]
    [InlineData("", "en")]
    public async Task A_person_gets_the_nearest_language_at_hand(string wanted, string expected)
    {
        await using var database = await TestDatabase.CreateAsync(DatabaseProvider.Sqlite);

        Assert.Equal(expected, database.Get<LanguageDirectory>().Choose([wanted]).Code);
    }

    /// <summary>Every text, with the same parameters and the same forms of number, and none left in English by oversight.</summary>
    [Fact]
    public async Task A_built_in_language_is_complete()
    {
        await using var database = await TestDatabase.CreateAsync(DatabaseProvider.Sqlite);
        var english = LanguageDirectory.English.Texts;
        foreach (var pack in database.Get<LanguageDirectory>().All.Where(pack => pack.Code != "en"))
        {
            foreach (var (key, text) in english)
            {
                Assert.Equal((key, Parameters(text), text.Split(" | ").Length), (key, Parameters(pack.Texts[key]), pack.Texts[key].Split(" | ").Length));
            }

            Assert.InRange(english.Count(text => text.Value == pack.Texts[text.Key]), 0, 15);
        }
    }

    private static string Parameters(string text) =>
        string.Join(' ', System.Text.RegularExpressions.Regex.Matches(text, @"\{[^}]*\}").Select(match => match.Value).Order(StringComparer.Ordinal));

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
