using System.Diagnostics.Metrics;

namespace Listmonk.Core.Common;

/// <summary>What the program counts for whoever listens by System.Diagnostics.Metrics; while nobody does it costs next to nothing.</summary>
public static class Measures
{
    public const string MeterName = "Listmonk";

    private static readonly Meter Meter = new(MeterName);

    private static readonly Counter<long> Messages = Meter.CreateCounter<long>("listmonk.messages", "{message}", "Messages given to a mail server, by what it said.");

    private static readonly Counter<long> Hits = Meter.CreateCounter<long>("listmonk.hits", "{hit}", "Opens and clicks that were stored, by kind and verdict.");

    private static readonly Counter<long> SpooledHits = Meter.CreateCounter<long>(
        "listmonk.hits.spooled", "{hit}", "Opens and clicks that the database did not take in time and that wait on disk.");

    private static readonly Counter<long> Bounces = Meter.CreateCounter<long>("listmonk.bounces", "{bounce}", "Bounces and complaints that were recorded, by type.");

    public static void CountMessage(string outcome) => Messages.Add(1, new KeyValuePair<string, object?>("outcome", outcome));

    /// <summary>False spares the caller the adding up.</summary>
    public static bool CountsHits => Hits.Enabled;

    public static void CountHits(string kind, string verdict, long count) =>
        Hits.Add(count, new KeyValuePair<string, object?>("kind", kind), new KeyValuePair<string, object?>("verdict", verdict));

    public static void CountSpooledHits(int count) => SpooledHits.Add(count);

    public static void CountBounce(string type) => Bounces.Add(1, new KeyValuePair<string, object?>("type", type));
}
