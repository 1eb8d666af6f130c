namespace Listmonk.Web;

/// <summary><c>health</c> on the command line: asks the instance on this machine, for container health checks. Exit code 0 means healthy.</summary>
internal static class HealthCommand
{
    public const string Name = "health";

    public static async Task<int> RunAsync(IConfiguration configuration)
    {
        var listen = (configuration["Urls"] ?? "http://localhost:9000").Split(';')[0];
        var address = listen.Replace("0.0.0.0", "127.0.0.1", StringComparison.Ordinal).Replace("[::]", "[::1]", StringComparison.Ordinal)
            .Replace("//*", "//127.0.0.1", StringComparison.Ordinal).Replace("//+", "//127.0.0.1", StringComparison.Ordinal);
        using var handler = new SocketsHttpHandler();
        using var client = new HttpClient(handler) { Timeout = TimeSpan.FromSeconds(4) };
        try
        {
            using var response = await client.GetAsync(new Uri(new Uri(address), "/health"));
            return response.IsSuccessStatusCode ? 0 : 1;
        }
        catch (Exception exception) when (exception is HttpRequestException or TaskCanceledException)
        {
            await Console.Error.WriteLineAsync($"Not healthy: {exception.Message}");
            return 1;
        }
    }
}
