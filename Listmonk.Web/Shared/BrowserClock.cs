using System.Globalization;

namespace Listmonk.Web.Shared;

/// <summary>
/// Tells times as the person at the browser reads them: in their zone, relative while near. For display only; one per circuit.
/// The layout sets the zone once, from the browser.
/// </summary>
public sealed class BrowserClock(TimeProvider clock) : IDisposable
{
    private static readonly TimeSpan Turn = TimeSpan.FromSeconds(20);
    private readonly Lock _lock = new();
    private readonly List<Action> _watchers = [];
    private ITimer? _timer;

    /// <summary>The viewer's zone; UTC until the browser has said.</summary>
    public TimeZoneInfo Zone { get; private set; } = TimeZoneInfo.Utc;

    public DateTimeOffset Now => ToLocal(clock.GetUtcNow());

    /// <summary>Takes the IANA name that the browser reports; an unknown one leaves UTC.</summary>
    public void UseZone(string? name)
    {
        if (name is { Length: > 0 } && TimeZoneInfo.TryFindSystemTimeZoneById(name, out var zone))
        {
            Zone = zone;
        }
    }

    public DateTimeOffset ToLocal(DateTimeOffset time) => TimeZoneInfo.ConvertTime(time, Zone);

    /// <summary>The instant that a date and time picked by the viewer means; a time that the clock change skips moves forward.</summary>
    public DateTimeOffset FromLocal(DateTime local)
    {
        var wall = DateTime.SpecifyKind(local, DateTimeKind.Unspecified);
        while (Zone.IsInvalidTime(wall))
        {
            wall = wall.AddMinutes(15);
        }

        return new DateTimeOffset(wall, Zone.GetUtcOffset(wall));
    }

    /// <summary>The zone's name with its offset at a time, for schedules: <c>Europe/Berlin, UTC+02:00</c>.</summary>
    public string ZoneText(DateTimeOffset time)
    {
        var offset = ToLocal(time).Offset;
        var sign = offset < TimeSpan.Zero ? '-' : '+';
        return Zone.Id == "UTC" ? "UTC" : string.Create(CultureInfo.InvariantCulture, $"{Zone.Id}, UTC{sign}{offset:hh\\:mm}");
    }

    /// <summary>Date and time with seconds and zone.</summary>
    public string Exact(DateTimeOffset time) =>
        $"{Local(time, "ddd, d MMM yyyy, HH:mm:ss", "G")} ({ZoneText(time)})";

    /// <summary>Date and time to the minute, without zone.</summary>
    public string DateTimeText(DateTimeOffset time) => Local(time, "d MMM yyyy, HH:mm", "g");

    public string DateText(DateTimeOffset time) => Local(time, "d MMM yyyy", "d");

    /// <summary>'3 min ago' or 'in 2 h' within a day, the day and time within a week, the date beyond.</summary>
    public string Relative(DateTimeOffset time)
    {
        var now = clock.GetUtcNow();
        var distance = (time - now).Duration();
        var isPast = time <= now;
        if (distance < TimeSpan.FromSeconds(45))
        {
            return isPast ? T["just now"] : T["in a moment"];
        }

        if (distance < TimeSpan.FromHours(24))
        {
            var amount = distance < TimeSpan.FromMinutes(59.5)
                ? T["{0} min", Math.Max(1, (int)Math.Round(distance.TotalMinutes))]
                : T["{0} h", Math.Max(1, (int)Math.Round(distance.TotalHours))];
            return isPast ? T["{0} ago", amount] : T["in {0}", amount];
        }

        return distance < TimeSpan.FromDays(6) ? Local(time, "ddd, HH:mm", "ddd HH:mm") : isPast ? DateText(time) : DateTimeText(time);
    }

    /// <summary>In the viewer's zone; other languages than English have their culture's own way.</summary>
    private string Local(DateTimeOffset time, string english, string other) => ToLocal(time).ToString(T.IsEnglish ? english : other, T.Culture);

    /// <summary>Calls back every 20 seconds, so that relative times do not go stale; the timer runs only while somebody listens.</summary>
    internal IDisposable OnTurn(Action watcher)
    {
        lock (_lock)
        {
            _watchers.Add(watcher);
            _timer ??= clock.CreateTimer(_ => Notify(), state: null, Turn, Turn);
        }

        return new Watch(this, watcher);
    }

    public void Dispose()
    {
        lock (_lock)
        {
            _timer?.Dispose();
            _timer = null;
            _watchers.Clear();
        }
    }

    private void Notify()
    {
        Action[] watchers;
        lock (_lock)
        {
            watchers = [.. _watchers];
        }

        foreach (var watcher in watchers)
        {
            watcher();
        }
    }

    private sealed class Watch(BrowserClock owner, Action watcher) : IDisposable
    {
        public void Dispose()
        {
            lock (owner._lock)
            {
                owner._watchers.Remove(watcher);
                if (owner._watchers.Count == 0)
                {
                    owner._timer?.Dispose();
                    owner._timer = null;
                }
            }
        }
    }
}
