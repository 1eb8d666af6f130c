using Microsoft.Extensions.DependencyInjection;

namespace Listmonk.Core.Media;

/// <summary>Registers the media library.</summary>
public static class MediaRegistration
{
    public static IServiceCollection AddMedia(this IServiceCollection services)
    {
        services.AddSingleton<FileSystemMediaStore>();
        services.AddSingleton<S3MediaStore>();
        services.AddSingleton<MediaStores>();
        services.AddSingleton<IMediaContent, MediaContent>();
        services.AddSingleton<MediaQueries>();
        services.AddSingleton<MediaService>();
        return services;
    }
}
