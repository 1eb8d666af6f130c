using System.Net;
using System.Net.Sockets;
using Listmonk.Tests.Support;

namespace Listmonk.Tests;

/// <summary>Faults that an operator can mend stop the start with one clear message and no stack trace.</summary>
[Trait("Kind", "Worker")]
public sealed class StartupTests
{
    [Fact]
    public async Task A_busy_port_is_named_with_the_way_out()
    {
        using var busy = new TcpListener(IPAddress.Loopback, 0);
        busy.Start();
        await using var server = new ServerProcess(((IPEndPoint)busy.LocalEndpoint).Port);

        Assert.Equal(1, await server.RunToEndAsync());

        Assert.Contains("listmonk cannot start:", server.Output, StringComparison.Ordinal);
        Assert.Contains("--urls", server.Output, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", server.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_data_directory_that_cannot_be_made_is_named()
    {
        await using var server = new ServerProcess { DataFolder = "/proc/listmonk" };

        Assert.Equal(1, await server.RunToEndAsync());

        Assert.Contains("The data directory '/proc/listmonk' cannot be written", server.Output, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", server.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_data_directory_serves_one_process_at_a_time_and_a_kill_frees_it()
    {
        await using var first = new ServerProcess();
        await first.StartAsync();
        await using var second = new ServerProcess { DataFolder = first.DataFolder };

        Assert.Equal(1, await second.RunToEndAsync());
        Assert.Contains("is in use by another listmonk process", second.Output, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", second.Output, StringComparison.Ordinal);

        await first.KillAsync();
        await second.StartAsync();
    }

    [Theory]
    [InlineData("--Listmonk:Database:Synchronous=MAYBE", "FULL or NORMAL")]
    [InlineData("--Listmonk:Database:Provider=Postgres", "Listmonk:Database:ConnectionString is required")]
    [InlineData("--Listmonk:Database:Provider=Oracle", "Listmonk:Database:Provider")]
    [InlineData("--Listmonk:TrustedProxies:0=somewhere", "'somewhere' is neither an address nor a network")]
    public async Task A_bad_option_is_named(string argument, string expected)
    {
        await using var server = new ServerProcess { Arguments = [argument] };

        Assert.Equal(1, await server.RunToEndAsync());

        Assert.Contains(expected, server.Output, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", server.Output, StringComparison.Ordinal);
    }
}
