using Listmonk.Core;

namespace Listmonk.Tests.Support;

/// <summary>
/// Base of tests whose body runs on every database: <c>[Theory, MemberData(nameof(Providers))]</c>, then
/// <c>await using var database = await TestDatabase.CreateAsync(provider)</c>.
/// </summary>
[Trait("Kind", "Database")]
public abstract class DatabaseTest
{
    public static TheoryData<DatabaseProvider> Providers => new(DatabaseProvider.Sqlite, DatabaseProvider.Postgres);
}
