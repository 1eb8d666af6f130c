namespace Listmonk.Core.Common;

/// <summary>Cuts texts for columns and lines.</summary>
internal static class ShortText
{
    /// <summary>At most <paramref name="length"/> UTF-16 units, never ending with half a surrogate pair, which no database keeps.</summary>
    public static string Cut(string text, int length) =>
        text.Length <= length ? text : text[..(length > 0 && char.IsHighSurrogate(text[length - 1]) ? length - 1 : length)];
}
