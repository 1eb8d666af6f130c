namespace Listmonk.Core.Templates;

/// <summary>The templates that a fresh installation starts with; their texts are files beside this one.</summary>
internal static class DefaultTemplates
{
    public static string FirstCampaignBody => Read("first-campaign.html");

    /// <summary>In the order of their ids.</summary>
    public static IReadOnlyList<Template> Create(DateTimeOffset now) =>
    [
        new() { Name = "Default campaign template", Type = TemplateType.Campaign, Body = Read("campaign.html"), IsDefault = true, CreatedAt = now, UpdatedAt = now },
        new() { Name = "Default archive template", Type = TemplateType.Campaign, Body = Read("archive.html"), CreatedAt = now, UpdatedAt = now },
        new()
        {
            Name = "Sample transactional template",
            Type = TemplateType.Tx,
            Subject = "Your order, {{ .Subscriber.Name }}",
            Body = Read("transactional.html"),
            CreatedAt = now,
            UpdatedAt = now,
        },
        new()
        {
            Name = "Sample visual template",
            Type = TemplateType.CampaignVisual,
            Body = Read("visual.html"),
            BodySource = Read("visual.json"),
            CreatedAt = now,
            UpdatedAt = now,
        },
    ];

    private static string Read(string file)
    {
        using var stream = typeof(DefaultTemplates).Assembly.GetManifestResourceStream($"Listmonk.Core.Templates.Defaults.{file}")
            ?? throw new InvalidOperationException($"The program lacks its file {file}.");
        using var reader = new StreamReader(stream);
        return reader.ReadToEnd();
    }
}
