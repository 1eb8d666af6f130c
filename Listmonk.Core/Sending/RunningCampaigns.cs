using System.Collections.Concurrent;
using Listmonk.Core.Campaigns;
using Listmonk.Core.Common;

namespace Listmonk.Core.Sending;

/// <summary>The campaigns that this process takes part in sending, as pages and the API show them.</summary>
public sealed class RunningCampaigns(LiveFeed<CampaignProgress> changed, TimeProvider clock)
{
    private readonly ConcurrentDictionary<int, Entry> _entries = new();

    public IReadOnlyList<CampaignProgress> All => [.. _entries.Values.Select(entry => entry.Progress).OrderBy(progress => progress.CampaignId)];

    public CampaignProgress? Find(int campaignId) => _entries.TryGetValue(campaignId, out var entry) ? entry.Progress : null;

    internal void Begin(Campaign campaign)
    {
        var now = clock.GetUtcNow();
        _entries[campaign.Id] = new Entry(new CampaignProgress
        {
            CampaignId = campaign.Id,
            Status = CampaignStatus.Running,
            ToSend = campaign.ToSend,
            Sent = campaign.Sent,
            Failed = campaign.Failed,
            Skipped = campaign.Skipped,
            StartedAt = campaign.StartedAt ?? now,
            UpdatedAt = now,
        });
    }

    /// <summary>Adds what a commit added to the ledger, so that what is shown is what is stored.</summary>
    internal void Note(CampaignCounts counts)
    {
        if (_entries.TryGetValue(counts.CampaignId, out var entry))
        {
            var now = clock.GetUtcNow();
            lock (entry)
            {
                if (entry.IsShared)
                {
                    return;
                }

                entry.Rate.Note(now, counts.Sent);
                entry.Progress = entry.Progress with
                {
                    Sent = entry.Progress.Sent + counts.Sent,
                    Failed = entry.Progress.Failed + counts.Failed,
                    Skipped = entry.Progress.Skipped + counts.Skipped,
                    UpdatedAt = now,
                };
            }
        }
    }

    /// <summary>With other processes at work on the campaign, what is shown follows its row.</summary>
    internal void Follow(int campaignId, ShareView view)
    {
        if (_entries.TryGetValue(campaignId, out var entry))
        {
            var now = clock.GetUtcNow();
            lock (entry)
            {
                if (entry.IsShared || view.HasOthers)
                {
                    // Stays so for the run: going back could count a commit twice.
                    entry.IsShared = true;
                    entry.Rate.Note(now, Math.Max(0, view.Sent - entry.Progress.Sent));
                    entry.Progress = entry.Progress with { Sent = view.Sent, Failed = view.Failed, Skipped = view.Skipped, UpdatedAt = now };
                }
            }
        }
    }

    /// <summary>Tells the watchers; called at most four times a second for each campaign.</summary>
    internal void Publish(int campaignId)
    {
        if (_entries.TryGetValue(campaignId, out var entry))
        {
            CampaignProgress progress;
            lock (entry)
            {
                progress = entry.Progress = entry.Progress with { RatePerMinute = entry.Rate.LastMinute(clock.GetUtcNow()) };
            }

            changed.Publish(progress);
        }
    }

    /// <summary>The campaign waits, or goes on when <paramref name="reason"/> is null.</summary>
    internal void NoteHold(int campaignId, DateTimeOffset? until, string? reason)
    {
        if (_entries.TryGetValue(campaignId, out var entry))
        {
            lock (entry)
            {
                entry.Progress = entry.Progress with { HeldUntil = until, HoldReason = reason };
            }
        }
    }

    /// <summary>The database does not take outcomes, or takes them again; the campaigns wait for it.</summary>
    internal void NoteFault(RecordingFault fault)
    {
        foreach (var campaignId in fault.CampaignIds)
        {
            NoteHold(campaignId, until: null, fault.Reason);
        }
    }

    internal void End(int campaignId, CampaignStatus status)
    {
        if (_entries.TryRemove(campaignId, out var entry))
        {
            changed.Publish(entry.Progress with { Status = status, UpdatedAt = clock.GetUtcNow() });
        }
    }

    private sealed class Entry(CampaignProgress progress)
    {
        public CampaignProgress Progress { get; set; } = progress;

        public SendRate Rate { get; } = new();

        /// <summary>Other processes send the campaign, too, or did.</summary>
        public bool IsShared { get; set; }
    }
}
