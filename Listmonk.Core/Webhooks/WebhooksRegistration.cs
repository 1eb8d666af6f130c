using System.Net.Sockets;
using Listmonk.Core.Common;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace Listmonk.Core.Webhooks;

/// <summary>Registers webhooks that tell other programs what happens here.</summary>
public static class WebhooksRegistration
{
    public static IServiceCollection AddWebhooks(this IServiceCollection services)
    {
        services.AddHttpClient(WebhookSender.ClientName, client => client.DefaultRequestHeaders.UserAgent.ParseAdd("Listmonk-webhooks/1.0"))
            // A proxy would resolve names itself, and the guard against private networks with it.
            .ConfigurePrimaryHttpMessageHandler(provider =>
            {
                var allowsPrivate = provider.GetRequiredService<IOptions<ListmonkOptions>>().Value.PrivateWebhooks;
                return new SocketsHttpHandler
                {
                    AllowAutoRedirect = false,
                    UseCookies = false,
                    UseProxy = false,
                    ConnectTimeout = TimeSpan.FromSeconds(5),
                    ConnectCallback = allowsPrivate ? ConnectAnywhereAsync : PublicNetwork.ConnectAsync,
                };
            });
        services.AddSingleton<WebhookSender>();
        services.AddSingleton<WebhookCollector>();
        services.AddSingleton<WebhookDelivery>();
        services.AddSingleton<WebhookQueries>();
        services.AddSingleton<WebhookService>();
        services.AddSingleton<WebhookWorker>();
        services.AddHostedService(provider => provider.GetRequiredService<WebhookWorker>());
        return services;
    }

    private static async ValueTask<Stream> ConnectAnywhereAsync(SocketsHttpConnectionContext context, CancellationToken cancellationToken)
    {
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            await socket.ConnectAsync(context.DnsEndPoint, cancellationToken);
            return new NetworkStream(socket, ownsSocket: true);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }
}
