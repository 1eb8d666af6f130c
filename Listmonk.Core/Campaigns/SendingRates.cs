using System.Collections.Concurrent;
using Listmonk.Core.Common;

namespace Listmonk.Core.Campaigns;

/// <summary>Messages a minute of each running campaign, measured from the progress that this process publishes.</summary>
public sealed class SendingRates : IDisposable
{
    private static readonly TimeSpan Window = TimeSpan.FromMinutes(1);
    private readonly ConcurrentDictionary<int, Queue<(DateTimeOffset At, int Sent)>> _samples = new();
    private readonly TimeProvider _clock;
    private readonly IDisposable _subscription;

    public SendingRates(LiveFeed<CampaignProgress> progress, TimeProvider clock)
    {
        _clock = clock;
        _subscription = progress.Subscribe(Record);
    }

    /// <summary>Messages sent within the last minute; 0 when nothing is known.</summary>
    public int PerMinute(int campaignId)
    {
        if (!_samples.TryGetValue(campaignId, out var samples))
        {
            return 0;
        }

        lock (samples)
        {
            Drop(samples);
            return samples.Count < 2 ? 0 : Math.Max(0, samples.Last().Sent - samples.Peek().Sent);
        }
    }

    public void Dispose() => _subscription.Dispose();

    private void Record(CampaignProgress progress)
    {
        if (progress.Status != CampaignStatus.Running)
        {
            _samples.TryRemove(progress.CampaignId, out _);
            return;
        }

        var samples = _samples.GetOrAdd(progress.CampaignId, _ => new Queue<(DateTimeOffset, int)>([(_clock.GetUtcNow(), progress.Sent)]));
        lock (samples)
        {
            samples.Enqueue((_clock.GetUtcNow(), progress.Sent));
            Drop(samples);
        }
    }

    /// <summary>Keeps the latest sample that is older than the window as the base to count from.</summary>
    private void Drop(Queue<(DateTimeOffset At, int Sent)> samples)
    {
        var oldest = _clock.GetUtcNow() - Window;
        while (samples.Count > 1 && samples.ElementAt(1).At <= oldest)
        {
            samples.Dequeue();
        }
    }
}
