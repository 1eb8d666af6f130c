namespace Listmonk.Core.Bounces.Parsing;

/// <summary>Reads the tables under <c>Rules/</c>, which travel inside the assembly.</summary>
internal static class RuleFile
{
    /// <exception cref="InvalidDataException">A line has another number of columns; found by the tests, not by an administrator.</exception>
    public static List<string[]> Read(string name, int columns)
    {
        using var stream = typeof(RuleFile).Assembly.GetManifestResourceStream($"Listmonk.Core.Bounces.Parsing.Rules.{name}")
            ?? throw new InvalidDataException($"The table {name} is missing.");
        using var reader = new StreamReader(stream);
        var rows = new List<string[]>();
        while (reader.ReadLine() is { } line)
        {
            if (line.Length == 0 || line[0] == '#')
            {
                continue;
            }

            var row = line.Split('\t');
            rows.Add(row.Length == columns ? row : throw new InvalidDataException($"{name}: '{line[..Math.Min(60, line.Length)]}' has {row.Length} columns, not {columns}."));
        }

        return rows;
    }
}
