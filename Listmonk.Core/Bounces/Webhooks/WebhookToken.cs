using Listmonk.Core.Data;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Listmonk.Core.Bounces.Webhooks;

/// <summary>A token of a signed call and the event that came with it first.</summary>
public sealed class WebhookToken
{
    /// <summary>Hash of service and token.</summary>
    public required string Token { get; set; }

    /// <summary>Hash of the event.</summary>
    public required string Event { get; set; }

    public DateTimeOffset SeenAt { get; set; }
}

internal sealed class WebhookTokenConfiguration : IEntityTypeConfiguration<WebhookToken>
{
    public void Configure(EntityTypeBuilder<WebhookToken> builder)
    {
        builder.ToTable("webhook_tokens");
        builder.HasKey(row => row.Token);
        builder.Property(row => row.Token).HasMaxLength(64);
        builder.Property(row => row.Event).HasMaxLength(64);
        builder.HasIndex(row => row.SeenAt);
    }
}

/// <summary>Binds each token to one event, over restarts and for all processes, for as long as its signature holds.</summary>
internal sealed class WebhookTokens(IDbContextFactory<ListmonkDbContext> databases, IDatabaseDialect dialect, TimeProvider clock)
{
    private static readonly TimeSpan BetweenCleanings = TimeSpan.FromHours(1);
    private long _cleanedAt;

    /// <returns>False when the token came with another event before.</returns>
    /// <param name="lifetime">After this time a call with the token is refused for its age, so it may be forgotten.</param>
    public async Task<bool> BindAsync(string service, string token, string found, TimeSpan lifetime, CancellationToken cancellationToken)
    {
        var key = WebhookJson.Hash($"{service}:{token}");
        try
        {
            return await databases.WriteAsync(db => BindAsync(db, key, found, lifetime, cancellationToken), cancellationToken);
        }
        catch (DbUpdateException exception) when (dialect.IsUniqueViolation(exception))
        {
            // Another process took the token between our look and our write: its event counts.
            return await databases.WriteAsync(db => BindAsync(db, key, found, lifetime, cancellationToken), cancellationToken);
        }
    }

    private async Task<bool> BindAsync(ListmonkDbContext db, string key, string found, TimeSpan lifetime, CancellationToken cancellationToken)
    {
        var now = clock.GetUtcNow();
        if (now.Ticks - Interlocked.Read(ref _cleanedAt) > BetweenCleanings.Ticks)
        {
            Interlocked.Exchange(ref _cleanedAt, now.Ticks);
            var old = now - (2 * lifetime);
            await db.Set<WebhookToken>().Where(row => row.SeenAt < old).ExecuteDeleteAsync(cancellationToken);
        }

        var bound = await db.Set<WebhookToken>().Where(row => row.Token == key).Select(row => row.Event).FirstOrDefaultAsync(cancellationToken);
        if (bound is not null)
        {
            return bound == found;
        }

        db.Add(new WebhookToken { Token = key, Event = found, SeenAt = now });
        return true;
    }
}
