using Listmonk.Core.Doctor;
using Listmonk.Core.Settings;
using Listmonk.Core.Users;
using Listmonk.Web.Api;
using Listmonk.Web.Api.OpenApi;
using Listmonk.Web.Auth;
using Listmonk.Web.Shell;

namespace Listmonk.Web.Tracking;

/// <summary>The tracking doctor's report for programs, and what Caddy asks before it gets a certificate.</summary>
internal static class DoctorEndpoints
{
    private static readonly TimeSpan HealthAge = TimeSpan.FromMinutes(5);

    public static void MapDoctorEndpoints(this IEndpointRouteBuilder api) =>
        api.MapGet("/tracking/doctor", Examine).RequirePermission(Permissions.SettingsGet)
            .WithSummary("Examine whether tracking works").WithDescription("Asks this installation through its public address, which may take seconds.").Gives<DoctorResponse>();

    public static void MapDoctorHealth(this IEndpointRouteBuilder app)
    {
        app.MapGet("/health/detail", Detail).RequirePermission(Permissions.SettingsGet);
        app.MapGet("/health/tls-ask", MayHaveCertificate).AllowAnonymous();
    }

    private static async Task<IResult> Examine(HttpContext context, TrackingDoctor doctor, ListenAddress listen, CancellationToken cancellationToken) =>
        OutcomeHttp.Data(DoctorResponse.Of(await doctor.RunAsync(Seen(context, listen), cancellationToken)));

    private static async Task<IResult> Detail(HttpContext context, TrackingDoctor doctor, ListenAddress listen, CancellationToken cancellationToken)
    {
        var report = await doctor.RecentAsync(HealthAge, Seen(context, listen), cancellationToken);
        return OutcomeHttp.Data(new { Tracking = DoctorResponse.Of(report) });
    }

    /// <summary>On-demand TLS: only the root URL's host, so that nobody can have certificates made for names that point here.</summary>
    private static IResult MayHaveCertificate(string? domain, SettingsStore settings) =>
        Uri.TryCreate(settings.Current.RootUrl, UriKind.Absolute, out var root) && string.Equals(root.IdnHost, domain, StringComparison.OrdinalIgnoreCase)
            ? Results.Ok()
            : Results.NotFound();

    private static DoctorViewpoint Seen(HttpContext context, ListenAddress listen) =>
        listen.Seen($"{context.Request.Scheme}://{context.Request.Host}{context.Request.PathBase}");
}

/// <summary>A report as the API shows it.</summary>
[Example("""
    {
        "state": "green", "checked_at": "2026-03-01T09:30:00Z", "root_url": "https://news.example.com",
        "checks": [{"id": "https", "title": "https", "state": "green", "finding": "The root URL uses https.", "fault": null, "remedy": null, "snippet": null}]
    }
    """)]
internal sealed record DoctorResponse(string State, DateTimeOffset CheckedAt, string RootUrl, IReadOnlyList<DoctorResponse.CheckResponse> Checks)
{
    public static DoctorResponse Of(DoctorReport report) => new(
        Name(report.State),
        report.At,
        report.RootUrl,
        [.. report.Checks.Select(check => new CheckResponse(check.Id, check.Title, Name(check.State), check.Finding, check.Fault, check.Remedy, check.Snippet))]);

    private static string Name(CheckState state) => state switch { CheckState.Green => "green", CheckState.Amber => "amber", CheckState.Red => "red", _ => "not_tested" };

    internal sealed record CheckResponse(string Id, string Title, string State, string Finding, string? Fault, string? Remedy, string? Snippet);
}
