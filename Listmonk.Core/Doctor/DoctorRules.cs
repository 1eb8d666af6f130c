using System.Globalization;
using System.Net;
using System.Net.Sockets;

namespace Listmonk.Core.Doctor;

/// <summary>Judges what the doctor saw: the address itself, from its spelling to the certificate. What lies behind it is judged by <see cref="ProxyRules"/> and <see cref="TrafficRules"/>.</summary>
public static class DoctorRules
{
    /// <summary>Automatic renewal begins a month before the end, so less than this means that it does not work.</summary>
    public const int FewDays = 14;

    private static readonly string[] LocalEndings = [".local", ".localhost", ".lan", ".internal", ".home", ".home.arpa"];

    public static IReadOnlyList<DoctorCheck> Judge(DoctorFacts facts) =>
        [.. Address(facts), .. ProxyRules.Judge(facts), .. TrafficRules.Judge(facts)];

    private static IEnumerable<DoctorCheck> Address(DoctorFacts facts)
    {
        yield return RootUrl(facts);
        yield return Https(facts);
        yield return Resolves(facts);
        yield return Contact(facts);
        yield return PathPrefix(facts);
        yield return Certificate(facts);
    }

    private static DoctorCheck RootUrl(DoctorFacts facts)
    {
        var check = new DoctorCheck("root_url", "Root URL", CheckState.Green, $"Links and pixels in mails start with {facts.RootUrl}.");
        if (facts.Root is not { } root)
        {
            return check.Red("root_url_missing", $"The root URL '{facts.RootUrl}' is no web address.", "Set it under Settings, General to the public address, such as https://news.example.com.");
        }

        if (IsLocal(root))
        {
            return check.Red(
                "root_url_local",
                $"{facts.RootUrl} leads every recipient to their own computer: no open or click can arrive.",
                facts.Viewpoint.Browser is { IsLoopback: false } browser
                    ? $"Set it under Settings, General to the public address. You are using {browser.GetLeftPart(UriPartial.Path).TrimEnd('/')} yourself."
                    : "Set it under Settings, General to the public address, such as https://news.example.com.");
        }

        return check;
    }

    private static DoctorCheck Https(DoctorFacts facts)
    {
        var check = new DoctorCheck("https", "https", CheckState.Green, "The address is encrypted.");
        if (facts.Root is not { } root || IsLocal(root))
        {
            return check.NotTested();
        }

        if (facts.IsHttps)
        {
            return check;
        }

        const string Remedy = "Let the proxy speak TLS (Caddy does by itself), then change the root URL to https:// under Settings, General.";
        if (facts.Reach?.Contact is { Status: >= 300 and < 400, Location: { } location } && location.StartsWith("https://" + root.Host, StringComparison.OrdinalIgnoreCase))
        {
            return check.Red("no_https", "The root URL begins with http://, and the server sends everybody on to https://. Every open and click makes a detour, and some mail programs do not follow.", "Change the root URL to https:// under Settings, General.");
        }

        return IsPrivateName(root)
            ? check.Amber("no_https", "The root URL begins with http://. In a private network that works, outside it does not do.", Remedy)
            : check.Red("no_https", "The root URL begins with http://. Mail programs block or warn of such pictures and links.", Remedy) with { Snippet = ProxySnippets.Caddy(facts) };
    }

    private static DoctorCheck Resolves(DoctorFacts facts)
    {
        var check = new DoctorCheck("dns", "Name", CheckState.Green, "");
        if (facts is not { Root: { } root, Reach: { } reach } || IsLocal(root))
        {
            return check.NotTested();
        }

        var addresses = string.Join(", ", reach.Addresses);
        if (reach.Addresses.Count == 0)
        {
            return check.Red("host_unknown", $"The name {root.Host} was not found.", $"Add an A (and AAAA) record for {root.Host} that points to this server or its proxy, or correct the root URL.");
        }

        return reach.Addresses.All(IsPrivate)
            ? check.Amber("host_private", $"{root.Host} leads to {addresses}, which exists only in your own network.", "If people outside are to be counted, publish the public address in the DNS. If your network has a name server of its own that answers differently inside, all is well.")
            : check with { Finding = $"{root.Host} leads to {addresses}." };
    }

