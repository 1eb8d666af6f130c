namespace Listmonk.Core.Doctor;

/// <summary>Why a request of the doctor got no answer.</summary>
public enum SelfRequestFault
{
    None,

    /// <summary>Nothing came back in time, as behind a firewall.</summary>
    Timeout,

    /// <summary>The machine answers, but nothing listens on the port.</summary>
    Refused,
    Unreachable,

    /// <summary>Something listens, but it does not speak TLS.</summary>
    NoTls,

    /// <summary>What came back is no HTTP answer.</summary>
    Broken,
}

/// <summary>The answer to one request of the doctor.</summary>
public sealed record SelfAnswer
{
    public SelfRequestFault Fault { get; init; }

    /// <summary>0 without an answer.</summary>
    public int Status { get; init; }

    public string? Location { get; init; }

    public string CacheControl { get; init; } = "";

    /// <summary>Whether the body is the pixel, byte for byte.</summary>
    public bool HasPixel { get; init; }

    /// <summary>Null when this installation has not sealed the answer.</summary>
    public ProbeSighting? Sighting { get; init; }

    public TimeSpan Took { get; init; }
}
