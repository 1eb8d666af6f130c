using Listmonk.Core.Tracking;

namespace Listmonk.Core.Doctor;

public enum ProbeKind
{
    /// <summary>A plain answer, below the address of the health check.</summary>
    Contact,
    Open,
    Link,
}

/// <summary>The addresses of the doctor's own requests: beside the true ones, so that a proxy treats them alike. No token has a tilde.</summary>
public static class ProbePaths
{
    /// <summary>Answers to probes carry the sealed <see cref="ProbeSighting"/> here.</summary>
    public const string Header = "X-Listmonk-Doctor";

    /// <summary>Where the probe's link leads: to no host that exists, and full of what a proxy might rewrite.</summary>
    public const string Destination = "https://doctor.invalid/a%20b/%C3%BC?x=1&y=a+b#part";

    private const string Contact = "/health/~";
    private const string Open = TrackingPaths.OpenRoute + "~";
    private const string Link = TrackingPaths.LinkRoute + "~";

    public static string Of(ProbeKind kind, string ticket) => (kind switch { ProbeKind.Open => Open, ProbeKind.Link => Link, _ => Contact }) + ticket;

    public static bool TryRead(string path, out ProbeKind kind, out string ticket)
    {
        foreach (var candidate in (ReadOnlySpan<(string, ProbeKind)>)[(Open, ProbeKind.Open), (Link, ProbeKind.Link), (Contact, ProbeKind.Contact)])
        {
            if (path.StartsWith(candidate.Item1, StringComparison.Ordinal))
            {
                kind = candidate.Item2;
                ticket = path[candidate.Item1.Length..];
                return true;
            }
        }

        (kind, ticket) = (default, "");
        return false;
    }
}
