using System.Globalization;

namespace Listmonk.Core.Doctor;

/// <summary>Judges what becomes of requests between the public address and the program.</summary>
internal static class ProxyRules
{
    private static readonly TimeSpan Slow = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan VerySlow = TimeSpan.FromSeconds(4);

    public static IEnumerable<DoctorCheck> Judge(DoctorFacts facts)
    {
        yield return Open(facts);
        yield return Link(facts);
        yield return Forwarded(facts);
        yield return Declared(facts);
        yield return Host(facts);
        yield return Caching(facts);
        yield return Head(facts);
        yield return WebSockets(facts);
        yield return ResponseTime(facts);
    }

    private static DoctorCheck Open(DoctorFacts facts)
    {
        var check = new DoctorCheck("pixel", "Open pixel", CheckState.Green, "The picture arrives through the public address, unchanged and uncounted.");
        return facts.Reach is not { Sighting: not null, Open: { } answer } ? check.NotTested()
            : Blocked(facts, check, answer, "/track/open/") ?? (answer.HasPixel ? check
            : check.Amber("pixel_changed", "The picture arrives changed.", "Switch off picture optimisation and e-mail address rewriting in the proxy or CDN for /track/."));
    }

    private static DoctorCheck Link(DoctorFacts facts)
    {
        var check = new DoctorCheck("link", "Click redirect", CheckState.Green, "A link leads on to exactly the stored destination, and the test was not counted.");
        if (facts.Reach is not { Sighting: not null, Link: { } answer })
        {
            return check.NotTested();
        }

        if (Blocked(facts, check, answer, "/track/link/") is { } blocked)
        {
            return blocked;
        }

        return answer is { Status: 307, Location: ProbePaths.Destination }
            ? check
            : check.Red(
                "redirect_changed",
                $"A link should lead to {ProbePaths.Destination} with status 307, but arrived with {answer.Status} and '{DoctorRules.Short(answer.Location ?? "")}'.",
                "Switch off rewriting of redirects for this host (nginx: `proxy_redirect off;`), and any cache.");
    }

    private static DoctorCheck? Blocked(DoctorFacts facts, DoctorCheck check, SelfAnswer answer, string path) => answer.Sighting is not null
        ? null
        : check.Red(
            "path_blocked",
            $"The public address works, but {facts.Prefix}{path} is answered {(answer.Status > 0 ? answer.Status.ToString(CultureInfo.InvariantCulture) : "not at all")} on the way: a rule, a filter or a path list of the proxy stops it.",
            $"Let {facts.Prefix}/track/, /link/, /campaign/, /subscription/ and /uploads/ through without sign-in, bot check or filter.") with
        { Snippet = ProxySnippets.Upstream(facts) };

    private static DoctorCheck Forwarded(DoctorFacts facts)
    {
        var check = new DoctorCheck("forwarded", "Forwarded headers", CheckState.Green, "The proxy says who asked and how (X-Forwarded-For, X-Forwarded-Proto).");
        if (facts.Reach?.Sighting is not { } seen)
        {
            return check.NotTested();
        }

        if (seen.ForwardedFor is null)
        {
            return !facts.IsHttps || seen.Scheme == Uri.UriSchemeHttps
                ? check with { Finding = "No proxy is in between, so none has to say who asked." }
                : check.Red(
                    "forwarded_missing",
                    "The proxy does not say who asked: every hit seems to come from the proxy, so machines are not told from people and rate limits hit everybody at once.",
                    "Have the proxy send X-Forwarded-For. Caddy does by itself; nginx needs these lines:") with
                { Snippet = ProxySnippets.NginxHeaders };
        }

        return seen.Scheme == Uri.UriSchemeHttps || !facts.IsHttps || string.Equals(seen.ForwardedProto?.Split(',')[^1].Trim(), "https", StringComparison.OrdinalIgnoreCase)
            ? check
            : check.Amber(
                "proto_missing", $"The proxy says X-Forwarded-Proto '{seen.ForwardedProto ?? "(nothing)"}' although the address is https://: cookies are set without protection.",
                "Have the proxy send X-Forwarded-Proto:") with
            { Snippet = ProxySnippets.NginxHeaders };
    }

