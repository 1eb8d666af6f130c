using Listmonk.Core.Campaigns;
using Listmonk.Core.Messengers;

namespace Listmonk.Core.Sending;

/// <summary>One campaign while this process sends it: what the workers share about it.</summary>
internal sealed class CampaignRun(SendingShare share, Campaign campaign, IMessenger messenger, CompiledCampaign compiled) : IDisposable
{
    private readonly CancellationTokenSource _stopping = new();
    private readonly Lock _lock = new();
    private TaskCompletionSource _changed = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private CompiledCampaign _compiled = compiled;
    private IMessenger _messenger = messenger;
    private int _inFlight;
    private int _errors;
    private int _errorsElsewhere;
    private int _errorsOfPass;
    private int _postponed;
    private int _isCut;
    private int _hasLimited;
    private long _heldUntil;

    public SendingShare Share { get; } = share;

    public int CampaignId => Share.CampaignId;

    public Campaign Campaign { get; } = campaign;

    /// <summary>Replaced when its settings change while the campaign is sent.</summary>
    public IMessenger Messenger
    {
        get => Volatile.Read(ref _messenger);
        set => Volatile.Write(ref _messenger, value);
    }

    /// <summary>Replaced when settings change while the campaign is sent.</summary>
    public CompiledCampaign Compiled
    {
        get => Volatile.Read(ref _compiled);
        set => Volatile.Write(ref _compiled, value);
    }

    /// <summary>Ends when the campaign is paused, cancelled or lost; nothing of it is handed over after that.</summary>
    public CancellationToken Stopping => _stopping.Token;

    public bool IsStopped => _stopping.IsCancellationRequested;

    /// <summary>Why the engine itself stopped the campaign; null when a person did, or nobody.</summary>
    public string? PauseReason { get; private set; }

    /// <summary>Errors on our side in this process.</summary>
    public int Errors => Volatile.Read(ref _errors);

    /// <summary>Errors of the other processes that send the campaign, as far as is known.</summary>
    public int ErrorsElsewhere
    {
        set => Volatile.Write(ref _errorsElsewhere, value);
    }

    /// <summary>Whether any message of this pass was put off and stays claimed.</summary>
    public bool HasPostponed => Volatile.Read(ref _postponed) > 0;

    /// <summary>Whether any error of this pass was on our side.</summary>
    public bool HadErrors => Volatile.Read(ref _errorsOfPass) > 0;

    /// <summary>The pass is to end early, and the next one to follow without a pause: limits leave nothing to do for a while.</summary>
    public bool IsCut => Volatile.Read(ref _isCut) != 0;

    /// <summary>This pass goes on with one that was cut short; people whose server said "later" are not asked again yet.</summary>
    public bool IsContinuation { get; private set; }

    /// <summary>Why the campaign waits although nothing is wrong; null when it does not.</summary>
    public string? HoldReason { get; private set; }

    /// <summary>Until when, in UTC ticks; 0 when it does not.</summary>
    public long HeldUntil => Volatile.Read(ref _heldUntil);

    public void BeginPass(bool isContinuation)
    {
        IsContinuation = isContinuation;
        HoldReason = null;
        Volatile.Write(ref _heldUntil, 0);
        Volatile.Write(ref _isCut, 0);
        Volatile.Write(ref _hasLimited, 0);
        Volatile.Write(ref _postponed, 0);
        Volatile.Write(ref _errorsOfPass, 0);
    }

    /// <summary>All servers that may carry the campaign are at a limit: nothing more is handed over until then.</summary>
    public void Hold(DateTimeOffset until, string reason)
    {
        HoldReason = reason;
        Volatile.Write(ref _heldUntil, until.UtcTicks);
        Cut();
    }

    /// <summary>A limit of the recipient's domain leaves the person to a later pass.</summary>
    public void NoteLimited()
    {
        Volatile.Write(ref _hasLimited, 1);
        if (IsContinuation)
        {
            Cut();
        }
    }

    /// <summary>Whether limits of domains left people of this pass to the next one.</summary>
    public bool HasLimited => Volatile.Read(ref _hasLimited) != 0;

    public void Cut() => Volatile.Write(ref _isCut, 1);

    public void NotePostponed() => Interlocked.Increment(ref _postponed);

    public void Enter() => Interlocked.Increment(ref _inFlight);

    public void Leave()
    {
        if (Interlocked.Decrement(ref _inFlight) == 0)
        {
            lock (_lock)
            {
                _changed.TrySetResult();
            }
        }
    }

    /// <summary>Waits until no worker holds a message of this campaign. Call only when nothing is handed to the workers meanwhile.</summary>
    public async Task WaitUntilIdleAsync()
    {
        while (true)
        {
            Task changed;
            lock (_lock)
            {
                if (_changed.Task.IsCompleted)
                {
                    _changed = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
                }

                changed = _changed.Task;
            }

            if (Volatile.Read(ref _inFlight) == 0)
            {
                return;
            }

            await changed;
        }
    }

    /// <summary>Counts an error on our side; the one that, with those of other processes, reaches the limit pauses the campaign.</summary>
    public void NoteError(int limit, string reason)
    {
        Interlocked.Increment(ref _errorsOfPass);
        if (Interlocked.Increment(ref _errors) + Volatile.Read(ref _errorsElsewhere) >= limit && limit > 0)
        {
            PauseBecause($"Paused after {limit} errors. The last one: {reason}");
        }
    }

    public void PauseBecause(string reason)
    {
        lock (_lock)
        {
            if (IsStopped)
            {
                return;
            }

            PauseReason = reason;
        }

        Stop();
    }

    public void Stop() => _stopping.Cancel();

    public void Dispose() => _stopping.Dispose();
}
