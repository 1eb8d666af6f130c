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

    internal string ToJson() => JsonSerializer.Serialize(this, JsonSerializerOptions.Default);

    internal static ImportRequest FromJson(string json) => JsonSerializer.Deserialize<ImportRequest>(json, JsonSerializerOptions.Default)!;

    internal List<FieldError> Check()
    {
        var errors = new List<FieldError>();
        if (Delimiter.Length != 1 || Delimiter[0] is '"' or '\r' or '\n' || Delimiter[0] > 127)
        {
            errors.Add(new FieldError("delim", "Delimiter should be a single character."));
        }

        return errors;
    }
}
