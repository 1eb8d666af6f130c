using System.Data;
using System.Globalization;
using Npgsql;

namespace Listmonk.Core.Takeover;

/// <summary>The source cannot be used; the message tells what to mend.</summary>
public sealed class TakeoverException(string message, Exception? inner = null) : Exception(message, inner);

/// <summary>A listmonk database, read as it stood at one moment and never written to.</summary>
internal sealed class TakeoverSource : IAsyncDisposable
{
    private static readonly string[] NeededTables =
    [
        "lists", "subscribers", "subscriber_lists", "templates", "campaigns", "campaign_lists", "campaign_media", "campaign_views", "links", "link_clicks", "bounces",
        "media", "settings",
    ];

    private readonly NpgsqlConnection _connection;
    private readonly HashSet<string> _columns = new(StringComparer.Ordinal);

    private TakeoverSource(NpgsqlConnection connection) => _connection = connection;

    /// <summary>Database and host, without the password.</summary>
    public string Name => $"{_connection.Database} on {_connection.Host}";

    /// <summary>Such as <c>6.0.0</c>; empty when the source does not tell.</summary>
    public string Version { get; private set; } = "";

    /// <param name="text">As Npgsql takes it, or an address such as <c>postgres://name:password@host:5432/database</c>.</param>
    /// <exception cref="TakeoverException">It cannot be reached, or is no database of listmonk 4 or later.</exception>
    public static async Task<TakeoverSource> OpenAsync(string text, CancellationToken cancellationToken)
    {
        var connection = new NpgsqlConnection(Read(text));
        try
        {
            await connection.OpenAsync(cancellationToken);
            var source = new TakeoverSource(connection);
            await source.BeginAsync(cancellationToken);
            return source;
        }
        catch (Exception exception) when (exception is NpgsqlException or System.Net.Sockets.SocketException or TimeoutException)
        {
            await connection.DisposeAsync();
            throw new TakeoverException($"The source database cannot be read: {exception.Message}", exception);
        }
        catch
        {
            await connection.DisposeAsync();
            throw;
        }
    }

    /// <summary>The next rows in the order of the key, with the values as the target's statements take them but for times.</summary>
    public async Task<List<object?[]>> ReadAsync(CopyTable table, long[] after, int count, CancellationToken cancellationToken)
    {
        var sql = $"""
            SELECT {Select(table.Name, table.Columns)} FROM {table.Name} s
            WHERE {table.IsBeyond(">", "after", "s.")} ORDER BY {string.Join(", ", table.Key.Select(column => "s." + column))} LIMIT {count.ToString(CultureInfo.InvariantCulture)}
            """;
        await using var command = Command(sql);
        foreach (var (value, i) in after.Select((value, i) => (value, i)))
        {
            command.Parameters.AddWithValue($"@after{i}", value);
        }

        return await RowsAsync(command, cancellationToken);
    }

    /// <summary>The children of all these owners, the owner's id first.</summary>
    public async Task<List<object?[]>> ReadAsync(CopyChildren children, IReadOnlyList<int> owners, CancellationToken cancellationToken)
    {
        await using var command = Command($"SELECT {Select(children.Source, children.Columns)} FROM {children.Source} s WHERE s.{children.OwnerColumn} = ANY (@owners) ORDER BY s.{children.OwnerColumn}");
        command.Parameters.AddWithValue("@owners", owners.ToArray());
        return await RowsAsync(command, cancellationToken);
    }

    public async Task<List<object?[]>> QueryAsync(string sql, CancellationToken cancellationToken)
    {
        await using var command = Command(sql);
        return await RowsAsync(command, cancellationToken);
    }

    public async Task<long> CountAsync(string table, CancellationToken cancellationToken) =>
        Convert.ToInt64((await QueryAsync($"SELECT COUNT(*) FROM {table}", cancellationToken))[0][0], CultureInfo.InvariantCulture);

    public async Task<int> HighestIdAsync(string table, CancellationToken cancellationToken) =>
        Convert.ToInt32((await QueryAsync($"SELECT COALESCE(MAX(id), 0) FROM {table}", cancellationToken))[0][0], CultureInfo.InvariantCulture);

