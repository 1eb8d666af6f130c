using System.Data;
using System.Data.Common;
using System.Globalization;

namespace Listmonk.Core.Sending;

/// <summary>What prepared commands need and ADO.NET leaves to be said at length.</summary>
internal static class HotCommands
{
    public static DbCommand Command(this DbConnection connection, string sql, DbTransaction? transaction = null)
    {
        var command = connection.CreateCommand();
        command.Transaction = transaction;
#pragma warning disable CA2100 // The texts are constants and rules of this feature; values are parameters.
        command.CommandText = sql;
#pragma warning restore CA2100
        return command;
    }

    public static DbCommand Add(this DbCommand command, string name, object? value, DbType? type = null)
    {
        var parameter = command.CreateParameter();
        parameter.ParameterName = name;
        if (type is not null)
        {
            parameter.DbType = type.Value;
        }

        parameter.Value = value ?? DBNull.Value;
        command.Parameters.Add(parameter);
        return command;
    }

    public static async Task<int> ScalarAsync(
        this DbConnection connection, string sql, CancellationToken cancellationToken, params (string Name, object Value)[] parameters)
    {
        await using var command = connection.Command(sql);
        foreach (var (name, value) in parameters)
        {
            command.Add(name, value);
        }

        return Convert.ToInt32(await command.ExecuteScalarAsync(cancellationToken), CultureInfo.InvariantCulture);
    }
}
