using Bunit;
using Listmonk.Core.Common;
using Listmonk.Core.Languages;
using Listmonk.Core.Users;
using Listmonk.Tests.Support;
using Listmonk.Web.Lists;
using Listmonk.Web.Shared;
using Listmonk.Web.Shell;

namespace Listmonk.Tests.Languages;

/// <summary>Admin pages in the language of whom they are drawn for.</summary>
public sealed class TranslatorTests : ComponentTest
{
    private static Translator T => Translation.T;

    [Fact]
    public void Without_a_language_the_English_is_the_text()
    {
        Assert.Equal(("New list", "3 of 5 done", "1 list", "1,200 lists"), (T["New list"], T["{0} of {1} done", 3, 5], T.Count(1, "list"), T.Count(1200, "list")));
        Assert.Equal("The list 7 is gone.", T.Message("The list 7 is gone."));
    }

    [Fact]
    public void A_page_is_drawn_in_Chinese()
    {
        T.Use(Get<LanguageDirectory>().Find("zh-CN"));
        RenderProviders();

        var page = Render<ListPage>();

        page.WaitForAssertion(() => Assert.Equal("新建列表", page.Find("h1").TextContent.Trim()));
        Assert.DoesNotContain("Tags help you find lists", page.Markup, StringComparison.Ordinal);
        var menu = Render<NavMenu>(parameters => parameters.Add(nav => nav.Actor, new Actor { Name = "ann", Permissions = [Permissions.CampaignsGet] }));
        Assert.Equal(["仪表板", "营销活动"], menu.FindAll("a").Select(link => link.TextContent.Trim()));
    }

    [Fact]
    public void Numbers_nouns_and_durations_follow_the_language()
    {
        T.Use(Get<LanguageDirectory>().Find("zh-CN"));

        Assert.Equal(("3 位订阅者", "2 天 3 小时", "无数据"), (Figures.Count(3, "subscriber"), Figures.Duration(TimeSpan.FromHours(51)), Figures.Percent(null)));
    }

    [Theory]
    [InlineData("zh-CN", 1, "a")]
    [InlineData("de", 1, "a")]
    [InlineData("de", 0, "b")]
    [InlineData("fr", 0, "a")]
    [InlineData("pl", 1, "a")]
    [InlineData("pl", 22, "b")]
    [InlineData("pl", 12, "c")]
    [InlineData("ru", 21, "a")]
    [InlineData("ar", 2, "c")]
    [InlineData("ar", 100, "d")]
    public void A_number_chooses_the_form_by_the_rules_of_the_language(string code, long count, string expected) =>
        Assert.Equal(expected, PluralForms.Choose(code == "ar" ? "zero | a | c | few | many | d" : "a | b | c", code, count));

    [Fact]
    public async Task A_finished_sentence_finds_its_values_again()
    {
        await using var database = await TestDatabase.CreateAsync(Core.DatabaseProvider.Sqlite);
        var folder = Directory.CreateDirectory(Path.Combine(database.Folder, "languages")).FullName;
        await File.WriteAllTextAsync(Path.Combine(folder, "de.json"), """
            {"_.code":"de","_.name":"Deutsch","admin":{"There is no messenger named '{0}'.":"Der Kanal '{0}' fehlt.","{0} changed this {1} in the meantime.":"{1}: {0} war schneller.","{0} lists":"{0} Liste | {0} Listen"}}
            """);
        T.Use(database.Get<LanguageDirectory>().Find("de"));

        Assert.Equal("Der Kanal 'sms' fehlt.", T.Message("There is no messenger named 'sms'."));
        Assert.Equal("list: Ann war schneller.", T.Message("Ann changed this list in the meantime."));
        Assert.Equal("Nobody knows this.", T.Message("Nobody knows this."));
        Assert.Equal(("1 Liste", "1.200 Listen"), (T.Count(1, "list"), T.Count(1200, "list")));
    }
}
