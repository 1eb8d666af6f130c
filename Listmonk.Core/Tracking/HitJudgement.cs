namespace Listmonk.Core.Tracking;

/// <summary>
/// What is thought of a hit: the verdict, the short code of the rule that decided (empty for the default), and a derived class of the
/// client, never the user agent itself.
/// </summary>
/// <param name="Verdict">Person or machine.</param>
/// <param name="Reason">See <see cref="Judging.HitReasons"/>.</param>
/// <param name="AgentClass">See <see cref="Judging.AgentClasses"/>.</param>
/// <param name="Client">The mail program or browser by its everyday name (<see cref="Judging.MailClients"/>); empty when not recorded.</param>
public sealed record HitJudgement(HitVerdict Verdict, string Reason, string AgentClass, string Client = "");
