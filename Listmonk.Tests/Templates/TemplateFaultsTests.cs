using Listmonk.Core.Templates;
using Listmonk.Core.Templates.Expressions;

namespace Listmonk.Tests.Templates;

[Trait("Kind", "Unit")]
public sealed class TemplateFaultsTests
{
    [Fact]
    public void A_fault_names_its_line_and_column()
    {
        var fault = Assert.Single(TemplateFaults.Of("<p>\n  {{ nosuch }}\n</p>", TemplateMode.Html, TemplateFunctionSet.Campaign));
        Assert.Equal((2, 6, true), (fault.Line, fault.Column, fault.IsFatal));
        Assert.Contains("nosuch", fault.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Places_in_Markdown_are_those_of_the_Markdown()
    {
        var fault = Assert.Single(TemplateFaults.OfMarkdown("# One\n\n- two\n- {{ nosuch }}\n"));
        Assert.Equal(4, fault.Line);
    }

    [Fact]
    public void A_template_without_its_placeholder_is_at_fault_and_with_it_keeps_its_places()
    {
        Assert.Equal(TemplateRules.PlaceholderFault, Assert.Single(TemplateFaults.OfTemplate("<p></p>", TemplateType.Campaign)).Message);
        var fault = Assert.Single(TemplateFaults.OfTemplate("<p>{{ template \"content\" . }} {{ nosuch }}</p>", TemplateType.Campaign));
        Assert.Equal((1, 34), (fault.Line, fault.Column));
        Assert.Empty(TemplateFaults.OfTemplate("<p>{{ .Tx.Data.x }}</p>", TemplateType.Tx));
    }
}
