using Listmonk.Core.Common;
using Listmonk.Core.Data;

namespace Listmonk.Core.Subscribers.Filtering;

/// <summary>A condition ready for the database: SQL made by the compiler, with every literal as a parameter.</summary>
/// <param name="Sql">A composite format whose items are the parameters.</param>
/// <param name="NeedsFunctions">SQLite must know <see cref="SqliteFunctions"/> first.</param>
internal sealed record SqlCondition(string Sql, IReadOnlyList<object> Parameters, bool NeedsFunctions);

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
