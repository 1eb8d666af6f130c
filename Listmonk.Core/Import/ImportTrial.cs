using System.Data.Common;
using System.Globalization;
using Listmonk.Core.Common;
using Listmonk.Core.Data;
using Listmonk.Core.Settings;
using Listmonk.Core.Subscribers;
using Listmonk.Core.Subscribers.Suppression;

namespace Listmonk.Core.Import;

/// <summary>The dry run: reads and checks a file like an import and compares it with the database, which stays as it is.</summary>
public sealed class ImportTrial(IHotConnectionFactory connections, UploadStore uploads, SettingsStore settings, SuppressionStore suppressions)
{
    private const string NotSeen = "NOT EXISTS (SELECT 1 FROM import_seen e WHERE e.email = r.email)";

    /// <param name="progress">Gets the number of lines read so far, after each chunk.</param>
    public async Task<ImportForecast> RunAsync(string storedName, ImportRequest request, IProgress<int>? progress, CancellationToken cancellationToken)
    {
        using var file = uploads.Open(storedName);
        ImportReader reader;
        try
        {
            reader = new ImportReader(file, request, settings.Current.Privacy) { CollectsReasons = true, Suppressions = suppressions };
        }
        catch (FormatException exception)
        {
            return new ImportForecast { Error = exception.Message };
        }

        await using var connection = await connections.OpenAsync(cancellationToken);
        await ImportStage.CreateAsync(connection, cancellationToken);
        try
        {
            await ImportStage.RunAsync(connection, "DROP TABLE IF EXISTS import_seen; CREATE TEMP TABLE import_seen (email text PRIMARY KEY)", cancellationToken);
            return await CountAsync(connection, reader, request, progress, cancellationToken);
        }
        finally
        {
            await ImportStage.RunAsync(connection, "DROP TABLE IF EXISTS import_seen", CancellationToken.None);
            await ImportStage.DropAsync(connection);
        }
    }

    private async Task<ImportForecast> CountAsync(
        DbConnection connection, ImportReader reader, ImportRequest request, IProgress<int>? progress, CancellationToken cancellationToken)
    {
        var forecast = new ImportForecast();
        var good = 0;
        try
        {
            while (await Task.Run(() => reader.Read(0), cancellationToken) is { } chunk)
            {
                await ImportStage.FillAsync(connection, chunk.Rows, chunk.Uuids, cancellationToken);
                forecast = await AddPeopleAsync(connection, request, forecast, cancellationToken);
                await ImportStage.RunAsync(connection, "INSERT INTO import_seen SELECT email FROM import_rows WHERE true ON CONFLICT DO NOTHING", cancellationToken);
                good += chunk.ImportedLines;
                forecast = forecast with { Lines = chunk.LastLine, Rejected = forecast.Rejected + chunk.RejectedLines };
                progress?.Report(chunk.LastLine);
            }
        }
        catch (FormatException exception)
        {
            forecast = forecast with { Error = exception.Message };
        }

        return forecast with { Repeated = good - forecast.New - forecast.Known, Reasons = reader.Reasons };
    }

    private async Task<ImportForecast> AddPeopleAsync(DbConnection connection, ImportRequest request, ImportForecast forecast, CancellationToken cancellationToken)
    {
        var isBlocklisting = request.Mode == ImportMode.Blocklist;
        var changed = isBlocklisting ? "s.status <> 'blocklisted'" : request.OverwritesPeople ? Changed(request) : "1 = 0";
        var people = await NumbersAsync(
            connection,
            $"""
            SELECT COUNT(*), COUNT(s.id), SUM(CASE WHEN {changed} THEN 1 ELSE 0 END), SUM(CASE WHEN s.status = 'blocklisted' THEN 1 ELSE 0 END)
            FROM import_rows r LEFT JOIN subscribers s ON s.email = r.email WHERE {NotSeen}
            """,
            request,
            cancellationToken);
        var ids = string.Join(", ", request.ListIds.Select(id => id.ToString(CultureInfo.InvariantCulture)));
        var subscriptions = isBlocklisting || ids.Length > 0
            ? await NumbersAsync(
                connection,
                $"""
                SELECT COUNT(*), SUM(CASE WHEN {ImportSink.Becomes} <> l.status THEN 1 ELSE 0 END),
                SUM(CASE WHEN l.status = 'unsubscribed' AND {ImportSink.Becomes} <> 'unsubscribed' THEN 1 ELSE 0 END)
                FROM import_rows r JOIN subscribers s ON s.email = r.email JOIN subscriber_lists l ON l.subscriber_id = s.id
                WHERE {(isBlocklisting ? "1 = 1" : $"l.list_id IN ({ids})")} AND {NotSeen}
                """,
                request,
                cancellationToken)
            : [0, 0, 0];
        var lists = isBlocklisting ? 0 : await ListsAsync(connection, ids, cancellationToken);
        var changes = isBlocklisting || request.OverwritesSubscriptions;
        return forecast with
        {
            New = forecast.New + people[0] - people[1],
            Known = forecast.Known + people[1],
            Changed = forecast.Changed + people[2],
            Blocklisted = forecast.Blocklisted + (isBlocklisting ? 0 : people[3]),
            NewSubscriptions = forecast.NewSubscriptions + (isBlocklisting ? 0 : (people[0] * lists) - subscriptions[0]),
            ChangedSubscriptions = forecast.ChangedSubscriptions + (changes ? subscriptions[1] - (request.KeepsUnsubscribed ? subscriptions[2] : 0) : 0),
            Resubscribed = forecast.Resubscribed + (changes && !request.KeepsUnsubscribed ? subscriptions[2] : 0),
        };
    }

    private string Changed(ImportRequest request)
    {
        var merged = request.MergesAttributes ? connections.Dialect.MergeJson("s.attribs", "r.attribs") : connections.Dialect.SameJson("r.attribs");
        return $"(s.id IS NOT NULL AND r.given <> s.name) OR (s.id IS NOT NULL AND r.attribs IS NOT NULL AND {merged} <> {connections.Dialect.SameJson("s.attribs")})";
    }

    /// <summary>Lists that are there; others are passed over by an import.</summary>
    private static async Task<int> ListsAsync(DbConnection connection, string ids, CancellationToken cancellationToken)
    {
        if (ids.Length == 0)
        {
            return 0;
        }

        await using var command = connection.CreateCommand();
#pragma warning disable CA2100 // Numbers only.
        command.CommandText = $"SELECT COUNT(*) FROM lists WHERE id IN ({ids})";
#pragma warning restore CA2100
        return Convert.ToInt32(await command.ExecuteScalarAsync(cancellationToken), CultureInfo.InvariantCulture);
    }

    private static async Task<int[]> NumbersAsync(DbConnection connection, string sql, ImportRequest request, CancellationToken cancellationToken)
    {
        await using var command = connection.CreateCommand();
#pragma warning disable CA2100 // The statements are this file's own.
        command.CommandText = sql;
#pragma warning restore CA2100
        if (sql.Contains("@status", StringComparison.Ordinal))
        {
            command.Add("@status", EnumText.Of(request.Mode == ImportMode.Blocklist ? SubscriptionStatus.Unsubscribed : request.SubscriptionStatus ?? SubscriptionStatus.Unconfirmed));
        }

        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        await reader.ReadAsync(cancellationToken);
        return [.. Enumerable.Range(0, reader.FieldCount).Select(i => reader.IsDBNull(i) ? 0 : Convert.ToInt32(reader.GetValue(i), CultureInfo.InvariantCulture))];
    }
}
