namespace Listmonk.Core.Templates;

/// <summary>Designed mails to start a visual template or campaign from; their documents are files beside this one.</summary>
public static class StarterTemplates
{
    public static IReadOnlyList<StarterTemplate> All { get; } =
    [
        new("newsletter", "Newsletter", "A lead story, short reads in two columns, dates"),
        new("announcement", "Announcement", "One message, one button, three reasons"),
        new("product-update", "Product update", "What changed, with labels, and the notes"),
        new("event-invitation", "Event invitation", "When, where, with whom, and the answer"),
        new("plain-letter", "Plain letter", "Words only; people answer letters"),
    ];

    internal static string Read(string key)
    {
        using var stream = typeof(StarterTemplates).Assembly.GetManifestResourceStream($"Listmonk.Core.Templates.Starters.{key}.json")
            ?? throw new InvalidOperationException($"The program lacks its starter template {key}.");
        using var reader = new StreamReader(stream);
        return reader.ReadToEnd();
    }
}

/// <summary>One of them.</summary>
public sealed record StarterTemplate(string Key, string Name, string Description)
{
    /// <summary>The block document, ready for <c>body_source</c>.</summary>
    public string Source => StarterTemplates.Read(Key);
}
