namespace Listmonk.Core.Templates;

public enum TemplateType
{
    /// <summary>Wraps campaign bodies at its content placeholder.</summary>
    Campaign,

    /// <summary>A document of the block editor, copied into a campaign once.</summary>
    CampaignVisual,

    /// <summary>Rendered on its own for transactional mail.</summary>
    Tx,
}

/// <summary>A stored template (spec/templating.md 1).</summary>
public sealed class Template
{
    public const int MaxNameLength = 2000;

    public int Id { get; set; }

    public required string Name { get; set; }

    public TemplateType Type { get; set; }

    /// <summary>Only for <see cref="TemplateType.Tx"/>; may hold expressions.</summary>
    public string Subject { get; set; } = "";

    public string Body { get; set; } = "";

    /// <summary>The block editor's JSON, for <see cref="TemplateType.CampaignVisual"/>.</summary>
    public string? BodySource { get; set; }

    public bool IsDefault { get; set; }

    public DateTimeOffset CreatedAt { get; set; }

    public DateTimeOffset UpdatedAt { get; set; }
}
