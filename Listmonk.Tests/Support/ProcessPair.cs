using Listmonk.Core;
using Microsoft.Extensions.Options;

namespace Listmonk.Tests.Support;

/// <summary>Two of the true program on one PostgreSQL database, with data directories of their own and a shared one.</summary>
internal sealed class ProcessPair(ServerProcess first, ServerProcess second, string shared) : IAsyncDisposable
{
    public ServerProcess First { get; } = first;

    public ServerProcess Second { get; } = second;

    public IReadOnlyList<ServerProcess> Both => [First, Second];

    public static async Task<ProcessPair> StartAsync(TestDatabase database)
    {
        var shared = Directory.CreateTempSubdirectory("listmonk-shared-").FullName;
        string[] arguments =
        [
            "--Listmonk:Database:Provider=Postgres",
            $"--Listmonk:Database:ConnectionString={database.Get<IOptions<ListmonkOptions>>().Value.Database.ConnectionString}",
            $"--Listmonk:SharedDirectory={shared}",
        ];
        var pair = new ProcessPair(new ServerProcess { Arguments = arguments }, new ServerProcess { Arguments = arguments }, shared);
        await Task.WhenAll(pair.First.StartAsync(), pair.Second.StartAsync());
        return pair;
    }

    /// <summary>Kills the process that a lease names.</summary>
    public Task KillOwnerAsync(string owner) => (First.IsNamedBy(owner) ? First : Second).KillAsync();

    public async ValueTask DisposeAsync()
    {
        await First.DisposeAsync();
        await Second.DisposeAsync();
        Directory.Delete(shared, recursive: true);
    }
}
