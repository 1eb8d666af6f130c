namespace Listmonk.Core.Maintenance;

/// <summary>What the program is and where it runs, as the about page and <c>/api/about</c> show it.</summary>
public sealed record InstanceFacts
{
    public required string Version { get; init; }

    public required string Runtime { get; init; }

    public required string Architecture { get; init; }

    public required string OperatingSystem { get; init; }

    public required string Host { get; init; }

    public required int Processors { get; init; }

    /// <summary>Bytes of live and unused objects on the managed heap.</summary>
    public required long HeapBytes { get; init; }

    /// <summary>Bytes of the process in physical memory.</summary>
    public required long ProcessBytes { get; init; }

    public required DateTimeOffset StartedAt { get; init; }

    /// <summary>Name and version, such as <c>SQLite 3.50.4</c>.</summary>
    public required string Database { get; init; }

    public required long DatabaseBytes { get; init; }

    /// <summary>The newest migration that the database has.</summary>
    public required string Schema { get; init; }
}
