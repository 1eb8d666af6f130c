using System.Text.Json.Serialization;
using Listmonk.Core.Templates;
using Listmonk.Web.Api;
using Listmonk.Web.Api.OpenApi;

namespace Listmonk.Web.Templates;

/// <summary>A template as the API shows it (spec/api.md 2.4).</summary>
[Example("""
    {
        "id": 1, "created_at": "2026-03-01T09:30:00Z", "updated_at": "2026-03-01T09:30:00Z", "name": "Plain", "subject": "", "type": "campaign",
        "body": "<html><body>{{ template \"content\" . }}</body></html>", "body_source": null, "is_default": true
    }
    """)]
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
[Example("""{"name": "Plain", "type": "campaign", "body": "<html><body>{{ template \"content\" . }} <a href=\"{{ UnsubscribeURL }}\">Unsubscribe</a></body></html>"}""")]
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

[Example("""{"template_type": "campaign", "body": "<html><body>{{ template \"content\" . }}</body></html>"}""")]
internal sealed record TemplatePreviewRequest(string? TemplateType, string? Body);
