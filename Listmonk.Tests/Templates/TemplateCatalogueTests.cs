using System.Reflection;
using Listmonk.Core.Templates;
using Listmonk.Core.Templates.Expressions;

namespace Listmonk.Tests.Templates;

[Trait("Kind", "Unit")]
public sealed class TemplateCatalogueTests
{
    [Theory]
    [InlineData(typeof(SubscriberTemplateObject))]
    [InlineData(typeof(CampaignTemplateObject))]
    [InlineData(typeof(TransactionalTemplateObject))]
    public void Every_member_offered_can_be_read_and_none_is_missing(Type type)
    {
        var instance = (ITemplateObject)Activator.CreateInstance(type)!;
        var members = (IReadOnlyList<string>)type.GetProperty("Members")!.GetValue(null)!;
        var readable = type.GetProperties(BindingFlags.Public | BindingFlags.Instance)
            .Select(property => property.Name.EndsWith("Json", StringComparison.Ordinal) ? property.Name[..^4].Replace("Attributes", "Attribs", StringComparison.Ordinal) : property.Name);

        Assert.All(members, member => Assert.True(instance.TryGetMember(member, out _), member));
        Assert.Equal(readable.Order(StringComparer.OrdinalIgnoreCase), members.Order(StringComparer.OrdinalIgnoreCase), StringComparer.OrdinalIgnoreCase);
    }

    [Fact]
    public void Sentences_speak_only_of_what_exists()
    {
        var campaign = TemplateCatalogue.Of(TemplateFunctionSet.Campaign, []);
        var transactional = TemplateCatalogue.Of(TemplateFunctionSet.Transactional, []);
        Assert.Empty(TemplateCatalogue.NotedFunctions.Except(campaign.Functions.Select(word => word.Name), StringComparer.Ordinal));
        Assert.Empty(TemplateCatalogue.NotedFields.Except(
            campaign.Subscriber.Concat(campaign.Message).Concat(transactional.Message).Select(word => word.Name), StringComparer.Ordinal));
    }

    [Fact]
    public void A_transactional_mail_is_offered_no_function_of_campaigns()
    {
        var words = TemplateCatalogue.Of(TemplateFunctionSet.Transactional, []).Functions.Select(word => word.Name).ToList();
        Assert.DoesNotContain("UnsubscribeURL", words);
        Assert.Contains("default", words);
        Assert.DoesNotContain(words, word => word is "JoinURL" or "TrackedLink");
    }

    [Theory]
    [InlineData("city", ".Subscriber.Attribs.city")]
    [InlineData("first-name", "index .Subscriber.Attribs \"first-name\"")]
    [InlineData("a \"b\"", "index .Subscriber.Attribs \"a \\\"b\\\"\"")]
    public void An_attribute_is_read_in_the_way_its_key_allows(string key, string path)
    {
        Assert.Equal(path, TemplateCatalogue.AttributePath(key));
        Assert.Empty(TemplateFaults.Of($"{{{{ {path} }}}}", TemplateMode.Html, TemplateFunctionSet.Campaign));
    }
}
