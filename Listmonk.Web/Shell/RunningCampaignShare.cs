namespace Listmonk.Web.Shell;

/// <summary>How far a running campaign is, as <see cref="RunningChip"/> shows it.</summary>
public sealed record RunningCampaignShare(int Id, string Name, long Done, long ToSend);
