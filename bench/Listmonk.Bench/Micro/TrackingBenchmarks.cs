using BenchmarkDotNet.Attributes;
using Listmonk.Core.Tracking;
using Listmonk.Core.Tracking.Judging;

namespace Listmonk.Bench.Micro;

/// <summary>What each link of a mail and each hit cost.</summary>
[MemoryDiagnoser]
public class TrackingBenchmarks : IDisposable
{
    private const string Browser = "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/141.0.0.0 Safari/537.36";

    private static readonly TrackingToken Click = TrackingToken.ForClick(campaignId: 42, subscriberId: 123_456, linkId: 1001, position: 12);

    private readonly TrackingTokens _tokens = new(new TrackingKeyRing(1, [new TrackingSecret(1, TrackingKeyRing.NewKey())]));
    private readonly char[] _text = new char[TrackingTokens.MaxLength];
    private readonly HitJudge _judge = new();
    private readonly string _written;

    public TrackingBenchmarks() => _written = _tokens.Write(Click);

    [GlobalCleanup]
    public void Dispose()
    {
        _judge.Dispose();
        GC.SuppressFinalize(this);
    }

    [Benchmark(Description = "Write a tracking token")]
    public int WriteToken() => _tokens.Write(Click, _text.AsSpan());

    [Benchmark(Description = "Read a tracking token")]
    public bool ReadToken() => _tokens.TryRead(_written, HitKind.Click, out _);

    /// <summary>A browser passes every rule, so this is the dearest judgement.</summary>
    [Benchmark(Description = "Judge a new user agent")]
    public HitJudgement JudgeNew() => RequestRules.JudgeAgent(HitKind.Open, Browser, HitKnowledge.Default);

    [Benchmark(Description = "Judge a known user agent")]
    public HitJudgement JudgeKnown() => _judge.Judge(new HitRequest(HitKind.Open, Browser));
}
