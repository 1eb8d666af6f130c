using Listmonk.Core;
using Listmonk.Core.Common;
using Listmonk.Core.Messengers;
using Listmonk.Core.Messengers.Dkim;
using Listmonk.Core.Settings;
using Listmonk.Tests.Support;

namespace Listmonk.Tests.Messengers.Dkim;

/// <summary>A database with DKIM keys of example.org in use.</summary>
internal sealed class DkimWorld(TestDatabase database) : IAsyncDisposable
{
    public TestDatabase Database { get; } = database;

    public SettingsStore Settings => Database.Get<SettingsStore>();

    public DkimSigner Signer => Database.Get<DkimSigner>();

    public DkimKeyService Service => Database.Get<DkimKeyService>();

    public List<DkimKey> Keys { get; } = [];

    public static async Task<DkimWorld> CreateAsync(params string[] algorithms)
    {
        var world = new DkimWorld(await TestDatabase.CreateAsync(DatabaseProvider.Sqlite));
        foreach (var algorithm in algorithms)
        {
            var key = await world.Service.CreateAsync("Example.org", algorithm, "", Actor.System, CancellationToken.None);
            Assert.True(key.IsOk, key.Message);
            Assert.True((await world.Service.SetEnabledAsync(key.Value.Uuid, isEnabled: true, Actor.System, CancellationToken.None)).IsOk);
            world.Keys.Add(key.Value);
        }

        return world;
    }

    /// <summary>The signed message as bytes.</summary>
    public byte[] Sign(OutboundMessage message)
    {
        Signer.Sign(message);
        Assert.False(message.Signature.IsEmpty);
        return [.. message.Signature.Span, .. message.Mime.Span];
    }

    public ValueTask DisposeAsync() => Database.DisposeAsync();
}
