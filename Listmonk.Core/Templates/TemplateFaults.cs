using Listmonk.Core.Templates.Expressions;

namespace Listmonk.Core.Templates;

/// <summary>Tells an editor where its text does not compile.</summary>
public static class TemplateFaults
{
    /// <summary>Faults that forbid saving, then calls that will fail once they are reached.</summary>
    public static IReadOnlyList<TemplateFault> Of(string source, TemplateMode mode, TemplateFunctionSet functions) =>
        Of(() => CompiledTemplate.Compile(source, mode, functions));

    /// <summary>As above, for a frame around campaigns, whose placeholder must be there.</summary>
    public static IReadOnlyList<TemplateFault> OfTemplate(string source, TemplateType type)
    {
        if (type == TemplateType.Campaign && !TemplateRules.HasPlaceholder(source))
        {
            return [new TemplateFault(1, 1, TemplateRules.PlaceholderFault, IsFatal: true)];
        }

        return type == TemplateType.Campaign
            ? Of(() => CompiledTemplate.Compile(source, "", TemplateMode.Html, TemplateFunctionSet.Campaign))
            : Of(source, TemplateMode.Html, type == TemplateType.Tx ? TemplateFunctionSet.Transactional : TemplateFunctionSet.Campaign);
    }

    /// <summary>As above, for Markdown: places are those of the Markdown, not of the HTML made from it.</summary>
    public static IReadOnlyList<TemplateFault> OfMarkdown(string source)
    {
        var faults = Of(source, TemplateMode.Text, TemplateFunctionSet.Campaign);
        return faults.Count > 0
            ? faults
            : [.. Of(MarkdownBody.ToHtml(source), TemplateMode.Html, TemplateFunctionSet.Campaign).Select(fault => fault with { Line = 1, Column = 1 })];
    }

    private static IReadOnlyList<TemplateFault> Of(Func<CompiledTemplate> compile)
    {
        try
        {
            var compiled = compile();
            return [.. compiled.Warnings.Select(warning => new TemplateFault(warning.Line, warning.Column, warning.Reason, IsFatal: false))];
        }
        catch (TemplateException exception)
        {
            return [new TemplateFault(exception.Line, exception.Column, exception.Reason, IsFatal: true)];
        }
    }
}

/// <summary>One place of a template that does not compile or will fail.</summary>
/// <param name="Line">One-based.</param>
/// <param name="Column">One-based, in UTF-16 units.</param>
/// <param name="Message">What is wrong and what was expected.</param>
/// <param name="IsFatal">False for a call that fails only when it is reached.</param>
public sealed record TemplateFault(int Line, int Column, string Message, bool IsFatal);
