using System.Text.Json.Serialization;
using Listmonk.Core.Templates;
using Listmonk.Web.Api;

namespace Listmonk.Web.Templates;

/// <summary>A template as the API shows it (spec/api.md 2.4).</summary>
internal sealed record TemplateResponse
{
    public required int Id { get; init; }

    public required DateTimeOffset CreatedAt { get; init; }

    public required DateTimeOffset UpdatedAt { get; init; }

    public required string Name { get; init; }

    public required string Subject { get; init; }

    public required TemplateType Type { get; init; }

    /// <summary>Left out when empty.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public required string? Body { get; init; }

    public required string? BodySource { get; init; }

    public required bool IsDefault { get; init; }

    public static TemplateResponse Of(TemplateDetails template) => new()
    {
        Id = template.Id,
        CreatedAt = template.CreatedAt,
        UpdatedAt = template.UpdatedAt,
        Name = template.Name,
        Subject = template.Subject,
        Type = template.Type,
        Body = template.Body.Length == 0 ? null : template.Body,
        BodySource = template.BodySource,
        IsDefault = template.IsDefault,
    };
}

/// <summary>Creates or changes a template; on change, empty fields keep what is stored.</summary>
internal sealed record TemplateRequest
{
    public string? Name { get; init; }

    public TemplateType Type { get; init; }

    public string? Subject { get; init; }

    public string? Body { get; init; }

    public Optional<string> BodySource { get; init; }

    public TemplateDraft ToDraft() => new()
    {
        Name = Name ?? "",
        Type = Type,
        Subject = Subject ?? "",
        Body = Body ?? "",
        BodySource = BodySource.Value,
    };

    public TemplateDraft ApplyTo(TemplateDraft stored) => stored with
    {
        Name = string.IsNullOrWhiteSpace(Name) ? stored.Name : Name,
        Subject = string.IsNullOrWhiteSpace(Subject) ? stored.Subject : Subject,
        Body = string.IsNullOrEmpty(Body) ? stored.Body : Body,
        BodySource = string.IsNullOrEmpty(BodySource.Value) ? stored.BodySource : BodySource.Value,
    };
}

internal sealed record TemplatePreviewRequest(string? TemplateType, string? Body);
