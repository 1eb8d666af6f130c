using Listmonk.Core.Common;

namespace Listmonk.Web.Shared;

/// <summary>Finds the message that belongs next to a field.</summary>
public static class OutcomeFields
{
    /// <summary>The field's message, or null: <c>Error="@outcome.Has("name")" ErrorText="@outcome.ErrorOf("name")"</c>.</summary>
    public static string? ErrorOf(this Outcome? outcome, string field)
    {
        var messages = outcome is { IsOk: false } ? outcome.Errors.Where(error => error.Field == field).Select(error => T.Message(error.Message)).ToList() : [];
        return messages.Count == 0 ? null : string.Join(" ", messages);
    }

    public static bool Has(this Outcome? outcome, string field) => outcome is { IsOk: false } && outcome.Errors.Any(error => error.Field == field);
}
