namespace Listmonk.Web.Shared;

/// <summary>Gives every page and component <c>T</c>: the project imports its members everywhere.</summary>
public static class Translation
{
    public static Translator T { get; } = new();
}
