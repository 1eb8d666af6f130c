using Listmonk.Core.Campaigns.Preflight;
using Listmonk.Web.Api.OpenApi;

namespace Listmonk.Web.Campaigns;

/// <summary>The pre-flight report as the API shows it.</summary>
[Example("""
    {
        "can_send": true, "errors": 0, "warnings": 0, "recipients": 250, "sample_size": 100, "body_size": 5400, "message_size": 9800, "findings": [],
        "links": [{"address": "https://example.com/offer", "part": "body", "is_tracked": true, "reason": "", "state": null, "answer": null}]
    }
    """)]
internal sealed record PreflightResponse
{
    /// <summary>Whether there is no error.</summary>
    public required bool CanSend { get; init; }

    public required int Errors { get; init; }

    public required int Warnings { get; init; }

    public required int Recipients { get; init; }

    public required int SampleSize { get; init; }

    public required int BodySize { get; init; }

    public required int MessageSize { get; init; }

    public required IReadOnlyList<PreflightFinding> Findings { get; init; }

    public required IReadOnlyList<PreflightLinkResponse> Links { get; init; }

    public static PreflightResponse Of(PreflightReport report) => new()
    {
        CanSend = report.CanSend,
        Errors = report.Count(PreflightSeverity.Error),
        Warnings = report.Count(PreflightSeverity.Warning),
        Recipients = report.Audience.Mailed,
        SampleSize = report.SampleSize,
        BodySize = report.BodySize,
        MessageSize = report.MessageSize,
        Findings = report.Findings,
        Links = [.. report.Links.Select(link => new PreflightLinkResponse(link.Address, link.Part, link.IsTracked, link.ReasonText, link.Answer?.State, link.Answer?.Text))],
    };
}

/// <summary>A link of the report.</summary>
/// <param name="Reason">Why it is not tracked; empty for a tracked link.</param>
/// <param name="State">Null when it was not tested.</param>
internal sealed record PreflightLinkResponse(string Address, PreflightPart Part, bool IsTracked, string Reason, LinkState? State, string? Answer);
