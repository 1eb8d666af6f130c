namespace Listmonk.Web.Shared.Editors;

/// <summary>An editor whose text lives in the browser; the server sees it when the person rests, or asks.</summary>
public interface IBodyEditor
{
    /// <summary>The text as it stands in the browser now; before saving, so that the last words are never missed.</summary>
    Task<string> ReadAsync();

    /// <summary>Replaces the text, after a conversion or when somebody else's version is taken.</summary>
    Task WriteAsync(string text);
}
