namespace Listmonk.Core.Tracking;

/// <summary>
/// What is thought of a hit: the verdict, the short code of the rule that decided (empty for the default), and a derived class of the
/// client, never the user agent itself.
/// </summary>
public sealed record HitJudgement(HitVerdict Verdict, string Reason, string AgentClass);
