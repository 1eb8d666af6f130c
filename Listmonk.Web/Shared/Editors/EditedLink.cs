namespace Listmonk.Web.Shared.Editors;

/// <summary>A link of a body: address as it stands in the source, and the words that carry it.</summary>
public sealed record EditedLink(string Address, string Text);

/// <summary>A picture of a body.</summary>
/// <param name="Address">Absolute, or an expression.</param>
/// <param name="Text">Read where the picture does not show.</param>
/// <param name="Width">In pixels; null leaves it to the mail's width.</param>
/// <param name="IsEmbedded">Travels inside the mail instead of being fetched (<c>data-embed</c>).</param>
public sealed record EditedPicture(string Address, string Text, int? Width, bool IsEmbedded);
