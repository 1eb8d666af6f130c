using System.Buffers;
using Listmonk.Core.Common;
using Listmonk.Core.Doctor;
using Listmonk.Core.Settings;
using Listmonk.Core.Tracking;
using Listmonk.Core.Tracking.Edits;
using Listmonk.Core.Tracking.Judging;
using Listmonk.Web.Shell;
using Microsoft.Extensions.Primitives;

namespace Listmonk.Web.Tracking;

/// <summary>
/// Answers opens and clicks before anything else of the pipeline runs: no routing, session, antiforgery, compression or log entry.
/// What it cannot answer (an unknown link, another method) it passes on, and routing shows the page for it.
/// </summary>
/// <remarks>
/// The request waits until its hit is committed or spooled (<see cref="TrackingQueue"/>). A redirect goes only to a stored
/// destination that an authenticated token or a known UUID names; there is no address in the request that could be followed.
/// </remarks>
internal sealed partial class TrackingFastPath(
    RequestDelegate next,
    TrackingTokens tokens,
    TrackingKeyStore keys,
    TrackingQueue queue,
    LinkStore links,
    LinkEditStore edits,
    DestinationRenderer renderer,
    HitJudge judge,
    ProxyNetworks proxies,
    SettingsStore settings,
    RefusedHits refused,
    TimeProvider clock,
    ILogger<TrackingFastPath> logger)
{
    private const string LegacyLinkPrefix = "/link/";
    private const string LegacyPixelPrefix = "/campaign/";
    private const string LegacyPixelSuffix = "/px.png";
    private const int UuidLength = 36;

    private static readonly StringValues NoStore = "no-store, no-cache, must-revalidate, private, max-age=0";
    private static readonly StringValues NoIndex = "noindex";
    private static readonly StringValues NoSniff = "nosniff";
    private static readonly StringValues Past = "Thu, 01 Jan 1970 00:00:00 GMT";

    public Task InvokeAsync(HttpContext context)
    {
        var path = context.Request.Path.Value;
        if (path is not { Length: > 8 } || !(HttpMethods.IsGet(context.Request.Method) || HttpMethods.IsHead(context.Request.Method)))
        {
            return next(context);
        }

        return path[1] switch
        {
            't' when path.StartsWith(TrackingPaths.OpenRoute, StringComparison.Ordinal) => Open(context, path.AsSpan(TrackingPaths.OpenRoute.Length)),
            't' when path.StartsWith(TrackingPaths.LinkRoute, StringComparison.Ordinal) => Follow(context, path.AsSpan(TrackingPaths.LinkRoute.Length)),
            'l' when path.StartsWith(LegacyLinkPrefix, StringComparison.Ordinal) => FollowLegacy(context, path.AsSpan(LegacyLinkPrefix.Length)),
            'c' when path.StartsWith(LegacyPixelPrefix, StringComparison.Ordinal) && path.EndsWith(LegacyPixelSuffix, StringComparison.Ordinal)
                => OpenLegacy(context, path.AsSpan()[LegacyPixelPrefix.Length..^LegacyPixelSuffix.Length]),
            _ => next(context),
        };
    }

    private Task Open(HttpContext context, ReadOnlySpan<char> token) =>
        tokens.TryRead(token, HitKind.Open, out var read)
            ? Show(context, Received(context, HitKind.Open) with { CampaignId = read.CampaignId, SubscriberId = read.SubscriberId ?? 0 })
            : keys.MayLookFor(token) ? LookAndRepeat(context) : ShowDamaged(context);

    /// <summary>The token's key may be one that another process has made a moment ago.</summary>
    private async Task LookAndRepeat(HttpContext context)
    {
        try
        {
            await keys.LookAsync(context.RequestAborted);
        }
        catch (System.Data.Common.DbException exception)
        {
            LogNoKeys(exception);
        }

        await InvokeAsync(context);
    }

    /// <summary>Mails show a broken picture for anything but an image, so even a malformed address gets one.</summary>
    private Task OpenLegacy(HttpContext context, ReadOnlySpan<char> uuids) =>
        uuids.Length == 2 * UuidLength + 1 && uuids[UuidLength] == '/'
        && TrackingPaths.TryReadUuid(uuids[..UuidLength], out var campaign)
        && TrackingPaths.TryReadUuid(uuids[(UuidLength + 1)..], out var subscriber)
        && campaign != Guid.Empty
            ? Show(context, Received(context, HitKind.Open) with { CampaignUuid = campaign, SubscriberUuid = subscriber })
            : ShowDamaged(context);

    private Task ShowDamaged(HttpContext context)
    {
        refused.Note(HitKind.Open, RefusalReason.DamagedAddress, proxies.ClientOf(context));
        return WritePixel(context);
    }

    private Task Show(HttpContext context, in ReceivedHit hit)
    {
        var recorded = Record(context, hit);
        return recorded.IsCompletedSuccessfully ? WritePixel(context) : WaitAndShow(context, recorded);
    }

    private static async Task WaitAndShow(HttpContext context, Task recorded)
    {
        await recorded;
        await WritePixel(context);
    }

    private Task Follow(HttpContext context, ReadOnlySpan<char> token)
    {
        if (!tokens.TryRead(token, HitKind.Click, out var read))
        {
            return keys.MayLookFor(token) ? LookAndRepeat(context) : next(context);
        }

        var hit = Received(context, HitKind.Click) with
        {
            CampaignId = read.CampaignId,
            SubscriberId = read.SubscriberId ?? 0,
            LinkId = read.LinkId,
            Position = read.Position,
        };
        if (read.Position == TrackingToken.HoneypotPosition && hit.Judgement.Verdict == HitVerdict.Human)
        {
            hit = hit with { Judgement = hit.Judgement with { Verdict = HitVerdict.Machine, Reason = HitReasons.Honeypot } };
        }

        return links.TryGet(read.LinkId, out var link) ? Redirect(context, link, hit) : LoadAndRedirect(context, links.FindAsync(read.LinkId, context.RequestAborted), hit);
    }

    private Task FollowLegacy(HttpContext context, ReadOnlySpan<char> uuids)
    {
        if (uuids.Length != 3 * UuidLength + 2 || uuids[UuidLength] != '/' || uuids[2 * UuidLength + 1] != '/'
            || !TrackingPaths.TryReadUuid(uuids[..UuidLength], out var linkUuid)
            || !TrackingPaths.TryReadUuid(uuids.Slice(UuidLength + 1, UuidLength), out var campaign)
            || !TrackingPaths.TryReadUuid(uuids[(2 * (UuidLength + 1))..], out var subscriber))
        {
            return next(context);
        }

        var hit = Received(context, HitKind.Click) with { CampaignUuid = campaign, SubscriberUuid = subscriber };
        return links.TryGet(linkUuid, out var link)
            ? Redirect(context, link, hit with { LinkId = link.Id })
            : LoadAndRedirect(context, links.FindAsync(linkUuid, context.RequestAborted), hit);
    }

    private async Task LoadAndRedirect(HttpContext context, Task<LinkDestination?> loading, ReceivedHit hit)
    {
        LinkDestination? link;
        try
        {
            link = await loading;
        }
        catch (System.Data.Common.DbException exception)
        {
            LogNoTarget(exception);
            await PublicResults.Message("public.linkUnavailableTitle", "public.linkUnavailableInfo", StatusCodes.Status503ServiceUnavailable).ExecuteAsync(context);
            return;
        }

        await (link is null ? next(context) : Redirect(context, link, hit with { LinkId = link.Id }));
    }

    private Task Redirect(HttpContext context, LinkDestination link, in ReceivedHit hit)
    {
        var rule = edits.Find(hit);
        link = rule?.Destination ?? link;
        if (rule is { IsCounted: false })
        {
            refused.Note(HitKind.Click, RefusalReason.LinkNotCounted, proxies.ClientOf(context));
            return RedirectUncounted(context, link, hit);
        }

        if (link.Location is not { } location)
        {
            return link.HasExpressions ? RenderAndRedirect(context, Record(context, hit), link, hit) : next(context);
        }

        var recorded = Record(context, hit);
        return recorded.IsCompletedSuccessfully ? WriteRedirect(context, location) : WaitAndRedirect(context, recorded, location);
    }

    private Task RedirectUncounted(HttpContext context, LinkDestination link, in ReceivedHit hit) =>
        link.Location is { } location ? WriteRedirect(context, location)
        : link.HasExpressions ? RenderAndRedirect(context, Task.CompletedTask, link, hit)
        : next(context);

    private static async Task WaitAndRedirect(HttpContext context, Task recorded, string location)
    {
        await recorded;
        await WriteRedirect(context, location);
    }

    private async Task RenderAndRedirect(HttpContext context, Task recorded, LinkDestination link, ReceivedHit hit)
    {
        await recorded;
        var location = await renderer.RenderAsync(link, hit, context.RequestAborted);
        await (location is null ? next(context) : WriteRedirect(context, location));
    }

    /// <summary>HEAD comes from link checkers: answered, not counted. The person's own choice is looked up when the hit is written.</summary>
    private Task Record(HttpContext context, in ReceivedHit hit)
    {
        var current = settings.Current;
        var level = TrackingLevels.Of(current.Privacy, hit.Kind);
        var isHead = HttpMethods.IsHead(context.Request.Method);
        if (level == TrackingLevel.Off || isHead)
        {
            refused.Note(hit.Kind, isHead ? RefusalReason.LinkChecker : RefusalReason.TrackingOff, proxies.ClientOf(context));
            return Task.CompletedTask;
        }

        if (level == TrackingLevel.Individual && current.Tracking.RespectGlobalPrivacyControl && context.Request.Headers["Sec-GPC"] == "1")
        {
            level = TrackingLevel.Anonymous;
        }

        var now = hit with { At = clock.GetUtcNow(), RuleVersion = HitRules.Version };
        return queue.RecordAsync(level == TrackingLevel.Anonymous ? now.WithoutPerson() : now);
    }

    /// <summary>What the request says by itself; whose hit it is comes from the address.</summary>
    private ReceivedHit Received(HttpContext context, HitKind kind)
    {
        var headers = context.Request.Headers;
        var agent = headers.UserAgent.ToString();
        agent = agent.Length > ReceivedHit.MaxAgent ? agent[..ReceivedHit.MaxAgent] : agent;
        var address = proxies.ClientOf(context);
        return new ReceivedHit
        {
            Kind = kind,
            Judgement = judge.Judge(new HitRequest(kind, agent, HttpMethods.IsHead(context.Request.Method), IsPrefetch(headers), address)),
            Agent = agent,
            Network = NetworkSet.Truncate(address),
        };
    }

    private static bool IsPrefetch(IHeaderDictionary headers)
    {
        foreach (var name in PurposeHeaders.Names)
        {
            if (headers.TryGetValue(name, out var purpose) && RequestRules.IsPrefetch(purpose.ToString()))
            {
                return true;
            }
        }

        return false;
    }

    internal static Task WritePixel(HttpContext context)
    {
        var response = context.Response;
        WriteCommonHeaders(response.Headers);
        response.ContentType = PixelImage.ContentType;
        response.ContentLength = PixelImage.Bytes.Length;
        if (!HttpMethods.IsHead(context.Request.Method))
        {
            response.BodyWriter.Write(PixelImage.Bytes.Span);
        }

        return Task.CompletedTask;
    }

    internal static Task WriteRedirect(HttpContext context, string location)
    {
        var response = context.Response;
        WriteCommonHeaders(response.Headers);
        response.StatusCode = StatusCodes.Status307TemporaryRedirect;
        response.Headers.Location = location;
        response.ContentLength = 0;
        return Task.CompletedTask;
    }

    private static void WriteCommonHeaders(IHeaderDictionary headers)
    {
        headers.CacheControl = NoStore;
        headers.Expires = Past;
        headers["X-Robots-Tag"] = NoIndex;
        headers.XContentTypeOptions = NoSniff;
    }

    [LoggerMessage(Level = LogLevel.Error, Message = "The tracking keys cannot be read from the database")]
    private partial void LogNoKeys(Exception exception);

    [LoggerMessage(Level = LogLevel.Error, Message = "A link's target cannot be read from the database")]
    private partial void LogNoTarget(Exception exception);
}
