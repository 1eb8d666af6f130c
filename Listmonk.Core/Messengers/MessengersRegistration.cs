using Listmonk.Core.Bounces;
using Listmonk.Core.Data;
using Listmonk.Core.Messengers.Dkim;
using Listmonk.Core.Messengers.Limits;
using Listmonk.Core.Messengers.Mime;
using Listmonk.Core.Messengers.Outbox;
using Listmonk.Core.Messengers.Postback;
using Listmonk.Core.Messengers.Smtp;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Listmonk.Core.Messengers;

public static class MessengersRegistration
{
    public static IServiceCollection AddMessengers(this IServiceCollection services)
    {
        services.TryAddSingleton<IQuotaStore, QuotaStore>();
        services.TryAddSingleton<ISmtpServerSource, SettingsSmtpServerSource>();
        services.AddSingleton(static provider => new OutboxStore(
            provider.GetRequiredService<DataDirectory>().Folder("outbox"),
            provider.GetRequiredService<IOptions<ListmonkOptions>>().Value.Outbox.Capacity,
            provider.GetRequiredService<TimeProvider>(),
            provider.GetRequiredService<ILogger<OutboxStore>>()));
        return services
            .AddSingleton(static provider => new SmtpMessenger(
                provider.GetRequiredService<ISmtpServerSource>(), provider.GetRequiredService<IQuotaStore>(), provider.GetRequiredService<TimeProvider>(), provider.GetRequiredService<ILogger<SmtpMessenger>>(), provider.GetRequiredService<DkimSigner>()))
            .AddSingleton<VerpAddress>()
            .AddSingleton<ImageEmbedder>()
            .AddSingleton<DkimSigner>()
            .AddSingleton<DkimKeyService>()
            .AddSingleton<SmtpProbe>()
            .AddSingleton<SmtpTestService>()
            .AddSingleton<OutboxMessenger>()
            .AddSingleton<EmailMessenger>()
            .AddSingleton<MessengerDirectory>()
            .AddSingleton<PostbackTestService>();
    }
}
