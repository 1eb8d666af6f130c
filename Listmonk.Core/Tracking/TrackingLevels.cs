using Listmonk.Core.Settings;

namespace Listmonk.Core.Tracking;

/// <summary>Which level holds: the most restrictive of installation, campaign and person (architecture invariant 5).</summary>
public static class TrackingLevels
{
    public static TrackingLevel Of(PrivacySettings privacy)
    {
        if (privacy.DisableTracking)
        {
            return TrackingLevel.Off;
        }

        return privacy.IndividualTracking ? TrackingLevel.Individual : TrackingLevel.Anonymous;
    }

    /// <summary>The installation's level for one kind of event, which may be switched off by itself.</summary>
    public static TrackingLevel Of(PrivacySettings privacy, HitKind kind) =>
        (kind == HitKind.Open ? privacy.TrackOpens : privacy.TrackClicks) ? Of(privacy) : TrackingLevel.Off;

    /// <summary>Null means that no choice was made.</summary>
    public static TrackingLevel MostRestrictive(TrackingLevel installation, TrackingLevel? campaign, TrackingLevel? person)
    {
        var level = installation;
        level = campaign is { } ofCampaign && ofCampaign < level ? ofCampaign : level;
        return person is { } ofPerson && ofPerson < level ? ofPerson : level;
    }
}
