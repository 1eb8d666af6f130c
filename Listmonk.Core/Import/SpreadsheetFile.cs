using System.Globalization;
using System.Text;
using MiniExcelLibs;
using MiniExcelLibs.OpenXml;

namespace Listmonk.Core.Import;

/// <summary>Turns the first sheet of an Excel workbook (XLSX, ECMA-376) into CSV, row by row.</summary>
internal static class SpreadsheetFile
{
    private const int FlushAt = 64 * 1024;

    /// <summary>Texts of the workbook above this size wait in a file and not in memory.</summary>
    private const int SharedTextsInMemory = 5 * 1024 * 1024;

    /// <param name="maxBytes">Where to give up: a small workbook may unpack to any size.</param>
    /// <returns>False when the CSV became larger than allowed.</returns>
    /// <exception cref="InvalidDataException">The file is no workbook.</exception>
    public static bool Convert(string workbook, Stream csv, long maxBytes, CancellationToken cancellationToken)
    {
        using var writer = new StreamWriter(csv, new UTF8Encoding(encoderShouldEmitUTF8Identifier: false), FlushAt, leaveOpen: true);
        var configuration = new OpenXmlConfiguration { EnableSharedStringCache = true, SharedStringCacheSize = SharedTextsInMemory };
        var line = new StringBuilder();
        var (columns, bytes) = (0, 0L);
        foreach (IDictionary<string, object?> row in MiniExcel.Query(workbook, useHeaderRow: false, excelType: ExcelType.XLSX, configuration: configuration))
        {
            cancellationToken.ThrowIfCancellationRequested();
            var cells = row.Values.Select(Text).ToList();
            if (cells.TrueForAll(cell => cell.Length == 0))
            {
                continue;
            }

            // The first row says how many columns there are; notes beside the table are left out.
            columns = columns > 0 ? columns : cells.FindLastIndex(cell => cell.Length > 0) + 1;
            line.Clear();
            for (var i = 0; i < columns; i++)
            {
                (i > 0 ? line.Append(',') : line).AppendField(i < cells.Count ? cells[i] : "", ',');
            }

            writer.Write(line.Append('\n'));
            bytes += line.Length;
            if (bytes > maxBytes)
            {
                return false;
            }
        }

        return true;
    }

    private static string Text(object? cell) => cell switch
    {
        null => "",
        string text => text,
        bool flag => flag ? "true" : "false",
        DateTime { TimeOfDay.Ticks: 0 } day => day.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture),
        DateTime time => time.ToString("yyyy-MM-dd'T'HH:mm:ss", CultureInfo.InvariantCulture),
        IFormattable value => value.ToString(null, CultureInfo.InvariantCulture),
        _ => cell.ToString() ?? "",
    };
}
