using Listmonk.Core.Templates.Expressions;

namespace Listmonk.Core.Templates;

/// <summary>The root dot of a message: <c>.Subscriber</c>, <c>.Campaign</c> or <c>.Tx</c>, <c>.Subject</c>. Reusable for recipient after recipient.</summary>
public sealed class MessageTemplateObject : ITemplateObject
{
    public SubscriberTemplateObject? Subscriber { get; set; }

    /// <summary>Null in transactional mails, where <c>.Campaign</c> is then an unknown field.</summary>
    public CampaignTemplateObject? Campaign { get; set; }

    /// <summary>Null in campaigns.</summary>
    public TransactionalTemplateObject? Tx { get; set; }

    /// <summary>The subject rendered for this recipient.</summary>
    public string Subject { get; set; } = string.Empty;

    public bool TryGetMember(string name, out object? value)
    {
        switch (name)
        {
            case "Subscriber":
                value = Subscriber;
                return true;
            case "Campaign":
                value = Campaign;
                return Campaign is not null;
            case "Tx":
                value = Tx;
                return Tx is not null;
            case "Subject":
                value = Subject;
                return true;
            default:
                value = null;
                return false;
        }
    }

    public override string ToString() => Subject;
}
