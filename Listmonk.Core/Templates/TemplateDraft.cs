namespace Listmonk.Core.Templates;

/// <summary>A template as a person wants it stored.</summary>
public sealed record TemplateDraft
{
    public required string Name { get; init; }

    /// <summary>Fixed once the template exists.</summary>
    public TemplateType Type { get; init; }

    /// <summary>Only kept for <see cref="TemplateType.Tx"/>.</summary>
    public string Subject { get; init; } = "";

    public string Body { get; init; } = "";

    public string? BodySource { get; init; }
}