    private static DoctorCheck Contact(DoctorFacts facts)
    {
        var check = new DoctorCheck("contact", "Reached from outside in", CheckState.Green, "A signed request to the public address came back to this installation.");
        if (facts is not { Root: { } root, Reach: { Contact: { } contact } reach })
        {
            return check.NotTested();
        }

        if (reach.Sighting is not null)
        {
            return check;
        }

        var place = root.GetLeftPart(UriPartial.Authority);
        return contact switch
        {
            { Fault: SelfRequestFault.Timeout } => check.Red(
                "timeout", $"{place} did not answer in time: packets are dropped on the way.",
                $"Open port {root.Port} in the firewall of the server and in the security group of the provider, and forward it in the router. Some routers do not let you reach your own public address from inside: then try the address from a phone without Wi-Fi before changing anything."),
            { Fault: SelfRequestFault.Refused } => check.Red(
                "refused", $"Nothing listens on port {root.Port} of {root.Host}.", "Start the proxy, or correct the port of the root URL. Behind a proxy the root URL normally has no port."),
            { Fault: SelfRequestFault.NoTls } => check.Red(
                "no_tls", $"Port {root.Port} of {root.Host} answers, but does not speak TLS.", "Give the proxy a certificate for this name (Caddy gets one by itself).") with
            { Snippet = ProxySnippets.Caddy(facts) },
            { Fault: not SelfRequestFault.None } => check.Red("unreachable", $"{place} could not be reached.", "Check the network between this server and its public address."),
            { Status: 502 or 503 or 504 } => check.Red(
                "proxy_without_app", $"The proxy at {place} answers {contact.Status}: it does not reach the program behind it.",
                $"Point it to {facts.Viewpoint.Upstream}, where this program listens, and see that the program runs.") with
            { Snippet = ProxySnippets.Upstream(facts) },
            { Status: >= 300 and < 400, Location: { } location } => check.Red(
                "redirected", $"{place} sends the request on to {Short(location)} instead of answering.", "Set the root URL to where it leads in the end, or take the redirect out for this address."),
            _ when facts.Prefix.Length > 0 => check.Red(
                "no_answer_below_prefix", $"{place} answers {contact.Status}, but nothing of this installation is found below {facts.Prefix}.", "See 'Path prefix'."),
            _ => check.Red(
                "other_server", $"{place} answers {contact.Status}, but it is not this installation.",
                facts.Viewpoint.Browser is { } browser && browser.Host != root.Host
                    ? $"Correct the root URL: you are using {browser.GetLeftPart(UriPartial.Path).TrimEnd('/')} yourself. Or point the proxy for {root.Host} to {facts.Viewpoint.Upstream}."
                    : $"Correct the root URL, or point the proxy for {root.Host} to {facts.Viewpoint.Upstream}. If the installation is below a path, the root URL must name it.") with
            { Snippet = ProxySnippets.Upstream(facts) },
        };
    }

    private static DoctorCheck PathPrefix(DoctorFacts facts)
    {
        var check = new DoctorCheck("path_prefix", "Path prefix", CheckState.Green, facts.Prefix.Length == 0 ? "None, and none is needed." : $"Everything below {facts.Prefix} arrives.");
        if (facts.Reach?.Sighting is not null)
        {
            return check;
        }

        if (facts.Prefix.Length == 0 || facts.Reach?.Contact is not { Status: > 0 and not (502 or 503 or 504) } contact)
        {
            return check.NotTested();
        }

        return facts.Reach.WithoutPrefix?.Sighting is not null
            ? check.Red("path_prefix_wrong", $"The installation answers at the root of the host, not below {facts.Prefix}.", $"Take {facts.Prefix} out of the root URL, or pass {facts.Prefix} on in the proxy too.") with { Snippet = ProxySnippets.Upstream(facts) }
            : check.Red("path_prefix_wrong", $"{facts.RootUrl} answers {contact.Status}: the proxy passes on another path than {facts.Prefix}.", "Write the same path in the root URL and in the proxy.") with { Snippet = ProxySnippets.Upstream(facts) };
    }

