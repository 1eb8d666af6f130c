using Listmonk.Core.Settings;

namespace Listmonk.Core.Media;

/// <summary>The stores there are: new files go to the one that the settings name, old ones are found where they were put.</summary>
public sealed class MediaStores(FileSystemMediaStore fileSystem, S3MediaStore s3, SettingsStore settings)
{
    public IMediaStore Current => Of(settings.Current.Media.Provider);

    /// <param name="provider">As in <see cref="MediaFile.Provider"/>.</param>
    public IMediaStore Of(string provider) => provider == s3.Provider ? s3 : fileSystem;

    /// <summary>The file from whichever store has it, the one in force first: mails sent before a move keep their pictures.</summary>
    public async Task<StoredMedia?> OpenAsync(string name, CancellationToken cancellationToken)
    {
        var first = Current;
        return await first.OpenAsync(name, cancellationToken)
            ?? (first != fileSystem ? await fileSystem.OpenAsync(name, cancellationToken)
                : s3.IsConfigured ? await s3.OpenAsync(name, cancellationToken) : null);
    }
}
