using System.Text;
using System.Text.RegularExpressions;
using Listmonk.Core.Common;

namespace Listmonk.Core.Templates;

/// <summary>What a template must look like before it is stored (spec/templating.md 1).</summary>
public static partial class TemplateRules
{
    public const string Placeholder = "{{ template \"content\" . }}";

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
            errors.Add(new FieldError("body", $"A campaign template must show where the content goes: put {Placeholder} there."));
        }

        return errors;
    }

    [GeneratedRegex("""\{\{(-\s)?\s*template\s+"content"\s+\.\s*(\s-)?\}\}""", RegexOptions.ExplicitCapture | RegexOptions.CultureInvariant, matchTimeoutMilliseconds: 1000)]
    private static partial Regex PlaceholderPattern();
}
