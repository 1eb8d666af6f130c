using Listmonk.Core.Import;
using Listmonk.Web.Shared;

namespace Listmonk.Web.Import;

/// <summary>How the state of an import reads on the pages.</summary>
internal static class ImportLook
{
    public static string Text(ImportProgress import) => import.Status switch
    {
        ImportStatus.Draft => "not started",
        ImportStatus.Importing when import.IsWaiting => "waiting",
        ImportStatus.Finished when import.WasStopped => "stopped",
        ImportStatus.Undoing => "being undone",
        _ => Core.Common.EnumText.Of(import.Status),
    };

    public static StatusTone Tone(ImportProgress import) => import.Status switch
    {
        ImportStatus.Finished when !import.WasStopped => StatusTone.Success,
        ImportStatus.Failed => StatusTone.Danger,
        ImportStatus.Finished or ImportStatus.Stopping => StatusTone.Warning,
        ImportStatus.Importing or ImportStatus.Undoing => StatusTone.Info,
        _ => StatusTone.Neutral,
    };
}
