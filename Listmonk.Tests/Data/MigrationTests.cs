using Listmonk.Core;
using Listmonk.Core.Lists;
using Listmonk.Core.Subscribers;
using Listmonk.Tests.Support;
using Microsoft.EntityFrameworkCore;

namespace Listmonk.Tests.Data;

public sealed class MigrationTests : DatabaseTest
{
    [Theory, MemberData(nameof(Providers))]
    public async Task The_model_has_no_change_without_a_migration(DatabaseProvider provider)
    {
        await using var database = await TestDatabase.CreateAsync(provider);
        Assert.False(await database.ReadAsync(db => Task.FromResult(db.Database.HasPendingModelChanges())));
    }

    [Theory, MemberData(nameof(Providers))]
    public async Task Times_enums_and_tags_come_back_as_they_went_in(DatabaseProvider provider)
    {
        await using var database = await TestDatabase.CreateAsync(provider);
        var time = new DateTimeOffset(2026, 2, 3, 4, 5, 6, 789, TimeSpan.FromHours(5.5));
        await database.AddAsync(new MailingList
        {
            Uuid = Guid.NewGuid(),
            Name = "News",
            Optin = ListOptin.Double,
            Tags = ["a", "b c"],
            CreatedAt = time,
            UpdatedAt = time,
        });

        var list = await database.ReadAsync(db => db.Lists.SingleAsync());

        Assert.Equal(time, list.CreatedAt);
        Assert.Equal(ListOptin.Double, list.Optin);
        Assert.Equal(["a", "b c"], list.Tags);
    }

    [Theory, MemberData(nameof(Providers))]
    public async Task An_address_cannot_be_stored_twice(DatabaseProvider provider)
    {
        await using var database = await TestDatabase.CreateAsync(provider);
        await database.AddAsync(new Subscriber { Uuid = Guid.NewGuid(), Email = "ann@example.com" });

        var exception = await Assert.ThrowsAnyAsync<DbUpdateException>(
            () => database.AddAsync(new Subscriber { Uuid = Guid.NewGuid(), Email = "ann@example.com" }));

        Assert.True(await database.ReadAsync(db => Task.FromResult(db.Dialect.IsUniqueViolation(exception))));
    }
}
