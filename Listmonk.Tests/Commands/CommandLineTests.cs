using System.Net;
using System.Net.Http.Json;
using Listmonk.Tests.Support;

namespace Listmonk.Tests.Commands;

/// <summary>The binary's commands, run as an operator runs them.</summary>
[Trait("Kind", "Worker")]
public sealed class CommandLineTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("listmonk-command-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task A_backup_is_made_beside_a_running_instance_and_restored_once_it_is_stopped()
    {
        await using var server = new ServerProcess();
        await server.StartAsync();
        await AddAsync(server, "before@example.com");
        var file = Path.Combine(_folder, "copy.db");

        Assert.Equal((0, true), (await RunAsync(server.DataFolder, "backup", file), File.Exists(file)));
        await AddAsync(server, "after@example.com");
        Assert.Equal(1, await RunAsync(server.DataFolder, "restore", file));
        await server.KillAsync();
        Assert.Equal(0, await RunAsync(server.DataFolder, "restore", file));

        await using var again = new ServerProcess { DataFolder = server.DataFolder };
        await again.StartAsync();
        Assert.Contains("before@example.com", await again.Client.GetStringAsync("/api/subscribers?per_page=all"), StringComparison.Ordinal);
        Assert.DoesNotContain("after@example.com", await again.Client.GetStringAsync("/api/subscribers?per_page=all"), StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.OK, (await again.Client.GetAsync("/health/ready")).StatusCode);
    }

    [Fact]
    public async Task An_installation_is_made_filled_and_entered_without_a_browser()
    {
        var csv = Path.Combine(_folder, "people.csv");
        await File.WriteAllTextAsync(csv, "email,name\nann@example.com,Ann\nnobody,Bob\n");

        Assert.Equal(0, await RunAsync(_folder, "migrate"));
        Assert.Equal(0, await RunAsync(_folder, "create-user", "boss", "--email", "boss@example.com", "--LISTMONK_PASSWORD", "correct horse"));
        Assert.Equal(1, await RunAsync(_folder, "create-user", "boss", "--email", "other@example.com", "--LISTMONK_PASSWORD", "correct horse"));
        Assert.Equal(0, await RunAsync(_folder, "reset-password", "boss", "--LISTMONK_PASSWORD", "battery staple"));
        Assert.Equal(1, await RunAsync(_folder, "reset-password", "nobody", "--LISTMONK_PASSWORD", "battery staple"));
        Assert.Equal(0, await RunAsync(_folder, "import", csv, "--mode", "blocklist"));
        Assert.Equal(0, await RunAsync(_folder, "doctor"));
    }

    [Theory]
    [InlineData(0, "help")]
    [InlineData(2, "restore")]
    [InlineData(2, "dance")]
    public async Task Help_is_help_and_nonsense_is_told_from_failure(int code, string command) => Assert.Equal(code, await RunAsync(_folder, command));

    private static async Task<int> RunAsync(string data, params string[] command)
    {
        await using var process = new ServerProcess { DataFolder = data, Command = command, IsSetUp = false, KeepsData = true };
        return await process.RunToEndAsync();
    }

    private static async Task AddAsync(ServerProcess server, string email) =>
        Assert.Equal(HttpStatusCode.OK, (await server.Client.PostAsJsonAsync("/api/subscribers", new { email, name = "x" })).StatusCode);
}
