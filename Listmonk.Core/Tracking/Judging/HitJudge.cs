using Listmonk.Core.Common;
using Listmonk.Core.Settings;

namespace Listmonk.Core.Tracking.Judging;

/// <summary>
/// Judges requests by the lists and settings in force, and remembers each user agent seen lately, so that a request costs one look-up
/// and a search for its network.
/// </summary>
public sealed class HitJudge : IDisposable
{
    private const int CacheSize = 5_000;
    private readonly IDisposable? _subscription;
    private State _state;

    public HitJudge(SettingsStore settings)
    {
        _state = new State(settings.Current.Tracking);
        _subscription = settings.Changed.Subscribe(snapshot =>
        {
            if (!_state.Settings.HasSameLists(snapshot.Tracking))
            {
                Volatile.Write(ref _state, new State(snapshot.Tracking));
            }
        });
    }

    /// <summary>With the lists as they come.</summary>
    public HitJudge() => _state = new State(new TrackingSettings());

    public HitKnowledge Knowledge => Volatile.Read(ref _state).Knowledge;

    public HitJudgement Judge(in HitRequest request)
    {
        var state = Volatile.Read(ref _state);
        if (request.IsHead || request.IsPrefetch)
        {
            return RequestRules.Judge(request, state.Knowledge);
        }

        var agents = request.Kind == HitKind.Open ? state.Opens : state.Clicks;
        if (!agents.TryGet(request.Agent, out var judgement))
        {
            judgement = RequestRules.JudgeAgent(request.Kind, request.Agent, state.Knowledge);
            agents.Set(request.Agent, judgement);
        }

        return RequestRules.JudgeNetwork(judgement, request.Address, state.Knowledge);
    }

    public void Dispose() => _subscription?.Dispose();

    private sealed class State(TrackingSettings settings)
    {
        public TrackingSettings Settings { get; } = settings;

        public HitKnowledge Knowledge { get; } = new(settings);

        public BoundedCache<string, HitJudgement> Opens { get; } = new(CacheSize);

        public BoundedCache<string, HitJudgement> Clicks { get; } = new(CacheSize);
    }
}
