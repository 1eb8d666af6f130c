namespace Listmonk.Web.Shared;

/// <summary>How fast work goes, from what was seen of it in the last seconds; so it is right also after a restart.</summary>
internal sealed class Pace
{
    private static readonly TimeSpan Window = TimeSpan.FromSeconds(10);

    /// <summary>A rate over less is chance.</summary>
    private static readonly TimeSpan Least = TimeSpan.FromSeconds(1);

    private readonly Queue<(DateTimeOffset At, int Done)> _seen = [];

    /// <summary>Things a second; 0 while not known.</summary>
    public double PerSecond { get; private set; }

    /// <param name="done">Things done so far.</param>
    public void Add(DateTimeOffset at, int done)
    {
        _seen.Enqueue((at, done));
        while (_seen.Count > 2 && at - _seen.Peek().At > Window)
        {
            _seen.Dequeue();
        }

        var (since, before) = _seen.Peek();
        if (at - since >= Least)
        {
            PerSecond = Math.Max(0, (done - before) / (at - since).TotalSeconds);
        }
    }

    /// <summary>How long the rest will take; null while that is not known.</summary>
    public TimeSpan? TimeLeft(int rest) => PerSecond > 0 ? TimeSpan.FromSeconds(Math.Max(0, rest) / PerSecond) : null;
}
