namespace Listmonk.Web.Api;

/// <summary>Fields of CSV files (RFC 4180).</summary>
internal static class CsvText
{
    private static readonly System.Buffers.SearchValues<char> Special = System.Buffers.SearchValues.Create(",\"\r\n");

    /// <summary>Quoted where needed. A text that a spreadsheet would run as a formula is led by an apostrophe.</summary>
    public static string Field(string text)
    {
        if (text.Length > 0 && text[0] is '=' or '+' or '-' or '@' or '\t' or '\r')
        {
            text = "'" + text;
        }

        return Quoted(text);
    }

    /// <summary>Quoted where needed and otherwise exact, for files that are read back by an import.</summary>
    public static string Quoted(string text) =>
        text.AsSpan().ContainsAny(Special) ? $"\"{text.Replace("\"", "\"\"", StringComparison.Ordinal)}\"" : text;
}
