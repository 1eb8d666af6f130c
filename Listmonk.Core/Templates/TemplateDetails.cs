namespace Listmonk.Core.Templates;

/// <summary>A template to read.</summary>
public sealed record TemplateDetails
{
    public required int Id { get; init; }

    public required string Name { get; init; }

    public required TemplateType Type { get; init; }

    public string Subject { get; init; } = "";

    /// <summary>Empty when it was not asked for.</summary>
    public string Body { get; init; } = "";

    public string? BodySource { get; init; }

    public bool IsDefault { get; init; }

    public DateTimeOffset CreatedAt { get; init; }

    public DateTimeOffset UpdatedAt { get; init; }
}
