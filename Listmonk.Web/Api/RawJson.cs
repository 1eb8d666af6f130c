using System.Text.Json;
using System.Text.Json.Serialization;

namespace Listmonk.Web.Api;

/// <remarks>JSON text from the database that goes out as JSON, without being parsed and written again.</remarks>
[JsonConverter(typeof(Converter))]
internal readonly record struct RawJson(string Text)
{
    internal sealed class Converter : JsonConverter<RawJson>
    {
        public override RawJson Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
        {
            using var document = JsonDocument.ParseValue(ref reader);
            return new RawJson(document.RootElement.GetRawText());
        }

        public override void Write(Utf8JsonWriter writer, RawJson value, JsonSerializerOptions options) =>
            writer.WriteRawValue(value.Text.Length == 0 ? "{}" : value.Text, skipInputValidation: true);
    }
}
