namespace Listmonk.Core.Import;

/// <summary>Finds out what separates the columns of a file.</summary>
internal static class DelimiterDetector
{
    private const int Records = 30;
    private static readonly char[] Candidates = [',', ';', '\t', '|'];

    /// <summary>The character that cuts the first records into the same number of columns, as many as possible; a comma when none does.</summary>
    /// <param name="beginning">The beginning of the file; the last record may be cut off.</param>
    public static char Detect(string beginning)
    {
        var (best, most) = (',', 0.0);
        foreach (var candidate in Candidates)
        {
            if (Score(beginning, candidate) is var score && score > most)
            {
                (best, most) = (candidate, score);
            }
        }

        return best;
    }

    private static double Score(string beginning, char delimiter)
    {
        using var text = new StringReader(beginning);
        var reader = new CsvReader(text, delimiter);
        var fields = new List<string>();
        var (columns, records, alike) = (0, 0, 0);
        try
        {
            while (records < Records && reader.Read(fields))
            {
                columns = records == 0 ? fields.Count : columns;
                alike += fields.Count == columns ? 1 : 0;
                records++;
            }
        }
        catch (FormatException)
        {
            // A quote that the cut left open, or that another delimiter would close.
        }

        return columns < 2 ? 0 : (double)alike / records * columns;
    }
}
