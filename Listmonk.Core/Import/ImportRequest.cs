using System.Text.Json;
using Listmonk.Core.Common;
using Listmonk.Core.Subscribers;

namespace Listmonk.Core.Import;

public enum ImportMode
{
    Subscribe,
    Blocklist,
}

/// <summary>What an upload is to do; kept with the job, so that it goes on alike after a restart.</summary>
public sealed record ImportRequest
{
    public ImportMode Mode { get; init; }

    /// <summary>Null means unconfirmed.</summary>
    public SubscriptionStatus? SubscriptionStatus { get; init; }

    public string Delimiter { get; init; } = ",";

    public IReadOnlyList<int> ListIds { get; init; } = [];

    /// <summary>Replace the name and attributes of known people with what the file has.</summary>
    public bool OverwritesPeople { get; init; }

    /// <summary>Give the status also to subscriptions that exist, unsubscribed ones included.</summary>
    public bool OverwritesSubscriptions { get; init; }

    /// <summary>Where subscriptions are overwritten: leave those alone that were ended.</summary>
    public bool KeepsUnsubscribed { get; init; }

    /// <summary>The use of each column of the file; null goes by their names, as programs expect.</summary>
    public IReadOnlyList<ImportColumn>? Columns { get; init; }

    /// <summary>Attributes from single columns are set beside those that a known person has; a whole JSON object replaces them.</summary>
    internal bool MergesAttributes => Columns is { } columns
        && columns.Any(column => column.Target is ColumnTarget.Attribute or ColumnTarget.Number)
        && !columns.Any(column => column.Target == ColumnTarget.Attributes);

    internal string ToJson() => JsonSerializer.Serialize(this, JsonSerializerOptions.Default);

    internal static ImportRequest FromJson(string json) => JsonSerializer.Deserialize<ImportRequest>(json, JsonSerializerOptions.Default)!;

    /// <returns>What is wrong, by field.</returns>
    internal List<FieldError> Check()
    {
        var errors = new List<FieldError>();
        if (Delimiter.Length != 1 || Delimiter[0] is '"' or '\r' or '\n' || Delimiter[0] > 127)
        {
            errors.Add(new FieldError("delim", "Delimiter should be a single character."));
        }

        if (Columns is { } columns)
        {
            CheckColumns(columns, errors);
        }

        return errors;
    }

    private static void CheckColumns(IReadOnlyList<ImportColumn> columns, List<FieldError> errors)
    {
        if (columns.Count(column => column.Target == ColumnTarget.Email) != 1)
        {
            errors.Add(new FieldError("columns", "Choose one column for the e-mail addresses."));
        }

        if (columns.Count(column => column.Target == ColumnTarget.Attributes) > 1)
        {
            errors.Add(new FieldError("columns", "Only one column can hold all attributes as JSON."));
        }

        var keys = columns.Where(column => column.Target is ColumnTarget.Attribute or ColumnTarget.Number).Select(column => column.Key).ToList();
        if (keys.Exists(key => key.Trim().Length == 0 || key.Length > ImportColumn.MaxKeyLength || key.Contains('\0')))
        {
            errors.Add(new FieldError("columns", $"Each attribute needs a name of at most {ImportColumn.MaxKeyLength} characters."));
        }
        else if (keys.GroupBy(key => key, StringComparer.Ordinal).FirstOrDefault(group => group.Skip(1).Any()) is { } twice)
        {
            errors.Add(new FieldError("columns", $"The attribute '{twice.Key}' is filled by two columns; give one of them another name, or ignore it."));
        }
    }
}
