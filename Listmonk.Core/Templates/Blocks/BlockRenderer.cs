namespace Listmonk.Core.Templates.Blocks;

/// <summary>Draws block documents as HTML.</summary>
public static class BlockRenderer
{
    /// <summary>The complete mail, with its expressions, for <c>body</c>.</summary>
    public static string ToHtml(BlockDocument document) => new BlockWriter(document, isCanvas: false, isDark: false).Write();

    /// <summary>
    /// The same for the editor: blocks and their lists carry <c>data-block</c>, <c>data-slot</c> and <c>data-column</c>, empty and unknown
    /// ones can be seen, and expressions are text.
    /// </summary>
    public static string ToCanvas(BlockDocument document, bool isDark) => new BlockWriter(document, isCanvas: true, isDark).Write();
}
