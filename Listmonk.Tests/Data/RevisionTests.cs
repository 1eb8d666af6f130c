using System.Text.Json.Nodes;
using Listmonk.Core;
using Listmonk.Core.Common;
using Listmonk.Core.Data;
using Listmonk.Core.Settings;
using Listmonk.Core.Tracking;
using Listmonk.Core.Users;
using Listmonk.Tests.Support;
using Microsoft.Extensions.Logging.Abstractions;

namespace Listmonk.Tests.Data;

public sealed class RevisionTests : DatabaseTest
{
    [Theory, MemberData(nameof(Providers))]
    public async Task Settings_saved_elsewhere_are_taken_up_and_published_once(DatabaseProvider provider)
    {
        await using var database = await TestDatabase.CreateAsync(provider);
        using var there = new SettingsStore(database.Databases, database.Get<ISecretProtector>(), database.Clock, NullLogger<SettingsStore>.Instance);
        var follower = new RevisionFollower(database.Databases, [there]);
        var published = new List<string>();
        there.Changed.Subscribe(settings => published.Add(settings.General.SiteName));

        await follower.FollowAsync(default);
        await database.Get<SettingsService>().SaveAsync(new JsonObject { ["app.site_name"] = "Elsewhere" }, Actor.System, default);
        await follower.FollowAsync(default);
        await follower.FollowAsync(default);

        Assert.Equal("Elsewhere", there.Current.General.SiteName);
        Assert.Equal("Elsewhere", Assert.Single(published));
    }

    [Theory, MemberData(nameof(Providers))]
    public async Task What_a_process_saved_itself_is_published_once(DatabaseProvider provider)
    {
        await using var database = await TestDatabase.CreateAsync(provider);
        var here = database.Get<SettingsStore>();
        var follower = new RevisionFollower(database.Databases, [here]);
        var published = 0;
        here.Changed.Subscribe(_ => published++);

        await database.Get<SettingsService>().SaveAsync(new JsonObject { ["privacy.domain_blocklist"] = new JsonArray("a.example", "b.example") }, Actor.System, default);
        await follower.FollowAsync(default);

        Assert.Equal(1, published);
    }

    [Theory, MemberData(nameof(Providers))]
    public async Task An_account_made_elsewhere_can_act_here(DatabaseProvider provider)
    {
        await using var database = await TestDatabase.CreateAsync(provider);
        var there = new UserDirectory(database.Databases, database.Clock);
        var follower = new RevisionFollower(database.Databases, [there]);
        await follower.FollowAsync(default);

        Assert.True((await database.Get<SetupService>().CreateApiUserAsync("robot", "token-of-the-robot-1", default)).IsOk);
        Assert.Null(there.FindByToken("robot", "token-of-the-robot-1"));
        await follower.FollowAsync(default);

        Assert.NotNull(there.FindByToken("robot", "token-of-the-robot-1"));
    }

    [Theory, MemberData(nameof(Providers))]
    public async Task A_token_of_a_key_made_elsewhere_is_read_after_one_look(DatabaseProvider provider)
    {
        await using var database = await TestDatabase.CreateAsync(provider);
        var here = database.Get<TrackingKeyStore>();
        var there = new TrackingKeyStore(database.Databases, database.Get<ISecretProtector>(), database.Clock);
        await here.LoadAsync(default);
        await there.LoadAsync(default);
        await here.RotateAsync(default);
        var token = here.Tokens.Write(new TrackingToken(HitKind.Open, 1, 2, 0, 0));

        Assert.False(there.Tokens.TryRead(token, out _));
        Assert.True(there.MayLookFor(token));
        Assert.False(there.MayLookFor(token));
        await there.LookAsync(default);

        Assert.True(there.Tokens.TryRead(token, out _));
        Assert.False(there.MayLookFor(token));
    }
}
