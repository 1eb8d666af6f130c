using Listmonk.Core.Common;
using Listmonk.Core.Settings;

namespace Listmonk.Core.Tracking.Judging;

/// <summary>
/// What is known of machines and of people's programs: the dated lists that come with the product, and what the operator added or
/// excepted in the settings. Exceptions win over additions, both over the lists.
/// </summary>
public sealed class HitKnowledge
{
    private const string ProxyMark = "proxy:";
    private static readonly IReadOnlyList<string> ScannerAgentLines = Lines("scanner-agents.txt");
    private static readonly IReadOnlyList<string> ScannerNetworkLines = Lines("scanner-networks.txt");
    private static readonly IReadOnlyList<string> PeopleAgentLines = Lines("people-agents.txt");

    public HitKnowledge(TrackingSettings settings)
    {
        ScannerAgents = new AgentNames([.. ScannerAgentLines, .. settings.ScannerAgents]);
        ScannerNetworks = new NetworkSet([.. ScannerNetworkLines, .. settings.ScannerNetworks]);
        PeopleNetworks = new NetworkSet(settings.PeopleNetworks);
        Proxies = new AgentNames(PeopleAgentLines.Where(IsProxy).Select(line => line[ProxyMark.Length..]));
        PeopleAgents = new AgentNames([.. PeopleAgentLines.Where(line => !IsProxy(line)), .. settings.PeopleAgents]);
    }

    /// <summary>The lists as they come, nothing added.</summary>
    public static HitKnowledge Default { get; } = new(new TrackingSettings());

    public AgentNames ScannerAgents { get; }

    public NetworkSet ScannerNetworks { get; }

    public NetworkSet PeopleNetworks { get; }

    /// <summary>Image proxies that load when a person opens the mail.</summary>
    public AgentNames Proxies { get; }

    public AgentNames PeopleAgents { get; }

    /// <summary>The day of the newest list, as its head says.</summary>
    public static string AsOf { get; } = Head("scanner-agents.txt");

    private static bool IsProxy(string line) => line.StartsWith(ProxyMark, StringComparison.Ordinal);

    private static IReadOnlyList<string> Lines(string name) => [.. Read(name).Where(line => line.Length > 0 && line[0] != '#')];

    private static string Head(string name)
    {
        const string mark = "As of ";
        var line = Read(name).First(text => text.Contains(mark, StringComparison.Ordinal));
        return line.Substring(line.IndexOf(mark, StringComparison.Ordinal) + mark.Length, "yyyy-MM-dd".Length);
    }

    private static IReadOnlyList<string> Read(string name)
    {
        using var stream = typeof(HitKnowledge).Assembly.GetManifestResourceStream($"Listmonk.Core.Tracking.Judging.{name}")!;
        using var reader = new StreamReader(stream);
        return [.. reader.ReadToEnd().Split('\n').Select(line => line.Trim())];
    }
}
