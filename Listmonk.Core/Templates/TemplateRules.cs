using System.Text;
using System.Text.RegularExpressions;
using Listmonk.Core.Common;
using Listmonk.Core.Templates.Expressions;

namespace Listmonk.Core.Templates;

/// <summary>What a template must look like before it is stored (spec/templating.md 1).</summary>
public static partial class TemplateRules
{
    public const string Placeholder = "{{ template \"content\" . }}";

    public const string PlaceholderFault = $"A campaign template must show where the content goes: put {Placeholder} there.";

    public static bool HasPlaceholder(string body) => PlaceholderPattern().IsMatch(body);

    internal static List<FieldError> Check(TemplateDraft template)
    {
        var errors = new List<FieldError>();
        if (Encoding.UTF8.GetByteCount(template.Name) is 0 or > Template.MaxNameLength)
        {
            errors.Add(new FieldError("name", $"The name must have between 1 and {Template.MaxNameLength} characters."));
        }

        if (template.Type == TemplateType.Tx && string.IsNullOrWhiteSpace(template.Subject))
        {
            errors.Add(new FieldError("subject", "A transactional template needs a subject."));
        }

        if (template.Type == TemplateType.Campaign && !HasPlaceholder(template.Body))
        {
            errors.Add(new FieldError("body", PlaceholderFault));
            return errors;
        }

        if (Fault(() => Compile(template)) is { } bodyFault)
        {
            errors.Add(new FieldError("body", $"The template does not compile: {bodyFault}"));
        }

        if (template.Type == TemplateType.Tx
            && Fault(() => CompiledTemplate.Compile(template.Subject, TemplateMode.Text, TemplateFunctionSet.Transactional)) is { } subjectFault)
        {
            errors.Add(new FieldError("subject", $"The subject does not compile: {subjectFault}"));
        }

        return errors;
    }

    /// <summary>Puts a body where the placeholder stands.</summary>
    internal static string FillPlaceholder(string template, string content) => PlaceholderPattern().Replace(template, _ => content);

    /// <summary>Why a source does not compile, in words for the person who wrote it; null when it does.</summary>
    internal static string? Fault(Action compile)
    {
        try
        {
            compile();
            return null;
        }
        catch (TemplateException exception)
        {
            return exception.Message;
        }
    }

    private static void Compile(TemplateDraft template) => _ = template.Type switch
    {
        TemplateType.Campaign => CompiledTemplate.Compile(template.Body, "", TemplateMode.Html, TemplateFunctionSet.Campaign),
        TemplateType.CampaignVisual => CompiledTemplate.Compile(template.Body, TemplateMode.Html, TemplateFunctionSet.Campaign),
        _ => CompiledTemplate.Compile(template.Body, TemplateMode.Html, TemplateFunctionSet.Transactional),
    };

    [GeneratedRegex("""\{\{(-\s)?\s*template\s+"content"\s+\.\s*(\s-)?\}\}""", RegexOptions.ExplicitCapture | RegexOptions.CultureInvariant, matchTimeoutMilliseconds: 1000)]
    private static partial Regex PlaceholderPattern();
}
