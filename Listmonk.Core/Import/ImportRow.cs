namespace Listmonk.Core.Import;

/// <summary>One person of a file, checked and ready to be stored.</summary>
/// <param name="Name">Null when the file has none; a new person then gets <see cref="DerivedName"/>.</param>
/// <param name="Attributes">Null when the file has none.</param>
internal readonly record struct ImportRow(int Line, string Email, string? Name, string? Attributes)
{
    public string DerivedName => Name ?? Subscribers.SubscriberRules.DeriveName(Email);
}

/// <summary>A run of lines that is stored together; after its last slice the job resumes behind it.</summary>
/// <param name="Rows">Ordered by address and without repeats, which keeps the index pages of neighbours warm.</param>
/// <param name="Uuids">At least one a row, ascending; used for the people who are new.</param>
/// <param name="LastLine">The number of the last line read, good or bad.</param>
/// <param name="ImportedLines">Good lines, repeats included.</param>
/// <param name="Rejects">All lines with a fault, as <see cref="RejectedLines"/> packs them; null when there are none.</param>
internal sealed record ImportChunk(
    IReadOnlyList<ImportRow> Rows,
    IReadOnlyList<Guid> Uuids,
    int LastLine,
    int ImportedLines,
    int RejectedLines,
    IReadOnlyList<ImportProblem> Problems,
    byte[]? Rejects)
{
    /// <summary>The first row behind an address, up to which an earlier run has stored the chunk; 0 for null.</summary>
    public int PositionAfter(string? email)
    {
        var (low, high) = (0, email is null ? 0 : Rows.Count);
        while (low < high)
        {
            var middle = (low + high) / 2;
            if (string.CompareOrdinal(Rows[middle].Email, email) <= 0)
            {
                low = middle + 1;
            }
            else
            {
                high = middle;
            }
        }

        return low;
    }
}
