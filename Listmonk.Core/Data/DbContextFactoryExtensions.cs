using Listmonk.Core.Common;
using Microsoft.EntityFrameworkCore;

namespace Listmonk.Core.Data;

/// <summary>The one way to change data through EF Core.</summary>
public static class DbContextFactoryExtensions
{
    /// <summary>
    /// Runs <paramref name="work"/> in one transaction behind the write gate, saves, and commits. A refused <see cref="Outcome"/>
    /// or an exception rolls everything back. No network call belongs inside.
    /// </summary>
    public static async Task<T> WriteAsync<T>(
        this IDbContextFactory<ListmonkDbContext> databases, Func<ListmonkDbContext, Task<T>> work, CancellationToken cancellationToken)
    {
        await using var db = await databases.CreateDbContextAsync(cancellationToken);
        using var turn = db.Gate is null ? default : await db.Gate.EnterAsync(cancellationToken);
        await using var transaction = await db.Database.BeginTransactionAsync(cancellationToken);
        var result = await work(db);
        if (result is Outcome { IsOk: false })
        {
            return result;
        }

        await db.SaveChangesAsync(cancellationToken);
        await transaction.CommitAsync(cancellationToken);
        return result;
    }

    /// <inheritdoc cref="WriteAsync{T}"/>
    public static Task WriteAsync(
        this IDbContextFactory<ListmonkDbContext> databases, Func<ListmonkDbContext, Task> work, CancellationToken cancellationToken) =>
        databases.WriteAsync(
            async db =>
            {
                await work(db);
                return true;
            },
            cancellationToken);
}
