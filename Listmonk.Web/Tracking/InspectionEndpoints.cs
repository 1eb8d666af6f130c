using Listmonk.Core.Tracking.Judging;
using Listmonk.Core.Tracking.Review;
using Listmonk.Core.Users;
using Listmonk.Web.Api;
using Listmonk.Web.Api.OpenApi;
using Listmonk.Web.Auth;

namespace Listmonk.Web.Tracking;

/// <summary>Explains what the rules would think of hits and connections, without storing anything, and starts the re-judgement of stored hits.</summary>
internal static class InspectionEndpoints
{
    private const int MaxHits = 10_000;

    private const string RejudgementExample =
        """{"data": {"is_running": true, "judged": 120000, "changed": 340, "started_at": "2026-03-01T09:30:00Z", "finished_at": null, "fault": null}}""";

    public static void MapInspectionEndpoints(this IEndpointRouteBuilder api)
    {
        api.MapPost("/tracking/inspect", Inspect).RequirePermission(Permissions.CampaignsGetAnalytics)
            .WithSummary("Explain why hits count as people or machines").Takes<HitInspectionRequest>().Gives<HitInspectionResponse>();
        api.MapPost("/tracking/inspect/client-ip", FindClient).RequirePermission(Permissions.CampaignsGetAnalytics)
            .WithSummary("Explain which address counts behind proxies").Takes<ClientAddressRequest>().Gives<ClientAddressResponse>();
        api.MapGet("/tracking/rejudge", (RejudgementWorker rejudgement) => OutcomeHttp.Data(rejudgement.State)).RequirePermission(Permissions.SettingsMaintain)
            .WithSummary("Read how far judging again is").Gives<RejudgementState>(RejudgementExample);
        api.MapPost("/tracking/rejudge", (RejudgementWorker rejudgement) => OutcomeHttp.Data(rejudgement.Start())).RequirePermission(Permissions.SettingsMaintain)
            .WithSummary("Judge all hits again").WithDescription("By the rules of today.").Gives<RejudgementState>(RejudgementExample);
    }

    private static async Task<IResult> Inspect(HttpContext context, HitInspection inspection, CancellationToken cancellationToken)
    {
        var request = await context.Request.ReadBodyAsync<HitInspectionRequest>(cancellationToken);
        if (request.Hits.Count > MaxHits)
        {
            return OutcomeHttp.Error(StatusCodes.Status400BadRequest, $"At most {MaxHits} hits can be explained at once.");
        }

        var start = DateTimeOffset.UnixEpoch.AddYears(50);
        var hits = request.Hits.Select(hit => hit.ToHit(start)).ToList();
        DateTimeOffset? deliveredAt = request.DeliveredAt is { } delivered ? InspectionHeaders.Time(start, delivered) : null;
        return OutcomeHttp.Data(HitInspectionResponse.Of(inspection.Judge(hits, deliveredAt, request.HoneypotLink)));
    }

    private static async Task<IResult> FindClient(HttpContext context, CancellationToken cancellationToken)
    {
        var request = await context.Request.ReadBodyAsync<ClientAddressRequest>(cancellationToken);
        return OutcomeHttp.Data(new ClientAddressResponse(request.Find().ToString()));
    }
}
