using Microsoft.EntityFrameworkCore;

namespace Listmonk.Core.Data;

/// <summary>Hands out the provider's context under the model's type; <see cref="IDbContextFactory{TContext}"/> is not covariant.</summary>
internal sealed class ProviderDbContextFactory<TProvider>(IDbContextFactory<TProvider> inner, WriteGate gate) : IDbContextFactory<ListmonkDbContext>
    where TProvider : ListmonkDbContext
{
    public ListmonkDbContext CreateDbContext()
    {
        var db = inner.CreateDbContext();
        db.Gate = gate;
        return db;
    }
}
