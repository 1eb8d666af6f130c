namespace Listmonk.Core.Tracking.Judging;

/// <summary>One hit among all hits of one message (one campaign, one person), with what its request alone said.</summary>
/// <param name="Link">Which of the mail's links was followed; 0 for opens.</param>
/// <param name="Request">The verdict of <see cref="RequestRules"/>.</param>
public readonly record struct MessageHit(HitKind Kind, int Link, DateTimeOffset At, HitJudgement Request);