    public bool Has(string table, string column) => _columns.Contains($"{table}.{column}");

    public ValueTask DisposeAsync() => _connection.DisposeAsync();

    private static string Read(string text)
    {
        try
        {
            if (!Uri.TryCreate(text.Trim(), UriKind.Absolute, out var address) || address.Scheme is not ("postgres" or "postgresql"))
            {
                return new NpgsqlConnectionStringBuilder(text) { Pooling = false, CommandTimeout = 0, ApplicationName = "listmonk takeover" }.ConnectionString;
            }

            var parts = address.UserInfo.Split(':', 2);
            return new NpgsqlConnectionStringBuilder
            {
                Host = address.Host,
                Port = address.IsDefaultPort || address.Port < 0 ? 5432 : address.Port,
                Username = Uri.UnescapeDataString(parts[0]),
                Password = parts.Length > 1 ? Uri.UnescapeDataString(parts[1]) : null,
                Database = Uri.UnescapeDataString(address.AbsolutePath.TrimStart('/')),
                Pooling = false,
                CommandTimeout = 0,
                ApplicationName = "listmonk takeover",
            }.ConnectionString;
        }
        catch (Exception exception) when (exception is ArgumentException or FormatException)
        {
            throw new TakeoverException("The connection is not understood. Write it as 'Host=db;Database=listmonk;Username=listmonk;Password=…' or 'postgres://listmonk:…@db/listmonk'.", exception);
        }
    }

    private async Task BeginAsync(CancellationToken cancellationToken)
    {
        // One snapshot for the whole run: people and their subscriptions fit together while the source goes on working.
        await _connection.BeginTransactionAsync(IsolationLevel.RepeatableRead, cancellationToken);
        await using (var readOnly = Command("SET TRANSACTION READ ONLY"))
        {
            await readOnly.ExecuteNonQueryAsync(cancellationToken);
        }

        foreach (var row in await QueryAsync("SELECT table_name::text, column_name::text FROM information_schema.columns WHERE table_schema = ANY (current_schemas(false)::text[])", cancellationToken))
        {
            _columns.Add($"{row[0]}.{row[1]}");
        }

        if (NeededTables.FirstOrDefault(table => !_columns.Any(column => column.StartsWith(table + ".", StringComparison.Ordinal))) is { } missing)
        {
            throw new TakeoverException($"{Name} is no listmonk database: it has no table '{missing}'.");
        }

        if (!Has("users", "user_role_id") || !Has("roles", "permissions"))
        {
            throw new TakeoverException($"{Name} is of a listmonk before version 4. Upgrade listmonk to version 4, 5 or 6 first.");
        }

        Version = (await QueryAsync("SELECT (value->>-1)::text FROM settings WHERE key = 'migrations' AND jsonb_typeof(value) = 'array'", cancellationToken))
            .FirstOrDefault()?[0] as string ?? "";
        Version = Version.TrimStart('v');
    }

    private string Select(string table, IEnumerable<CopyColumn> columns) =>
        string.Join(", ", columns.Select(column => column.Needs is null || Has(table, column.Needs) ? column.Source : column.Otherwise));

    private static async Task<List<object?[]>> RowsAsync(NpgsqlCommand command, CancellationToken cancellationToken)
    {
        var rows = new List<object?[]>();
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        while (await reader.ReadAsync(cancellationToken))
        {
            var row = new object?[reader.FieldCount];
            for (var i = 0; i < row.Length; i++)
            {
                row[i] = reader.GetValue(i) switch
                {
                    DBNull => null,
                    DateTime time => new DateTimeOffset(DateTime.SpecifyKind(time, DateTimeKind.Utc)),
                    var value => value,
                };
            }

            rows.Add(row);
        }

        return rows;
    }

    private NpgsqlCommand Command(string sql)
    {
        var command = _connection.CreateCommand();
#pragma warning disable CA2100 // The texts are this feature's own.
        command.CommandText = sql;
#pragma warning restore CA2100
        return command;
    }
}
