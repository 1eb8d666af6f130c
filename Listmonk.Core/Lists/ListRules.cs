using System.Text;
using Listmonk.Core.Common;

namespace Listmonk.Core.Lists;

/// <summary>What a list must look like (spec/api.md 8).</summary>
public static class ListRules
{
    public const int MaxDescriptionLength = 20_000;

    public static List<FieldError> Check(ListDraft draft)
    {
        var errors = new List<FieldError>();
        var name = draft.Name.Trim();
        if (name.Length == 0)
        {
            errors.Add(new FieldError("name", "Invalid name: give the list a name."));
        }
        else if (Encoding.UTF8.GetByteCount(name) > MailingList.MaxNameLength)
        {
            errors.Add(new FieldError("name", $"Invalid name: at most {MailingList.MaxNameLength} bytes."));
        }

        if (draft.Description?.Length > MaxDescriptionLength)
        {
            errors.Add(new FieldError("description", $"The description has at most {MaxDescriptionLength} characters."));
        }

        return errors;
    }

    /// <summary>Trims tags, turns white space inside them into hyphens, drops blank and repeated ones.</summary>
    public static List<string> CleanTags(IEnumerable<string?> tags) =>
    [
        .. tags.Select(tag => string.Join('-', (tag ?? "").Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries)))
            .Where(tag => tag.Length > 0)
            .Distinct(StringComparer.Ordinal),
    ];
}
