using Listmonk.Core.Templates.Expressions;
using Listmonk.Core.Templates.Expressions.Values;

namespace Listmonk.Core.Templates;

/// <summary>The transactional request as templates see it: <c>.Tx</c>.</summary>
public sealed class TransactionalTemplateObject : ITemplateObject
{
    private TemplateMap? _data;

    /// <summary>The request's <c>data</c> object.</summary>
    public string? DataJson { get; init; }

    public string Subject { get; init; } = string.Empty;

    public string FromEmail { get; init; } = string.Empty;

    public int TemplateId { get; init; }

    public IReadOnlyList<string> SubscriberEmails { get; init; } = [];

    public IReadOnlyList<KeyValuePair<string, string>> Headers { get; init; } = [];

    public string ContentType { get; init; } = string.Empty;

    public string Messenger { get; init; } = string.Empty;

    /// <summary>The names that <see cref="TryGetMember"/> knows, for completion in editors.</summary>
    public static IReadOnlyList<string> Members { get; } = ["Data", "Subject", "FromEmail", "TemplateID", "SubscriberEmails", "Headers", "ContentType", "Messenger"];

    public bool TryGetMember(string name, out object? value)
    {
        switch (name)
        {
            case "Data": value = _data ??= TemplateJson.ParseObject(DataJson); return true;
            case "Subject": value = Subject; return true;
            case "FromEmail": value = FromEmail; return true;
            case "TemplateID": value = (long)TemplateId; return true;
            case "SubscriberEmails": value = SubscriberEmails; return true;
            case "Headers": value = CampaignTemplateObject.HeaderMaps(Headers); return true;
            case "ContentType": value = ContentType; return true;
            case "Messenger": value = Messenger; return true;
            default: value = null; return false;
        }
    }

    public override string ToString() => Subject;
}
