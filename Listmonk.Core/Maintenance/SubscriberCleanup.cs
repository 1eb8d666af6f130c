namespace Listmonk.Core.Maintenance;

/// <summary>Which people a clean-up removes.</summary>
public enum SubscriberCleanup
{
    /// <summary>On no list at all.</summary>
    Orphan,
    Blocklisted,
}
