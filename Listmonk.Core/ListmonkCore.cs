using Listmonk.Core.Analytics;
using Listmonk.Core.Audit;
using Listmonk.Core.Auth;
using Listmonk.Core.Bounces;
using Listmonk.Core.Campaigns;
using Listmonk.Core.Data;
using Listmonk.Core.Demo;
using Listmonk.Core.Doctor;
using Listmonk.Core.Import;
using Listmonk.Core.Languages;
using Listmonk.Core.Lists;
using Listmonk.Core.Maintenance;
using Listmonk.Core.Media;
using Listmonk.Core.Messengers;
using Listmonk.Core.Notifications;
using Listmonk.Core.PublicPages;
using Listmonk.Core.Search;
using Listmonk.Core.Sending;
using Listmonk.Core.Settings;
using Listmonk.Core.Subscribers;
using Listmonk.Core.Takeover;
using Listmonk.Core.Templates;
using Listmonk.Core.Tracking;
using Listmonk.Core.Transactional;
using Listmonk.Core.Users;
using Listmonk.Core.Webhooks;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;

namespace Listmonk.Core;

/// <summary>The product's table of contents: one line a feature.</summary>
public static class ListmonkCore
{
    public static IServiceCollection AddListmonkCore(this IServiceCollection services)
    {
        services.TryAddSingleton(TimeProvider.System);
        services.AddOptions<ListmonkOptions>().BindConfiguration(ListmonkOptions.Section).ValidateOnStart();
        services.AddSingleton<IValidateOptions<ListmonkOptions>, ListmonkOptionsValidator>();
        services.AddData();
        services.AddSettings();
        services.AddLanguages();
        services.AddMedia();
        services.AddTemplates();
        services.AddCampaigns();
        services.AddNotifications();
        services.AddSending();
        services.AddUsers();
        services.AddSignIn();
        services.AddAudit();
        services.AddMessengers();
        services.AddDemo();
        services.AddSingleton<Campaigns.UnsubscribeService>();
        services.AddSingleton<Subscribers.PreferenceService>();
        services.AddTracking();
        services.AddDoctor();
        services.AddTransactional();
        services.AddAnalytics();
        services.AddLists();
        services.AddSubscribers();
        services.AddPublicPages();
        services.AddImport();
        services.AddBounces();
        services.AddWebhooks();
        services.AddMaintenance();
        services.AddTakeover();
        services.AddSearch();
        return services;
    }
}
