using System.Text;

namespace Listmonk.Core.Import;

/// <summary>Writes fields that <see cref="CsvReader"/> reads back exactly.</summary>
internal static class CsvFields
{
    /// <summary>Adds a field, in quotes where it needs them.</summary>
    public static StringBuilder AppendField(this StringBuilder line, string field, char delimiter) =>
        field.AsSpan().IndexOfAny(['"', '\r', '\n', delimiter]) < 0
            ? line.Append(field)
            : line.Append('"').Append(field.Replace("\"", "\"\"", StringComparison.Ordinal)).Append('"');
}
