using System.Text.Json;

namespace Listmonk.Bench.Load;

/// <summary>Prints what was measured: one line of JSON, so that runs can be collected and compared.</summary>
internal static class Figures
{
    private static readonly JsonSerializerOptions Options = new() { PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower, Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public static void Print(object figures) => Console.WriteLine(JsonSerializer.Serialize(figures, Options));
}
