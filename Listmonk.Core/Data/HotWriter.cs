using System.Data;
using System.Data.Common;

namespace Listmonk.Core.Data;

/// <summary>One SQL text with its parameters, prepared once a connection.</summary>
internal sealed record HotStatement(string Sql, params (string Name, DbType Type)[] Parameters);

/// <summary>
/// Runs prepared statements on one connection the way each database likes it: SQLite executes at once, PostgreSQL gets everything up to
/// <see cref="FlushAsync"/> in one round trip.
/// </summary>
internal sealed class HotWriter(DbConnection connection) : IAsyncDisposable
{
    private readonly Dictionary<HotStatement, DbCommand> _prepared = new(ReferenceEqualityComparer.Instance);
    private readonly DbBatch? _pending = connection.CanCreateBatch ? connection.CreateBatch() : null;
    private DbTransaction? _transaction;

    public async Task BeginAsync(CancellationToken cancellationToken)
    {
        _pending?.BatchCommands.Clear();
        _transaction = await connection.BeginTransactionAsync(cancellationToken);
    }

    /// <summary>Executes the statement now or with the next flush; its row count is not needed.</summary>
    public void Run(HotStatement statement, params ReadOnlySpan<object?> values)
    {
        if (_pending is null)
        {
            Prepare(statement, values).ExecuteNonQuery();
            return;
        }

        var command = _pending.CreateBatchCommand();
        command.CommandText = statement.Sql;
        for (var i = 0; i < values.Length; i++)
        {
            var parameter = command.CreateParameter();
            (parameter.ParameterName, parameter.DbType) = statement.Parameters[i];
            parameter.Value = values[i] ?? DBNull.Value;
            command.Parameters.Add(parameter);
        }

        _pending.BatchCommands.Add(command);
    }

    public async Task FlushAsync(CancellationToken cancellationToken)
    {
        if (_pending is { BatchCommands.Count: > 0 })
        {
            _pending.Transaction = _transaction;
            await _pending.ExecuteNonQueryAsync(cancellationToken);
            _pending.BatchCommands.Clear();
        }
    }

    public Task<object?> ScalarAsync(HotStatement statement, object?[] values, CancellationToken cancellationToken) =>
        Prepare(statement, values).ExecuteScalarAsync(cancellationToken);

    public Task<DbDataReader> QueryAsync(HotStatement statement, object?[] values, CancellationToken cancellationToken) =>
        Prepare(statement, values).ExecuteReaderAsync(cancellationToken);

    public async Task CommitAsync(CancellationToken cancellationToken)
    {
        await _transaction!.CommitAsync(cancellationToken);
        await EndAsync();
    }

    public async Task RollbackAsync()
    {
        await _transaction!.RollbackAsync(CancellationToken.None);
        await EndAsync();
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var command in _prepared.Values)
        {
            await command.DisposeAsync();
        }

        if (_pending is not null)
        {
            await _pending.DisposeAsync();
        }

        if (_transaction is not null)
        {
            await _transaction.DisposeAsync();
        }

        await connection.DisposeAsync();
    }

    private async Task EndAsync()
    {
        await _transaction!.DisposeAsync();
        _transaction = null;
    }

    private DbCommand Prepare(HotStatement statement, ReadOnlySpan<object?> values)
    {
        if (!_prepared.TryGetValue(statement, out var command))
        {
            command = connection.CreateCommand();
#pragma warning disable CA2100 // The texts are constants of the features that use this class.
            command.CommandText = statement.Sql;
#pragma warning restore CA2100
            foreach (var (name, type) in statement.Parameters)
            {
                var parameter = command.CreateParameter();
                (parameter.ParameterName, parameter.DbType) = (name, type);
                command.Parameters.Add(parameter);
            }

            _prepared.Add(statement, command);
        }

        for (var i = 0; i < values.Length; i++)
        {
            command.Parameters[i].Value = values[i] ?? DBNull.Value;
        }

        command.Transaction = _transaction;
        return command;
    }
}
