using System.Globalization;
using Listmonk.Core.Common;
using Listmonk.Core.Data;
using Microsoft.EntityFrameworkCore;

namespace Listmonk.Core.Subscribers.Filtering;

/// <summary>A condition ready for the database: SQL made by the compiler, with every literal as a parameter.</summary>
/// <param name="Sql">A composite format whose items are the parameters.</param>
/// <param name="NeedsFunctions">SQLite must know <see cref="SqliteFunctions"/> first.</param>
internal sealed record SqlCondition(string Sql, IReadOnlyList<object> Parameters, bool NeedsFunctions)
{
    /// <summary>No index narrows it: whatever it is asked of, it is asked of everybody.</summary>
    public bool ReadsRows { get; init; }

    public static SqlCondition Nobody { get; } = new("1 = 0", [], NeedsFunctions: false);

    public SqlCondition And(SqlCondition other) => new(
        $"({Sql}) AND ({other.Write(index => $"{{{Parameters.Count + index}}}")})", [.. Parameters, .. other.Parameters], NeedsFunctions || other.NeedsFunctions)
    {
        ReadsRows = ReadsRows || other.ReadsRows,
    };

    /// <summary>The SQL with each parameter written by <paramref name="name"/>.</summary>
    public string Write(Func<int, string> name) => string.Format(CultureInfo.InvariantCulture, Sql, [.. Parameters.Select((_, index) => (object)name(index))]);

    /// <summary>The people who match.</summary>
    public IQueryable<Subscriber> Apply(ListmonkDbContext db)
    {
        if (NeedsFunctions)
        {
            SqliteFunctions.Register(db);
        }

#pragma warning disable EF1002 // The SQL is the compiler's own; every literal is a parameter.
        return db.Subscribers.FromSqlRaw($"SELECT * FROM subscribers WHERE {Sql}", [.. Parameters]).AsNoTracking();
#pragma warning restore EF1002
    }

    /// <summary>For a whole statement in place of a condition: its numbers, named <c>value</c>.</summary>
    public Task<List<int>> NumbersAsync(ListmonkDbContext db, CancellationToken cancellationToken)
    {
#pragma warning disable EF1002 // As above.
        return db.Database.SqlQueryRaw<int>(Sql, [.. Parameters]).ToListAsync(cancellationToken);
#pragma warning restore EF1002
    }

    /// <summary>For a whole statement in place of a condition: its one number.</summary>
    public Task<int> ScalarAsync(ListmonkDbContext db, CancellationToken cancellationToken)
    {
#pragma warning disable EF1002 // As above.
        return db.Database.SqlQueryRaw<int>($"SELECT ({Sql}) AS value", [.. Parameters]).SingleAsync(cancellationToken);
#pragma warning restore EF1002
    }
}

/// <summary>
/// The expression language of <c>query</c>: text in, safe SQL out. No text of the caller ever reaches the database; names are looked up
/// in <see cref="ExpressionSchema"/>, literals become parameters, and a restricted account sees only its lists inside sub-queries.
/// </summary>
internal static class SubscriberExpression
{
    public static Outcome<SqlCondition> Compile(string text, IDatabaseDialect dialect, Actor actor, DateTimeOffset now)
    {
        try
        {
            return new ExpressionCompiler(dialect, actor, now).Compile(ExpressionParser.Parse(text));
        }
        catch (ExpressionException exception)
        {
            return Outcome<SqlCondition>.Invalid(
                "query", $"Error preparing subscriber query: {exception.Message} (position {exception.At + 1})");
        }
    }
}
