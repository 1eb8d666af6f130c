namespace Listmonk.Web.Shared.Editors;

/// <summary>What a code editor holds; decides about colours, completion and the buttons above.</summary>
public enum CodeLanguage
{
    Html,
    Markdown,
    Plain,
}