    private static DoctorCheck Declared(DoctorFacts facts)
    {
        var check = new DoctorCheck("proxy", "Proxy declared", CheckState.Green, "");
        if (facts.Reach?.Sighting is not { } seen)
        {
            return check.NotTested();
        }

        if (seen.ForwardedFor is null)
        {
            return check with { Finding = "No headers of a proxy arrive, so none has to be believed." };
        }

        return seen.IsPeerTrusted
            ? check with { Finding = $"The proxy at {seen.Peer} is believed; a hit now would count for {seen.Client}." }
            : check.Red(
                "proxy_undeclared",
                $"A proxy at {seen.Peer} says who asked, but is not declared, so it is not believed: every hit seems to come from it.",
                "Declare it and start the program again (in appsettings.json, the environment or the command line):") with
            { Snippet = ProxySnippets.Trust(seen.Peer) };
    }

    private static DoctorCheck Host(DoctorFacts facts)
    {
        var check = new DoctorCheck("host", "Host header", CheckState.Green, "");
        if (facts is not { Root: { } root, Reach.Sighting: { } seen })
        {
            return check.NotTested();
        }

        var host = seen.ForwardedHost?.Split(',')[0].Trim() ?? seen.Host;
        var isSame = string.Equals(host, root.Authority, StringComparison.OrdinalIgnoreCase) || string.Equals(host, root.Host, StringComparison.OrdinalIgnoreCase);
        return isSame
            ? check with { Finding = $"The program sees {host}." }
            : check.Amber("host_changed", $"The program sees '{host}' instead of {root.Authority}: signing in through the public address can fail.", "Pass the host on:") with { Snippet = ProxySnippets.NginxHeaders };
    }

    private static DoctorCheck Caching(DoctorFacts facts)
    {
        var check = new DoctorCheck("caching", "No caching", CheckState.Green, "Two requests were answered by the program both times, and the ban on keeping them arrives.");
        if (facts.Reach is not { Open: { Sighting: { } first } open, OpenAgain.Sighting: { } second })
        {
            return check.NotTested();
        }

        const string Remedy = "Take /track/, /link/ and /campaign/ out of the cache of the proxy or CDN (nginx: `proxy_cache off;` and no `proxy_ignore_headers`).";
        if (first.Id == second.Id)
        {
            return check.Red("cached", "The second request was answered from a cache: only the first open and click of each link is ever counted.", Remedy);
        }

        return open.CacheControl.Contains("no-store", StringComparison.OrdinalIgnoreCase)
            ? check
            : check.Amber("cache_header_changed", $"The program forbids caching, but the proxy makes '{open.CacheControl}' of it, so mail proxies may keep the picture.", "Leave Cache-Control as it is for /track/ (nginx: no `expires` there).");
    }

    private static DoctorCheck Head(DoctorFacts facts)
    {
        var check = new DoctorCheck("head", "HEAD", CheckState.Green, "Link checkers are answered and not counted.");
        return facts.Reach is not { Open.Sighting: not null, Link.Sighting: not null, OpenHead: { } open, LinkHead: { } link } ? check.NotTested()
            : open is { Status: 200, Sighting: not null } && link is { Status: 307, Sighting: not null } ? check
            : check.Amber("head_refused", $"Requests with HEAD are answered {open.Status} and {link.Status} instead of 200 and 307: link checkers of mail gateways take the links for broken.", "Let HEAD through (nginx: no `limit_except GET`).");
    }

    private static DoctorCheck WebSockets(DoctorFacts facts)
    {
        var check = new DoctorCheck("websockets", "WebSockets", CheckState.Green, "The admin pages can keep their connection.");
        return facts.Reach is not { Contact.Sighting: not null, Upgrade: { } answer } ? check.NotTested()
            : answer.Sighting is { IsUpgrade: true } ? check
            : check.Amber("websockets_blocked", "The proxy takes out the headers that open a WebSocket: admin pages fall back to a slower way.", "Pass Upgrade and Connection on. Caddy does by itself; nginx needs these lines:") with { Snippet = ProxySnippets.NginxWebSockets };
    }

    private static DoctorCheck ResponseTime(DoctorFacts facts)
    {
        var check = new DoctorCheck("response_time", "Response time", CheckState.Green, "");
        if (facts.Reach?.BestTime is not { } best)
        {
            return check.NotTested();
        }

        var milliseconds = string.Create(CultureInfo.InvariantCulture, $"{best.TotalMilliseconds:0} ms");
        const string Remedy = "Look at the load of the server and at the way between proxy and program. Mail programs give up on slow pictures.";
        return best > VerySlow ? check.Red("slow", $"The fastest answer took {milliseconds}.", Remedy)
            : best > Slow ? check.Amber("slow", $"The fastest answer took {milliseconds}.", Remedy)
            : check with { Finding = $"The fastest answer took {milliseconds}, proxy and network included." };
    }
}
