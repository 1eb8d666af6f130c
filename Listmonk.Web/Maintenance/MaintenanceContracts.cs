using Listmonk.Core.Maintenance;
using Listmonk.Web.Api.OpenApi;

namespace Listmonk.Web.Maintenance;

[Example("""{"count": 12}""")]
internal sealed record CleanupResponse(int Count);

/// <summary>The answer of <c>/api/about</c>, which has no envelope (spec/api.md 3). Who may not read the settings learns the version only.</summary>
[Example("""
    {
        "version": "v1.0.0", "build": "v1.0.0 (.NET 10)", "go_version": ".NET 10", "go_arch": "x64", "database": {"version": "SQLite 3.50", "size_mb": 12.5},
        "system": {"num_cpu": 2, "memory_alloc_mb": 60, "memory_from_os_mb": 180}, "host": {"os": "Linux", "arch": "x64", "hostname": "news"}
    }
    """)]
internal sealed record AboutResponse(string Version, string Build, string GoVersion, string GoArch, AboutDatabase Database, AboutSystem System, AboutHost Host)
{
    private const double Megabyte = 1024 * 1024;

    public static AboutResponse Of(InstanceFacts facts, bool isFull) => new(
        $"v{facts.Version}",
        $"v{facts.Version} ({facts.Runtime})",
        isFull ? facts.Runtime : "",
        isFull ? facts.Architecture : "",
        isFull ? new AboutDatabase(facts.Database, Math.Round(facts.DatabaseBytes / Megabyte, 2)) : new AboutDatabase("", 0),
        isFull ? new AboutSystem(facts.Processors, (int)(facts.HeapBytes / Megabyte), (int)(facts.ProcessBytes / Megabyte)) : new AboutSystem(0, 0, 0),
        isFull ? new AboutHost(facts.OperatingSystem, facts.Architecture, facts.Host) : new AboutHost("", "", ""));
}

internal sealed record AboutDatabase(string Version, double SizeMb);

internal sealed record AboutSystem(int NumCpu, int MemoryAllocMb, int MemoryFromOsMb);

internal sealed record AboutHost(string Os, string Arch, string Hostname);

/// <summary>One event of <c>/api/events</c>, as listmonk's browser code expects it.</summary>
internal sealed record EventResponse(string Id, string Type, string Message, object? Data);
