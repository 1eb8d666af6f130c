using Listmonk.Core.Settings;

namespace Listmonk.Core.Doctor;

/// <summary>Finds out why opens and clicks do not arrive: looks at the settings, goes through the public address like a recipient, and judges what it saw.</summary>
/// <remarks>Runs that are asked for at the same time are one run. A run outlives the page that asked for it, but not <see cref="Limit"/>.</remarks>
public sealed class TrackingDoctor
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(60);
    private readonly SettingsStore _settings;
    private readonly SelfRequests _requests;
    private readonly DoctorQueries _queries;
    private readonly TimeProvider _clock;
    private readonly Lock _lock = new();
    private Task<DoctorReport>? _running;
    private DoctorReport? _latest;

    internal TrackingDoctor(SettingsStore settings, SelfRequests requests, DoctorQueries queries, TimeProvider clock) =>
        (_settings, _requests, _queries, _clock) = (settings, requests, queries, clock);

    public Task<DoctorReport> RunAsync(DoctorViewpoint viewpoint, CancellationToken cancellationToken)
    {
        lock (_lock)
        {
            if (_running is not { IsCompleted: false })
            {
                _running = Task.Run(() => ExamineAsync(viewpoint), CancellationToken.None);
            }

            return _running.WaitAsync(cancellationToken);
        }
    }

    /// <summary>The last report of the same root URL if it is young enough, else a new one: for health checks that ask often.</summary>
    public Task<DoctorReport> RecentAsync(TimeSpan maxAge, DoctorViewpoint viewpoint, CancellationToken cancellationToken) =>
        Volatile.Read(ref _latest) is { } latest && latest.RootUrl == _settings.Current.RootUrl && _clock.GetUtcNow() - latest.At <= maxAge
            ? Task.FromResult(latest)
            : RunAsync(viewpoint, cancellationToken);

    private async Task<DoctorReport> ExamineAsync(DoctorViewpoint viewpoint)
    {
        using var limit = new CancellationTokenSource(Limit, _clock);
        var rootUrl = _settings.Current.RootUrl;
        var root = Uri.TryCreate(rootUrl, UriKind.Absolute, out var parsed) && (parsed.Scheme == Uri.UriSchemeHttp || parsed.Scheme == Uri.UriSchemeHttps) ? parsed : null;
        var hits = await _queries.ReadAsync(limit.Token);
        var reach = root is null ? null : await _requests.ExamineAsync(root, limit.Token);
        var facts = new DoctorFacts(_clock.GetUtcNow(), rootUrl, root, viewpoint, reach, hits);
        var report = new DoctorReport(facts.At, rootUrl, viewpoint.Upstream, DoctorRules.Judge(facts));
        Volatile.Write(ref _latest, report);
        return report;
    }
}
