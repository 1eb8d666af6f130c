using System.Globalization;
using Listmonk.Core.Common;
using Listmonk.Core.Notifications;
using Listmonk.Core.Settings;

namespace Listmonk.Core.Import;

/// <summary>Tells the people who look after the installation that an import has ended.</summary>
public sealed class ImportMails(SystemMailer mailer, SettingsStore settings)
{
    public Task SendEndedAsync(ImportProgress progress, CancellationToken cancellationToken)
    {
        var verb = progress.Status == ImportStatus.Failed ? "Failed" : "Finished";
        return mailer.NotifyAsync(
            new SystemMail
            {
                Subject = $"{verb}: {progress.Filename} import",
                Heading = $"{verb}: {progress.Filename} import",
                Paragraphs = progress.Error is { } error ? [$"The import stopped: {error}. What was imported before stays."] : [],
                Facts =
                [
                    new("File", progress.Filename),
                    new("Status", EnumText.Of(progress.Status)),
                    new("Imported", progress.Imported.ToString("N0", CultureInfo.InvariantCulture)),
                    new("Rejected", progress.Rejected.ToString("N0", CultureInfo.InvariantCulture)),
                ],
                Action = new SystemMailAction("Show the import", $"{settings.Current.General.RootUrl}/admin/subscribers/import"),
            },
            cancellationToken);
    }
}
