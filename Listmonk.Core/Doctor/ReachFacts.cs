using System.Net;

namespace Listmonk.Core.Doctor;

/// <summary>The certificate that the public address shows.</summary>
public sealed record CertificateFacts(IReadOnlyList<string> Names, string Issuer, DateTimeOffset NotBefore, DateTimeOffset NotAfter, bool MatchesHost, bool IsTrusted);

/// <summary>What the requests to the public address brought to light.</summary>
public sealed record ReachFacts
{
    public IReadOnlyList<IPAddress> Addresses { get; init; } = [];

    public CertificateFacts? Certificate { get; init; }

    public SelfAnswer? Contact { get; init; }

    /// <summary>The same without the path prefix, asked only when the prefix did not answer.</summary>
    public SelfAnswer? WithoutPrefix { get; init; }

    public SelfAnswer? Open { get; init; }

    public SelfAnswer? OpenAgain { get; init; }

    public SelfAnswer? OpenHead { get; init; }

    public SelfAnswer? Link { get; init; }

    public SelfAnswer? LinkHead { get; init; }

    public SelfAnswer? Upgrade { get; init; }

    /// <summary>What the program saw of the first request that arrived.</summary>
    public ProbeSighting? Sighting => Contact?.Sighting ?? Open?.Sighting ?? Link?.Sighting;

    public TimeSpan? BestTime => new[] { Contact, Open, OpenAgain, Link }.OfType<SelfAnswer>().Where(answer => answer.Sighting is not null).Min(answer => (TimeSpan?)answer.Took);
}
