using Microsoft.Extensions.DependencyInjection;

namespace Listmonk.Core.Media;

/// <summary>Registers the media library.</summary>
public static class MediaRegistration
{
    public static IServiceCollection AddMedia(this IServiceCollection services)
    {
        services.AddSingleton<IMediaStore, FileSystemMediaStore>();
        services.AddSingleton<IMediaContent, MediaContent>();
        services.AddSingleton<MediaQueries>();
        services.AddSingleton<MediaService>();
        return services;
    }
}
