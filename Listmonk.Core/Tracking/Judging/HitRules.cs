namespace Listmonk.Core.Tracking.Judging;

/// <summary>
/// The version of the rules that tell people from machines (<see cref="RequestRules"/>, <see cref="MessageRules"/>), stored with each hit.
/// Raise it with every change of a rule or list, so that the re-judgement knows what an older version decided.
/// </summary>
public static class HitRules
{
    public const int Version = 2;
}
