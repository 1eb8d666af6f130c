namespace Listmonk.Core.Doctor;

/// <summary>All that the doctor's rules judge.</summary>
public sealed record DoctorFacts(DateTimeOffset At, string RootUrl, Uri? Root, DoctorViewpoint Viewpoint, ReachFacts? Reach, HitFacts Hits)
{
    public bool IsHttps => Root?.Scheme == Uri.UriSchemeHttps;

    public string Prefix => Root?.AbsolutePath.TrimEnd('/') ?? "";
}
