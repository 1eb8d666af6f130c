using Listmonk.Core.Import;
using Listmonk.Web.Shared;

namespace Listmonk.Web.Import;

/// <summary>How the state of an import reads on the pages.</summary>
internal static class ImportLook
{
    public static string Text(ImportProgress import) => import.Status switch
    {
        ImportStatus.Draft => T["not started"],
        ImportStatus.Importing when import.IsWaiting => T["waiting"],
        ImportStatus.Finished when import.WasStopped => T["stopped"],
        ImportStatus.Undoing => T["being undone"],
        _ => T[Core.Common.EnumText.Of(import.Status)],
    };

    /// <summary>What undoing would do and what it could not, said before it is done.</summary>
    public static string Undoing(ImportUndoForecast forecast)
    {
        var kept = forecast.Created - forecast.People;
        string[] sentences =
        [
            T["{0} and {1} will be removed for good.", Figures.Count(forecast.People, "person", "people"), Figures.Count(forecast.Subscriptions, "subscription")],
            kept > 0 ? T["{0} the import brought: something has happened since, such as a mail, a change or another list.", Figures.Count(kept, "person stays whom", "people stay whom")] : "",
            forecast.OverwrotePeople ? T["Names and attributes that it overwrote cannot be brought back."] : "",
            forecast.OverwroteSubscriptions ? T["Subscriptions whose status it changed keep the new one."] : "",
            forecast.Blocklisted ? T["People who were known before stay blocklisted."] : "",
        ];
        return string.Join(' ', sentences.Where(sentence => sentence.Length > 0));
    }

    public static StatusTone Tone(ImportProgress import) => import.Status switch
    {
        ImportStatus.Finished when !import.WasStopped => StatusTone.Success,
        ImportStatus.Failed => StatusTone.Danger,
        ImportStatus.Finished or ImportStatus.Stopping => StatusTone.Warning,
        ImportStatus.Importing or ImportStatus.Undoing => StatusTone.Info,
        _ => StatusTone.Neutral,
    };
}
