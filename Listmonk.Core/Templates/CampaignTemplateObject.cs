using Listmonk.Core.Templates.Expressions;
using Listmonk.Core.Templates.Expressions.Values;

namespace Listmonk.Core.Templates;

/// <summary>The campaign as templates see it: <c>.Campaign</c>. One instance serves all recipients.</summary>
public sealed class CampaignTemplateObject : ITemplateObject
{
    private TemplateMap? _attributes;
    private TemplateMap? _archiveMeta;

    public int Id { get; init; }

    public Guid Uuid { get; init; }

    public string Name { get; init; } = string.Empty;

    /// <summary>As written, expressions unrendered; the recipient's subject is <c>.Subject</c> on the root.</summary>
    public string Subject { get; init; } = string.Empty;

    public string FromEmail { get; init; } = string.Empty;

    public string Type { get; init; } = "regular";

    public string Status { get; init; } = string.Empty;

    public string ContentType { get; init; } = string.Empty;

    public string Messenger { get; init; } = string.Empty;

    public IReadOnlyList<string> Tags { get; init; } = [];

    public string? AttributesJson { get; init; }

    public IReadOnlyList<KeyValuePair<string, string>> Headers { get; init; } = [];

    public string Body { get; init; } = string.Empty;

    public string? BodySource { get; init; }

    public string? AltBody { get; init; }

    public DateTimeOffset? SendAt { get; init; }

    public DateTimeOffset? StartedAt { get; init; }

    public DateTimeOffset CreatedAt { get; init; }

    public DateTimeOffset UpdatedAt { get; init; }

    public int? TemplateId { get; init; }

    public bool Archive { get; init; }

    public string? ArchiveSlug { get; init; }

    public string? ArchiveMetaJson { get; init; }

    public int ToSend { get; init; }

    public int Sent { get; init; }

    /// <summary>The names that <see cref="TryGetMember"/> knows, for completion in editors.</summary>
    public static IReadOnlyList<string> Members { get; } = [
        "ID", "UUID", "Name", "Subject", "FromEmail", "Type", "Status", "ContentType", "Messenger", "Tags", "Attribs", "Headers", "Body", "BodySource", "AltBody", "SendAt", "StartedAt", "CreatedAt", "UpdatedAt", "TemplateID", "Archive", "ArchiveSlug", "ArchiveMeta", "ToSend", "Sent",
    ];

    public bool TryGetMember(string name, out object? value)
    {
        switch (name)
        {
            case "ID": value = (long)Id; return true;
            case "UUID": value = Uuid.ToString(); return true;
            case "Name": value = Name; return true;
            case "Subject": value = Subject; return true;
            case "FromEmail": value = FromEmail; return true;
            case "Type": value = Type; return true;
            case "Status": value = Status; return true;
            case "ContentType": value = ContentType; return true;
            case "Messenger": value = Messenger; return true;
            case "Tags": value = Tags; return true;
            case "Attribs": value = _attributes ??= TemplateJson.ParseObject(AttributesJson); return true;
            case "Headers": value = HeaderMaps(Headers); return true;
            case "Body": value = Body; return true;
            case "BodySource": value = BodySource; return true;
            case "AltBody": value = AltBody; return true;
            case "SendAt": value = new RecordedTime(SendAt); return true;
            case "StartedAt": value = new RecordedTime(StartedAt); return true;
            case "CreatedAt": value = new RecordedTime(CreatedAt); return true;
            case "UpdatedAt": value = new RecordedTime(UpdatedAt); return true;
            case "TemplateID": value = (long?)TemplateId; return true;
            case "Archive": value = Archive; return true;
            case "ArchiveSlug": value = ArchiveSlug; return true;
            case "ArchiveMeta": value = _archiveMeta ??= TemplateJson.ParseObject(ArchiveMetaJson); return true;
            case "ToSend": value = (long)ToSend; return true;
            case "Sent": value = (long)Sent; return true;
            default: value = null; return false;
        }
    }

    public override string ToString() => Name;

    internal static IReadOnlyList<object?> HeaderMaps(IReadOnlyList<KeyValuePair<string, string>> headers)
    {
        var maps = new object?[headers.Count];
        for (var i = 0; i < maps.Length; i++)
        {
            maps[i] = new TemplateMap { [headers[i].Key] = headers[i].Value };
        }

        return maps;
    }
}
