using Listmonk.Core.Bounces;
using Listmonk.Core.Bounces.Parsing;
using Listmonk.Web.Shared;
using Listmonk.Web.Shared.Editors;
using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Components.Forms;
using Microsoft.JSInterop;

namespace Listmonk.Web.Bounces;

/// <summary>Explains a message or a server's answer without storing anything.</summary>
public sealed partial class BounceInspectionPage
{
    private const string ReaderModule = "./js/field-text.js";

    private ElementReference _field;
    private IReadOnlyList<InspectedRecipient>? _results;
    private string _stage = "";
    private string? _refusal;
    private string? _fileName;
    private bool _isBusy;

    [Inject]
    private BounceInspector Inspector { get; set; } = default!;

    private async Task InspectTextAsync()
    {
        await using var reader = await Browser.InvokeAsync<IJSObjectReference>("import", Leaving, ReaderModule);
        var text = await EditorTexts.ReadAsync(await reader.InvokeAsync<IJSStreamReference>("read", Leaving, _field));
        if (string.IsNullOrWhiteSpace(text))
        {
            (_refusal, _results) = (T["Paste a message, or a line that a mail server answered."], null);
            return;
        }

        await RunAsync(null, () => Inspector.InspectTextAsync(text, _stage.Length == 0 ? null : _stage, Leaving));
    }

    private async Task InspectFileAsync(InputFileChangeEventArgs args)
    {
        if (args.File.Size > BounceInspectionEndpoints.MostBytes)
        {
            _refusal = T["{0} is larger than {1}.", args.File.Name, Figures.Bytes(BounceInspectionEndpoints.MostBytes)];
            return;
        }

        await RunAsync(args.File.Name, async () =>
        {
            await using var stream = args.File.OpenReadStream(BounceInspectionEndpoints.MostBytes, Leaving);
            using var memory = new MemoryStream();
            await stream.CopyToAsync(memory, Leaving);
            return await Inspector.InspectMailAsync(memory.ToArray(), Leaving);
        });
    }

    private async Task RunAsync(string? fileName, Func<Task<IReadOnlyList<InspectedRecipient>>> inspect)
    {
        (_refusal, _results, _fileName, _isBusy) = (null, null, fileName, true);
        try
        {
            _results = await inspect();
        }
        catch (IOException exception)
        {
            _refusal = T["The file could not be read: {0}", exception.Message];
        }
        finally
        {
            _isBusy = false;
        }
    }

    private static StatusTone Tone(RecipientReading reading) => reading.Class switch
    {
        _ when reading.IsDelayed => StatusTone.Neutral,
        BounceClass.Hard or BounceClass.Complaint => StatusTone.Danger,
        BounceClass.Soft => StatusTone.Warning,
        BounceClass.Policy => StatusTone.Info,
        BounceClass.Delivered => StatusTone.Success,
        _ => StatusTone.Neutral,
    };
}
