using Listmonk.Core.Common;
using Listmonk.Core.Lists;
using Listmonk.Core.Subscribers;
using Listmonk.Web.Shared;

namespace Listmonk.Web.Subscribers;

/// <summary>How a subscription looks as a pill: what receives mail is blue, what waits amber, what has ended quiet.</summary>
internal static class SubscriptionLook
{
    public static StatusTone Tone(SubscriptionItem item) => item.Status switch
    {
        SubscriptionStatus.Unsubscribed => StatusTone.Neutral,
        SubscriptionStatus.Unconfirmed when item.List.Optin == ListOptin.Double => StatusTone.Warning,
        _ => StatusTone.Info,
    };

    public static string Hint(SubscriptionItem item) => $"{item.List.Name}: {T[EnumText.Of(item.Status)]}";
}
