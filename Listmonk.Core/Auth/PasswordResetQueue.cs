using Listmonk.Core.Common;

namespace Listmonk.Core.Auth;

/// <summary>Addresses whose owners forgot their password, or so somebody says.</summary>
public sealed class PasswordResetQueue(TimeProvider clock) : MailRequestQueue(clock);
