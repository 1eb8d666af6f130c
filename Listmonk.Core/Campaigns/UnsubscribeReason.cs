namespace Listmonk.Core.Campaigns;

/// <summary>Why somebody left, as they chose to say afterwards.</summary>
public enum UnsubscribeReason
{
    TooMany,
    NotInteresting,
    NeverSignedUp,
    Other,
}
