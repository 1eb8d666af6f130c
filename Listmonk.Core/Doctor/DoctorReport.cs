namespace Listmonk.Core.Doctor;

/// <summary>How serious a finding of the doctor is; the order is that of gravity.</summary>
public enum CheckState
{
    /// <summary>An earlier fault stands in the way.</summary>
    NotTested,
    Green,
    Amber,
    Red,
}

/// <summary>One thing the doctor looked at, what it found, and the line to change.</summary>
/// <param name="Id">Lasting name of the check, such as <c>certificate</c>.</param>
public sealed record DoctorCheck(string Id, string Title, CheckState State, string Finding)
{
    /// <summary>Lasting name of the fault, such as <c>certificate_expired</c>; null when all is well.</summary>
    public string? Fault { get; init; }

    public string? Remedy { get; init; }

    /// <summary>Lines to copy into the configuration.</summary>
    public string? Snippet { get; init; }
}

/// <summary>What one run of the doctor found.</summary>
public sealed record DoctorReport(DateTimeOffset At, string RootUrl, string Upstream, IReadOnlyList<DoctorCheck> Checks)
{
    public CheckState State => Checks.Max(check => check.State);

    public int Count(CheckState state) => Checks.Count(check => check.State == state);
}

/// <summary>Where the doctor is asked from.</summary>
/// <param name="Browser">The address that the person's browser uses, if known.</param>
/// <param name="Upstream">Where a proxy finds the program, such as <c>127.0.0.1:9000</c>.</param>
public sealed record DoctorViewpoint(Uri? Browser, string Upstream);
