using System.ComponentModel.DataAnnotations;

namespace Listmonk.Core;

/// <summary>The operator's options, read once at start from <c>appsettings.json</c>, environment and command line.</summary>
public sealed class ListmonkOptions
{
    public const string Section = "Listmonk";

    /// <summary>Folder of everything the instance keeps: database, uploads, outbox, spool, backups.</summary>
    [Required]
    public string DataDirectory { get; set; } = "data";

    /// <summary>Folder of uploads and of files to import, for several processes on one PostgreSQL database; unset, it is the data directory.</summary>
    public string? SharedDirectory { get; set; }

    public DatabaseOptions Database { get; set; } = new();

    /// <summary>False for extra web nodes that must not send, import or scan mailboxes.</summary>
    public bool Workers { get; set; } = true;

    /// <summary>Addresses or networks (CIDR) of proxies whose forwarded headers are trusted.</summary>
    public IList<string> TrustedProxies { get; } = [];

    public RateLimitOptions RateLimits { get; set; } = new();

    public OutboxOptions Outbox { get; set; } = new();

    public MetricsOptions Metrics { get; set; } = new();

    /// <summary>Lets webhooks post to addresses in private networks; without it somebody with the right to change settings could reach what only this machine reaches.</summary>
    public bool PrivateWebhooks { get; set; }

    public DatabaseProvider Provider => Database.Provider;
}

public enum DatabaseProvider
{
    Sqlite,
    Postgres,
}

/// <summary>Which database holds the data.</summary>
public sealed class DatabaseOptions
{
    public DatabaseProvider Provider { get; set; }

    /// <summary>PostgreSQL only; SQLite keeps its file in the data directory.</summary>
    public string? ConnectionString { get; set; }

    /// <summary>SQLite's durability: FULL survives a power cut, NORMAL only a crash of the process.</summary>
    [RegularExpression("^(FULL|NORMAL)$", ErrorMessage = "Listmonk:Database:Synchronous must be FULL or NORMAL.")]
    public string Synchronous { get; set; } = "FULL";

    /// <summary>How many backups taken before a migration are kept.</summary>
    [Range(0, 1000)]
    public int KeepBackups { get; set; } = 5;
}

/// <summary>How strictly public posts and sign-ins are limited.</summary>
public sealed class RateLimitOptions
{
    /// <summary>Multiplies every rate limit; raise it for load tests and checks.</summary>
    [Range(0.01, 1_000_000)]
    public double Scale { get; set; } = 1;
}

/// <summary>Figures for monitoring.</summary>
public sealed class MetricsOptions
{
    /// <summary>True offers them at <c>/metrics</c> to users who may maintain the installation.</summary>
    public bool Prometheus { get; set; }
}

/// <summary>The embedded outbox that catches mail while no SMTP server is enabled.</summary>
public sealed class OutboxOptions
{
    /// <summary>Captured mails kept; the oldest go first.</summary>
    [Range(1, 1_000_000)]
    public int Capacity { get; set; } = 1000;
}
