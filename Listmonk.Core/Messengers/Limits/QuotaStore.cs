using System.Data.Common;
using System.Globalization;
using Listmonk.Core.Data;

namespace Listmonk.Core.Messengers.Limits;

/// <summary>Limits over a period, on the database: what was granted is committed before it is used, so a crash can waste a grant but not exceed a limit.</summary>
internal sealed class QuotaStore(IHotConnectionFactory connections, WriteGate gate, TimeProvider clock) : IQuotaStore
{
    public async Task<QuotaGrant> TakeAsync(QuotaRequest request, CancellationToken cancellationToken)
    {
        await using var connection = await connections.OpenAsync(cancellationToken);
        using var turn = await gate.EnterAsync(cancellationToken);
        await using var transaction = await connection.BeginTransactionAsync(cancellationToken);

        // Locks the scope's first row: two processes must not both see the last free place.
        await RunAsync(connection, transaction, "INSERT INTO quota_uses (scope, slice, used) VALUES (@scope, 0, 0) ON CONFLICT (scope, slice) DO UPDATE SET used = 0", request.Scope, cancellationToken);
        if (request.Unused > 0)
        {
            await RunAsync(connection, transaction, "UPDATE quota_uses SET used = used - @count WHERE scope = @scope AND slice = @slice", request.Scope, cancellationToken, ("count", request.Unused), ("slice", request.UnusedSlice));
        }

        var now = clock.GetUtcNow().UtcTicks;
        var slice = now / request.SliceLength * request.SliceLength;
        var horizon = now - request.Period.Ticks - request.SliceLength;
        await RunAsync(connection, transaction, "DELETE FROM quota_uses WHERE scope = @scope AND slice <= @horizon AND slice > 0", request.Scope, cancellationToken, ("horizon", horizon));
        var (used, oldest) = await ReadAsync(connection, transaction, request.Scope, horizon, cancellationToken);
        var count = Math.Clamp(request.Limit - used, 0, request.Wanted);
        if (count > 0)
        {
            await RunAsync(
                connection, transaction, "INSERT INTO quota_uses (scope, slice, used) VALUES (@scope, @slice, @count) ON CONFLICT (scope, slice) DO UPDATE SET used = quota_uses.used + @count",
                request.Scope, cancellationToken, ("slice", slice), ("count", count));
        }

        await transaction.CommitAsync(cancellationToken);
        var retryAfter = count > 0 ? TimeSpan.Zero : TimeSpan.FromTicks(Math.Max(1, oldest + request.Period.Ticks + request.SliceLength - now));
        return new QuotaGrant(count, slice, retryAfter);
    }

    public async Task<int> UsedAsync(string scope, TimeSpan period, CancellationToken cancellationToken)
    {
        await using var connection = await connections.OpenAsync(cancellationToken);
        return (await ReadAsync(connection, null, scope, clock.GetUtcNow().UtcTicks - period.Ticks, cancellationToken)).Used;
    }

    private static async Task<(int Used, long Oldest)> ReadAsync(
        DbConnection connection, DbTransaction? transaction, string scope, long horizon, CancellationToken cancellationToken)
    {
        await using var command = Command(
            connection, transaction, "SELECT COALESCE(SUM(used), 0), COALESCE(MIN(slice), 0) FROM quota_uses WHERE scope = @scope AND slice > @horizon AND slice > 0 AND used > 0", scope, ("horizon", horizon));
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        await reader.ReadAsync(cancellationToken);
        return (Convert.ToInt32(reader.GetValue(0), CultureInfo.InvariantCulture), reader.GetInt64(1));
    }

    private static async Task RunAsync(
        DbConnection connection, DbTransaction transaction, string sql, string scope, CancellationToken cancellationToken, params (string Name, object Value)[] values)
    {
        await using var command = Command(connection, transaction, sql, scope, values);
        await command.ExecuteNonQueryAsync(cancellationToken);
    }

    private static DbCommand Command(DbConnection connection, DbTransaction? transaction, string sql, string scope, params (string Name, object Value)[] values)
    {
        var command = connection.CreateCommand();
        command.Transaction = transaction;
#pragma warning disable CA2100 // The texts are the constants above; values are parameters.
        command.CommandText = sql;
#pragma warning restore CA2100
        foreach (var (name, value) in (ReadOnlySpan<(string, object)>)[("scope", scope), .. values])
        {
            var parameter = command.CreateParameter();
            (parameter.ParameterName, parameter.Value) = (name, value);
            command.Parameters.Add(parameter);
        }

        return command;
    }
}
