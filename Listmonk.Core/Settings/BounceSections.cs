using System.Text.Json.Serialization;

namespace Listmonk.Core.Settings;

/// <summary>What is done about bounces (spec/settings.md 2.6).</summary>
public sealed record BounceSettings
{
    /// <summary>A mail that nobody sent back for so many days has arrived.</summary>
    internal const int DaysUntilDelivered = 3;

    [JsonPropertyName("bounce.enabled")]
    public bool Enabled { get; init; }

    [JsonPropertyName("bounce.webhooks_enabled")]
    public bool WebhooksEnabled { get; init; }

    [JsonPropertyName("bounce.actions")]
    public BounceActionRules Actions { get; init; } = new();

    /// <summary>Ours: within how many days bounces add up.</summary>
    [JsonPropertyName("bounce.windows")]
    public BounceWindows Windows { get; init; } = new();
}

/// <summary>The rule of each kind of bounce; refusals that are our fault have none.</summary>
public sealed record BounceActionRules
{
    public BounceActionRule Soft { get; init; } = new() { Count = 2, Action = BounceAction.None };

    public BounceActionRule Hard { get; init; } = new();

    public BounceActionRule Complaint { get; init; } = new();
}

/// <summary>After how many bounces what happens.</summary>
public sealed record BounceActionRule
{
    public int Count { get; init; } = 1;

    [JsonConverter(typeof(BounceActionConverter))]
    public BounceAction Action { get; init; } = BounceAction.Blocklist;
}

/// <summary>Days within which bounces of a kind add up; 0 means for ever.</summary>
public sealed record BounceWindows
{
    public int Soft { get; init; } = 30;

    public int Hard { get; init; } = 365;

    public int Complaint { get; init; } = 365;
}

/// <summary>listmonk's spelling of an action; an unknown one does nothing, and is refused when saved.</summary>
internal sealed class BounceActionConverter : JsonConverter<BounceAction>
{
    public override BounceAction Read(ref System.Text.Json.Utf8JsonReader reader, Type typeToConvert, System.Text.Json.JsonSerializerOptions options) =>
        Common.EnumText.TryParse<BounceAction>(reader.GetString(), out var action) ? action : throw new System.Text.Json.JsonException("The action must be none, unsubscribe, blocklist or delete.");

    public override void Write(System.Text.Json.Utf8JsonWriter writer, BounceAction value, System.Text.Json.JsonSerializerOptions options) =>
        writer.WriteStringValue(Common.EnumText.Of(value));
}
