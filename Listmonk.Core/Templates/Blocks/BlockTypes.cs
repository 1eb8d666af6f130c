namespace Listmonk.Core.Templates.Blocks;

/// <summary>The kinds of blocks that are drawn; the names are those of listmonk's documents, which may hold others.</summary>
public static class BlockTypes
{
    public const string Page = "EmailLayout";
    public const string Heading = "Heading";
    public const string Text = "Text";
    public const string Image = "Image";
    public const string Button = "Button";
    public const string Columns = "ColumnsContainer";
    public const string Section = "Container";
    public const string Divider = "Divider";
    public const string Spacer = "Spacer";
    public const string Avatar = "Avatar";
    public const string Html = "Html";

    /// <summary>Not known to listmonk, which shows nothing in its place.</summary>
    public const string SocialLinks = "SocialLinks";

    /// <summary>How pages call a kind of block.</summary>
    public static string Name(string type) => type switch
    {
        Page => "Page",
        Columns => "Columns",
        Section => "Section",
        Html => "HTML",
        SocialLinks => "Social links",
        _ => type,
    };
}
