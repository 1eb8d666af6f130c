namespace Listmonk.Core.Messengers.Mime;

/// <summary>A file that travels with a message.</summary>
/// <param name="FileName">Any text; encoded by RFC 2231 where it is not plain ASCII.</param>
/// <param name="ContentType">The media type without parameters.</param>
/// <param name="Content">The bytes, before any transfer encoding.</param>
/// <param name="InlineContentId">Without angle brackets; makes the file an inline image that the HTML part shows as <c>cid:</c>.</param>
public sealed record Attachment(string FileName, string ContentType, ReadOnlyMemory<byte> Content, string? InlineContentId = null);
