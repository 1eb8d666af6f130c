using System.Net;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Microsoft.AspNetCore.SignalR;
using Microsoft.AspNetCore.SignalR.Client;
using Microsoft.AspNetCore.SignalR.Protocol;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace Listmonk.Bench.Load;

/// <summary>A browser that has the dashboard open, without the drawing: it holds the page's circuit, acknowledges each change of the page and counts it.</summary>
internal sealed partial class DashboardViewer : IAsyncDisposable
{
    private const string Page = "/admin";

    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(1);

    private readonly HubConnection _connection;
    private readonly TaskCompletionSource _isShown = new(TaskCreationOptions.RunContinuationsAsynchronously);

    private DashboardViewer(Uri server, CookieContainer cookies)
    {
        var builder = new HubConnectionBuilder().WithUrl(new Uri(server, "_blazor"), options =>
        {
            options.Cookies = cookies;
            options.SkipNegotiation = true;
            options.Transports = Microsoft.AspNetCore.Http.Connections.HttpTransportType.WebSockets;
        });
        builder.Services.RemoveAll<IHubProtocol>();
        builder.Services.AddSingleton<IHubProtocol, BlazorPack>();
        _connection = builder.Build();
    }

    /// <summary>How often the page was changed on the screen.</summary>
    public int Draws { get; private set; }

    /// <summary>Bytes of these changes.</summary>
    public long Bytes { get; private set; }

    /// <summary>Why the server gave the page up; null while it lives.</summary>
    public string? Fault { get; private set; }

    /// <returns>The cookies of a signed-in session, which any number of viewers may use.</returns>
    public static async Task<CookieContainer> SignInAsync(Uri server, string user, string password, CancellationToken cancellationToken)
    {
        using var handler = new SocketsHttpHandler { AllowAutoRedirect = false };
        using var client = new HttpClient(handler) { BaseAddress = server };
        var form = await client.GetStringAsync(new Uri("/admin/login", UriKind.Relative), cancellationToken);
        var fields = HiddenField().Matches(form).Select(match => KeyValuePair.Create(match.Groups["name"].Value, match.Groups["value"].Value))
            .Append(new("username", user)).Append(new("password", password));
        using var content = new FormUrlEncodedContent(fields);
        using var answer = await client.PostAsync(new Uri("/admin/login", UriKind.Relative), content, cancellationToken);
        return answer.StatusCode == HttpStatusCode.Redirect ? handler.CookieContainer : throw new InvalidOperationException($"Signing in was answered with {(int)answer.StatusCode}.");
    }

    /// <summary>Opens the dashboard and waits until it is shown.</summary>
    public static async Task<DashboardViewer> OpenAsync(Uri server, CookieContainer cookies, CancellationToken cancellationToken)
    {
        string page;
        using (var handler = new SocketsHttpHandler { CookieContainer = cookies })
        using (var client = new HttpClient(handler) { BaseAddress = server })
        {
            page = await client.GetStringAsync(new Uri(Page, UriKind.Relative), cancellationToken);
        }

        var viewer = new DashboardViewer(server, cookies);
        await viewer.StartAsync(server, page, cancellationToken);
        return viewer;
    }

    public ValueTask DisposeAsync() => _connection.DisposeAsync();

    private async Task StartAsync(Uri server, string page, CancellationToken cancellationToken)
    {
        _connection.On<long, byte[]>("JS.RenderBatch", async (batch, bytes) =>
        {
            (Draws, Bytes) = (Draws + 1, Bytes + bytes.Length);
            await _connection.SendAsync("OnRenderCompleted", batch, null, cancellationToken);
        });
        // What the page asks the browser is answered with nothing, as by one that lacks the feature.
        _connection.On<long, string, string, int, long, int>("JS.BeginInvokeJS", async (call, name, _, _, _, _) =>
        {
            if (name == "listmonk.ready")
            {
                _isShown.TrySetResult();
            }

            if (call != 0)
            {
                await _connection.SendAsync("EndInvokeJSFromDotNet", call, true, $"[{call},true,null]", cancellationToken);
            }
        });
        _connection.On<string>("JS.Error", fault =>
        {
            Fault = fault;
            _isShown.TrySetException(new InvalidOperationException(fault));
        });
        foreach (var ignored in (string[])["JS.EndUpdateRootComponents", "JS.EndLocationChanging"])
        {
            _connection.On(ignored, (JsonElement _) => { });
        }

        await _connection.StartAsync(cancellationToken);
        var state = ComponentState().Match(page).Groups["state"].Value;
        await _connection.InvokeAsync<string>("StartCircuit", server.ToString(), new Uri(server, Page).ToString(), "[]", state, cancellationToken);
        var operations = Marker().Matches(page).Select((match, i) =>
            new JsonObject { ["type"] = "add", ["ssrComponentId"] = i + 1, ["marker"] = JsonNode.Parse(match.Groups["marker"].Value) });
        var batch = new JsonObject { ["batchId"] = 1, ["operations"] = new JsonArray([.. operations]) };
        await _connection.SendAsync("UpdateRootComponents", batch.ToJsonString(), state, cancellationToken);
        await _isShown.Task.WaitAsync(Patience, cancellationToken);
    }

    [GeneratedRegex("""<input type="hidden" name="(?<name>[^"]*)" value="(?<value>[^"]*)" />""", RegexOptions.None, matchTimeoutMilliseconds: 1000)]
    private static partial Regex HiddenField();

    [GeneratedRegex("<!--Blazor:(?<marker>.*?)-->", RegexOptions.Singleline, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Marker();

    [GeneratedRegex("<!--Blazor-Server-Component-State:(?<state>.*?)-->", RegexOptions.Singleline, matchTimeoutMilliseconds: 1000)]
    private static partial Regex ComponentState();

    /// <summary>The protocol of circuits: SignalR's MessagePack under another name.</summary>
    private sealed class BlazorPack : IHubProtocol
    {
        private readonly MessagePackHubProtocol _inner = new();

        public string Name => "blazorpack";

        public int Version => _inner.Version;

        public Microsoft.AspNetCore.Connections.TransferFormat TransferFormat => _inner.TransferFormat;

        public bool IsVersionSupported(int version) => _inner.IsVersionSupported(version);

        public bool TryParseMessage(ref System.Buffers.ReadOnlySequence<byte> input, IInvocationBinder binder, out HubMessage message) =>
            _inner.TryParseMessage(ref input, binder, out message!);

        public void WriteMessage(HubMessage message, System.Buffers.IBufferWriter<byte> output) => _inner.WriteMessage(message, output);

        public ReadOnlyMemory<byte> GetMessageBytes(HubMessage message) => _inner.GetMessageBytes(message);
    }
}
