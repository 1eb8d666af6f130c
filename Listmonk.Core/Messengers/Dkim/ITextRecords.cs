namespace Listmonk.Core.Messengers.Dkim;

/// <summary>Asks the DNS for texts, such as the published half of a key.</summary>
public interface ITextRecords
{
    /// <summary>The TXT records of a name, each joined to one text.</summary>
    /// <returns>Null when the DNS cannot be reached.</returns>
    Task<IReadOnlyList<string>?> ReadTextsAsync(string name, CancellationToken cancellationToken);
}