    private static DoctorCheck Certificate(DoctorFacts facts)
    {
        var check = new DoctorCheck("certificate", "Certificate", CheckState.Green, "");
        if (facts is not { IsHttps: true, Root: { } root, Reach.Certificate: { } certificate })
        {
            return check.NotTested();
        }

        var days = (int)Math.Floor((certificate.NotAfter - facts.At).TotalDays);
        const string Renew = "Have it renewed: with Caddy look into its log (`journalctl -u caddy`), with certbot run `certbot renew`. Port 80 must be open for most ways of renewal.";
        if (certificate.NotAfter <= facts.At)
        {
            return check.Red("certificate_expired", $"It ended on {Day(certificate.NotAfter)}: browsers and mail programs refuse the connection.", Renew);
        }

        if (certificate.NotBefore > facts.At)
        {
            return check.Red("certificate_not_yet", $"It is valid from {Day(certificate.NotBefore)} only.", "Check the clock of this server.");
        }

        if (!certificate.MatchesHost)
        {
            return check.Red("certificate_name", $"It is made for {string.Join(", ", certificate.Names)}, not for {root.Host}.", $"Get a certificate for {root.Host}, or correct the root URL.") with { Snippet = ProxySnippets.Caddy(facts) };
        }

        if (!certificate.IsTrusted)
        {
            return check.Red("certificate_untrusted", $"It comes from '{certificate.Issuer}', which this machine does not trust, or the server leaves out the intermediate certificate.", "Serve the full chain (fullchain.pem, not cert.pem) of a public authority.");
        }

        return days < FewDays
            ? check.Amber("certificate_ends_soon", $"It ends in {days} days, on {Day(certificate.NotAfter)}; renewal should have happened by now.", Renew)
            : check with { Finding = $"Valid for {root.Host}, {days} days left, from {certificate.Issuer}." };
    }

    internal static DoctorCheck Red(this DoctorCheck check, string fault, string finding, string remedy) =>
        check with { State = CheckState.Red, Fault = fault, Finding = finding, Remedy = remedy };

    internal static DoctorCheck Amber(this DoctorCheck check, string fault, string finding, string remedy) =>
        check with { State = CheckState.Amber, Fault = fault, Finding = finding, Remedy = remedy };

    internal static DoctorCheck NotTested(this DoctorCheck check) =>
        check with { State = CheckState.NotTested, Finding = "Not tested: an earlier fault stands in the way." };

    internal static string Short(string text) => text.Length <= 120 ? text : text[..120] + "…";

    private static string Day(DateTimeOffset time) => time.ToString("d MMMM yyyy", CultureInfo.InvariantCulture);

    private static bool IsLocal(Uri root) => root.IsLoopback || root.Host.EndsWith(".localhost", StringComparison.OrdinalIgnoreCase) || root.Host is "0.0.0.0" or "[::]";

    private static bool IsPrivateName(Uri root) =>
        IPAddress.TryParse(root.Host, out var address)
            ? IsPrivate(address)
            : !root.Host.Contains('.', StringComparison.Ordinal) || Array.Exists(LocalEndings, ending => root.Host.EndsWith(ending, StringComparison.OrdinalIgnoreCase));

    private static bool IsPrivate(IPAddress address)
    {
        var plain = address.IsIPv4MappedToIPv6 ? address.MapToIPv4() : address;
        if (plain.AddressFamily == AddressFamily.InterNetworkV6)
        {
            return IPAddress.IsLoopback(plain) || plain.IsIPv6LinkLocal || plain.IsIPv6UniqueLocal;
        }

        var bytes = plain.GetAddressBytes();
        return bytes[0] is 10 or 127
            || (bytes[0] == 172 && bytes[1] is >= 16 and < 32)
            || (bytes[0] == 192 && bytes[1] == 168)
            || (bytes[0] == 169 && bytes[1] == 254)
            || (bytes[0] == 100 && bytes[1] is >= 64 and < 128);
    }
}
