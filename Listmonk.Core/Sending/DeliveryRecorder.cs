using System.Threading.Channels;
using Listmonk.Core.Bounces;
using Listmonk.Core.Common;
using Microsoft.Extensions.Logging;

namespace Listmonk.Core.Sending;

/// <summary>Collects the outcomes of all workers and commits them in groups.</summary>
/// <remarks>
/// A group is what came within a tenth of a second, at most five hundred. While one is written, two more may wait; then the workers do,
/// each with one outcome in its hands. What a crash can make us send twice is therefore three groups and one message a worker, however
/// long the database takes or refuses (decision 0032).
///
/// Memory holds only what the database can find out again: a row whose outcome is lost stays claimed and is sent again. A group that cannot
/// be written is tried again until it can.
/// </remarks>
internal sealed partial class DeliveryRecorder(IDeliveryLedger ledger, BounceRecorder bounces, TimeProvider clock, ILogger<DeliveryRecorder> logger)
{
    private const int GroupSize = 500;
    private const int LooksPerGroup = 5;

    /// <summary>Short enough that the queue does not fill up between two looks at full speed.</summary>
    private static readonly TimeSpan LookInterval = TimeSpan.FromMilliseconds(20);
    private static readonly TimeSpan RetryDelay = TimeSpan.FromSeconds(1);

    /// <summary>One group more would be less to repeat than two, but at 10,000 messages a second workers would wait at each commit.</summary>
    private readonly Channel<Entry> _queue = Channel.CreateBounded<Entry>(new BoundedChannelOptions(2 * GroupSize) { SingleReader = true });

    /// <summary>Published after each commit.</summary>
    public LiveFeed<CampaignCounts> Committed { get; } = new();

    /// <summary>Published when outcomes cannot be written, and again when they are.</summary>
    public LiveFeed<RecordingFault> Faults { get; } = new();

    public ValueTask RecordAsync(DeliveryRecord record) => _queue.Writer.WriteAsync(new Entry(record, null));

    /// <summary>Returns when everything recorded before is committed.</summary>
    public async Task FlushAsync()
    {
        var done = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await _queue.Writer.WriteAsync(new Entry(null, done));
        await done.Task;
    }

    /// <summary>Takes no more; <see cref="RunAsync"/> ends when the rest is written.</summary>
    public void Complete() => _queue.Writer.TryComplete();

    public async Task RunAsync()
    {
        var group = new List<DeliveryRecord>(GroupSize);
        var waiting = new List<TaskCompletionSource>();
        while (await _queue.Reader.WaitToReadAsync())
        {
            for (var look = 0; !Take(group, waiting) && look < LooksPerGroup; look++)
            {
                await Task.Delay(LookInterval, clock);
            }

            await WriteAsync(group);
            waiting.ForEach(done => done.TrySetResult());
            group.Clear();
            waiting.Clear();
        }
    }

    /// <summary>Fills the group from the queue; true when it is full or somebody waits for it.</summary>
    private bool Take(List<DeliveryRecord> group, List<TaskCompletionSource> waiting)
    {
        while (group.Count < GroupSize && _queue.Reader.TryRead(out var entry))
        {
            if (entry.Flushed is { } done)
            {
                waiting.Add(done);
                return true;
            }

            group.Add(entry.Record!);
        }

        return waiting.Count > 0 || group.Count >= GroupSize;
    }

    private async Task WriteAsync(List<DeliveryRecord> group)
    {
        var hasFailed = false;
        while (group.Count > 0)
        {
            try
            {
                // The deliveries have happened: no token may keep them from being recorded.
                foreach (var counts in await ledger.CompleteAsync(group, CancellationToken.None))
                {
                    Committed.Publish(counts);
                }

                if (hasFailed)
                {
                    Faults.Publish(RecordingFault.Of(group, null));
                }

                break;
            }
#pragma warning disable CA1031 // Whatever the database's trouble is, the outcomes must not be lost.
            catch (Exception exception)
#pragma warning restore CA1031
            {
                LogNotWritten(exception, group.Count);
                hasFailed = true;
                Faults.Publish(RecordingFault.Of(group, $"What was sent cannot be recorded: {exception.Message}"));
                await Task.Delay(RetryDelay, clock);
            }
        }

        if (group.Exists(record => record.Refusal is not null))
        {
            await JudgeAsync();
        }
    }

    /// <summary>What refusals mean for the people; a fault here costs nothing, since they are weighed with the next ones or at the next start.</summary>
    private async Task JudgeAsync()
    {
        try
        {
            await bounces.JudgePendingAsync(CancellationToken.None);
        }
#pragma warning disable CA1031 // The recorder must live.
        catch (Exception exception)
#pragma warning restore CA1031
        {
            LogNotJudged(exception);
        }
    }

    [LoggerMessage(Level = LogLevel.Error, Message = "{Count} delivery outcomes could not be written; trying again")]
    private partial void LogNotWritten(Exception exception, int count);

    [LoggerMessage(Level = LogLevel.Error, Message = "Refusals could not be weighed yet")]
    private partial void LogNotJudged(Exception exception);

    private readonly record struct Entry(DeliveryRecord? Record, TaskCompletionSource? Flushed);
}

/// <summary>The database's trouble with the outcomes of some campaigns; the reason is null when it is over.</summary>
internal sealed record RecordingFault(IReadOnlyList<int> CampaignIds, string? Reason)
{
    public static RecordingFault Of(IEnumerable<DeliveryRecord> records, string? reason) => new([.. records.Select(record => record.CampaignId).Distinct()], reason);
}
