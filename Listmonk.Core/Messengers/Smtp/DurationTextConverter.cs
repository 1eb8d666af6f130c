using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;
using Listmonk.Core.Settings;

namespace Listmonk.Core.Messengers.Smtp;

/// <summary>Reads and writes durations the way the settings spell them (<see cref="DurationText"/>).</summary>
public sealed class DurationTextConverter : JsonConverter<TimeSpan>
{
    public override TimeSpan Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
    {
        string? text = reader.GetString();
        return DurationText.TryParse(text, out TimeSpan value) ? value : throw new JsonException($"'{text}' is not a duration such as 10ms, 15s or 1h30m.");
    }

    public override void Write(Utf8JsonWriter writer, TimeSpan value, JsonSerializerOptions options)
    {
        long milliseconds = (long)value.TotalMilliseconds;
        (long number, string unit) = milliseconds % 1_000 == 0 ? (milliseconds / 1_000, "s") : (milliseconds, "ms");
        writer.WriteStringValue(string.Create(CultureInfo.InvariantCulture, $"{number}{unit}"));
    }
}
