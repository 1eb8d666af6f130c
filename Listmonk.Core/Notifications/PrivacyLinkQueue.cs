using Listmonk.Core.Common;

namespace Listmonk.Core.Notifications;

/// <summary>Addresses for which somebody wants the link to the data we hold.</summary>
public sealed class PrivacyLinkQueue(TimeProvider clock) : MailRequestQueue(clock);
