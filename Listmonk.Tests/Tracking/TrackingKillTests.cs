using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using Listmonk.Core;
using Listmonk.Tests.Support;
using Listmonk.Web;

namespace Listmonk.Tests.Tracking;

/// <summary>The true program, killed without warning while opens pour in.</summary>
[Trait("Kind", "Worker")]
public sealed class TrackingKillTests
{
    private const int Readers = 16;
    private const int AnswersBeforeKill = 2000;

    [Fact]
    public async Task After_a_kill_every_answered_open_is_recorded_and_none_twice()
    {
        await using var database = await TestDatabase.CreateAsync(DatabaseProvider.Sqlite);
        await database.TrackAsync();
        var campaign = await database.CampaignAsync();
        var person = await database.PersonAsync();
        var path = $"/campaign/{campaign.Uuid}/{person.Uuid}/px.png";
        var answered = 0;

        using (var program = await Program.StartAsync(database.Folder))
        {
            var readers = Enumerable.Range(0, Readers).Select(_ => ReadUntilKilledAsync(program, path, () => Interlocked.Increment(ref answered)));
            await Task.WhenAll(readers);
        }

        using (await Program.StartAsync(database.Folder))
        {
            await Waiting.UntilAsync(() => Directory.GetFiles(Path.Combine(database.Folder, "spool")).Length == 0);
        }

        var recorded = (await database.HitsAsync()).Count;
        Assert.InRange(recorded, answered, answered + Readers);
        await TrackingLogTests.AssertFiguresEqualHitsAsync(database);
    }

    private static async Task ReadUntilKilledAsync(Program program, string path, Func<int> count)
    {
        try
        {
            while (true)
            {
                using var response = await program.Client.GetAsync(path);
                Assert.Equal(HttpStatusCode.OK, response.StatusCode);
                if (count() == AnswersBeforeKill)
                {
                    program.Kill();
                }
            }
        }
        catch (HttpRequestException)
        {
            // The program is gone; this last request was not answered.
        }
    }

    private sealed class Program : IDisposable
    {
        private readonly Process _process;

        private Program(Process process, Uri address)
        {
            _process = process;
            Client = new HttpClient(new SocketsHttpHandler()) { BaseAddress = address };
        }

        public HttpClient Client { get; }

        public static async Task<Program> StartAsync(string folder)
        {
            var address = new Uri($"http://127.0.0.1:{FreePort().ToString(CultureInfo.InvariantCulture)}");
            var start = new ProcessStartInfo("dotnet") { RedirectStandardOutput = true, UseShellExecute = false };
            foreach (var argument in (string[])[typeof(ListmonkWeb).Assembly.Location, "--data", folder, "--urls", address.ToString(), "--Logging:LogLevel:Default=None"])
            {
                start.ArgumentList.Add(argument);
            }

            var program = new Program(Process.Start(start)!, address);
            await Waiting.UntilAsync(program.AnswersAsync);
            return program;
        }

        public void Kill()
        {
            _process.Kill();
            _process.WaitForExit();
        }

        public void Dispose()
        {
            Kill();
            _process.Dispose();
            Client.Dispose();
        }

        private async Task<bool> AnswersAsync()
        {
            try
            {
                using var response = await Client.GetAsync(new Uri("/health", UriKind.Relative));
                return response.IsSuccessStatusCode;
            }
            catch (HttpRequestException)
            {
                return false;
            }
        }

        private static int FreePort()
        {
            using var listener = new TcpListener(IPAddress.Loopback, 0);
            listener.Start();
            return ((IPEndPoint)listener.LocalEndpoint).Port;
        }
    }

    /// <summary>Polls another process, which sends no signal.</summary>
    private static class Waiting
    {
        public static Task UntilAsync(Func<bool> condition) => UntilAsync(() => Task.FromResult(condition()));

        public static async Task UntilAsync(Func<Task<bool>> condition)
        {
            for (var attempt = 0; attempt < 600; attempt++)
            {
                if (await condition())
                {
                    return;
                }

                await Task.Delay(TimeSpan.FromMilliseconds(100), TimeProvider.System, CancellationToken.None);
            }

            Assert.Fail("The program did not get there within a minute.");
        }
    }
}
