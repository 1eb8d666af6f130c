using Listmonk.Core.Templates.Expressions;
using Listmonk.Core.Templates.Expressions.Values;

namespace Listmonk.Core.Templates;

/// <summary>The recipient as templates see it: <c>.Subscriber</c>.</summary>
public sealed class SubscriberTemplateObject : ITemplateObject
{
    private TemplateMap? _attributes;

    public int Id { get; init; }

    public Guid Uuid { get; init; }

    public string Email { get; init; } = string.Empty;

    public string Name { get; init; } = string.Empty;

    public string Status { get; init; } = "enabled";

    /// <summary>The attributes as stored; parsed when a template first reads one. Anything but a JSON object counts as empty.</summary>
    public string? AttributesJson { get; init; }

    public DateTimeOffset CreatedAt { get; init; }

    public DateTimeOffset UpdatedAt { get; init; }

    /// <summary>Names or maps, as the caller likes; empty during a campaign.</summary>
    public IReadOnlyList<object?> Lists { get; init; } = [];

    /// <summary>The first word of the name, or the whole name when it has one word.</summary>
    public string FirstName
    {
        get
        {
            var name = Name.AsSpan().Trim();
            var end = name.IndexOfAny(' ', '\t');
            return end < 0 ? Name : name[..end].ToString();
        }
    }

    /// <summary>The last word of the name, or the whole name when it has one word.</summary>
    public string LastName
    {
        get
        {
            var name = Name.AsSpan().Trim();
            var start = name.LastIndexOfAny(' ', '\t');
            return start < 0 ? Name : name[(start + 1)..].ToString();
        }
    }

    /// <summary>The names that <see cref="TryGetMember"/> knows, for completion in editors.</summary>
    public static IReadOnlyList<string> Members { get; } = ["ID", "UUID", "Email", "Name", "FirstName", "LastName", "Status", "Attribs", "CreatedAt", "UpdatedAt", "Lists"];

    public bool TryGetMember(string name, out object? value)
    {
        switch (name)
        {
            case "ID": value = (long)Id; return true;
            case "UUID": value = Uuid.ToString(); return true;
            case "Email": value = Email; return true;
            case "Name": value = Name; return true;
            case "FirstName": value = FirstName; return true;
            case "LastName": value = LastName; return true;
            case "Status": value = Status; return true;
            case "Attribs": value = _attributes ??= TemplateJson.ParseObject(AttributesJson); return true;
            case "CreatedAt": value = new RecordedTime(CreatedAt); return true;
            case "UpdatedAt": value = new RecordedTime(UpdatedAt); return true;
            case "Lists": value = Lists; return true;
            default: value = null; return false;
        }
    }

    public override string ToString() => Email;
}
