using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Logging;

namespace Listmonk.Core.Bounces.Webhooks;

/// <summary>Registers the mail services that may report bounces.</summary>
internal static class WebhookRegistration
{
    public static IServiceCollection AddBounceWebhooks(this IServiceCollection services)
    {
        services.AddHttpClient(SnsFetcher.ClientName, client =>
            {
                client.Timeout = TimeSpan.FromSeconds(10);
                client.MaxResponseContentBufferSize = 256 * 1024;
            })
            .ConfigurePrimaryHttpMessageHandler(() => new SocketsHttpHandler { AllowAutoRedirect = false, UseCookies = false });
        services.TryAddSingleton<ISnsFetcher, SnsFetcher>();
        services.AddSingleton<SnsCertificates>();
        services.AddSingleton<WebhookTokens>();
        services.AddSingleton<BounceProvider, SesProvider>();
        services.AddSingleton<BounceProvider, SendGridProvider>();
        services.AddSingleton<BounceProvider, PostmarkProvider>();
        services.AddSingleton<BounceProvider, ForwardEmailProvider>();
        services.AddSingleton<BounceProvider, AzureProvider>();
        services.AddSingleton<BounceProvider, LettermintProvider>();
        services.AddSingleton<BounceProvider, MailgunProvider>();
        services.AddSingleton<BounceProvider, BrevoProvider>();
        services.AddSingleton<BounceProvider, MailjetProvider>();
        services.AddSingleton<BounceProvider, SparkPostProvider>();
        services.AddSingleton(provider => new BounceWebhookService(
            provider.GetServices<BounceProvider>(),
            provider.GetRequiredService<Settings.SettingsStore>(),
            provider.GetRequiredService<BounceRecorder>(),
            provider.GetRequiredService<ILogger<BounceWebhookService>>()));
        return services;
    }
}
