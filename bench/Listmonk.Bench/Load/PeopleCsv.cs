using System.Net;
using System.Net.Http.Headers;
using System.Text;

namespace Listmonk.Bench.Load;

/// <summary>A file of invented people with three attributes each, written while it is uploaded. The tag keeps the addresses of two files apart.</summary>
internal sealed class PeopleCsv : HttpContent
{
    private static readonly string[] FirstNames = ["John", "Ann", "Mira", "Tomas", "Aiko", "Peter", "Lena", "Omar", "Grace", "Ivo", "Nadia", "Hugo", "Carla"];
    private static readonly string[] LastNames = ["Archer", "Baker", "Cooper", "Dyer", "Fisher", "Gardner", "Hunter", "Mason", "Miller", "Potter", "Smith"];
    private static readonly string[] Cities = ["Graz", "Lima", "Oslo", "Pune", "Quito", "Turin", "Ulm"];
    private static readonly string[] Plans = ["garden", "orchard", "field"];

    private readonly int _rows;
    private readonly string _tag;

    public PeopleCsv(int rows, string tag)
    {
        (_rows, _tag) = (rows, tag);
        Headers.ContentType = new MediaTypeHeaderValue("text/csv");
    }

    protected override async Task SerializeToStreamAsync(Stream stream, TransportContext? context)
    {
        await using var writer = new StreamWriter(stream, new UTF8Encoding(encoderShouldEmitUTF8Identifier: false), bufferSize: 64 * 1024, leaveOpen: true);
        await writer.WriteAsync("email,name,attributes\n");
        for (var i = 0; i < _rows; i++)
        {
            await writer.WriteAsync(
                $$"""
                {{_tag}}-{{i}}@example{{i % 50}}.com,{{At(FirstNames, i)}} {{At(LastNames, i)}},"{""city"":""{{At(Cities, i)}}"",""plan"":""{{At(Plans, i)}}"",""points"":{{i % 2000}},""branch"":""Gate {{i % 9}}""}"

                """);
        }
    }

    protected override bool TryComputeLength(out long length)
    {
        length = 0;
        return false;
    }

    /// <summary>The lengths have no common factor, so every combination comes up.</summary>
    private static string At(string[] values, int row) => values[row % values.Length];
}
