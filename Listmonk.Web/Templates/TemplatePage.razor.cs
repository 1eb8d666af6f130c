using Listmonk.Core.Common;
using Listmonk.Core.Templates;
using Listmonk.Core.Templates.Blocks;
using Listmonk.Core.Templates.Expressions;
using Listmonk.Core.Users;
using Listmonk.Web.Shared;
using Listmonk.Web.Shared.Blocks;
using Listmonk.Web.Shared.Editors;
using Listmonk.Web.Shell;
using Microsoft.AspNetCore.Components;

namespace Listmonk.Web.Templates;

/// <summary>Writes a template with the rendered mail beside it; saving stays on the page.</summary>
public sealed partial class TemplatePage
{
    private CodeEditor? _editor;
    private BlockEditor? _blocks;
    private LeaveGuard? _guard;
    private TemplateDraft? _draft;
    private TemplateDraft? _saved;
    private Outcome? _refusal;
    private DateTimeOffset? _savedAt;

    /// <summary>What somebody else stored while this page has changes of its own.</summary>
    private TemplateDetails? _theirs;

    private string? _missing;
    private Listmonk.Core.Campaigns.Usage? _usage;
    private string? _fault;
    private string _rendering = "";
    private int _startVersion;
    private IReadOnlyList<string> _attributes = [];
    private TemplateVocabulary _vocabulary = TemplateVocabulary.Empty;
    private IReadOnlyList<TemplateFault> _faults = [];

    /// <summary>None for a new template.</summary>
    [Parameter]
    public int? Id { get; set; }

    [SupplyParameterFromQuery(Name = "type")]
    private string? TypeName { get; set; }

    private bool IsNew => Id is null;

    private bool IsVisual => _draft?.Type == TemplateType.CampaignVisual;

    private bool IsChanged => _draft is not null && _draft != _saved;

    private bool CanManage => Actor.Can(Permissions.TemplatesManage);

    private string Title => IsNew ? T["New template"] : _saved?.Name ?? T["Template"];

    protected override async Task OnPageInitializedAsync()
    {
        _attributes = await Subscribers.AttributeKeysAsync(Actor, Leaving);
        if (Id is not { } id)
        {
            var type = EnumText.TryParse<TemplateType>(TypeName, out var asked) ? asked : TemplateType.Campaign;
            _draft = _saved = NewDraft(type);
        }
        else
        {
            var found = await Queries.FindAsync(id, Leaving);
            if (!found.IsOk)
            {
                _missing = T.Message(found.Message);
                return;
            }

            Take(found.Value);
            _usage = await Usages.OfTemplateAsync(id, Actor, Leaving);
            // Not by the change's id: changes are coalesced, and the last one may be another template's.
            Watch(Changes, _ => TakeEditAsync(id));
        }

        await RenderAsync();
    }

    private static TemplateDraft DraftOf(TemplateDetails template) => new()
    {
        Name = template.Name,
        Type = template.Type,
        Subject = template.Subject,
        Body = template.Body,
        BodySource = template.BodySource,
    };

    private static TemplateDraft NewDraft(TemplateType type)
    {
        if (type != TemplateType.CampaignVisual)
        {
            return new TemplateDraft { Name = "", Type = type, Body = TemplateKinds.Starter(type) };
        }

        var document = BlockDocument.Empty();
        return new TemplateDraft { Name = "", Type = type, Body = BlockRenderer.ToHtml(document), BodySource = document.Write() };
    }

    private static string TypeText(TemplateType type) => type switch
    {
        TemplateType.Tx => T["Transactional mails"],
        TemplateType.CampaignVisual => T["Visual campaigns"],
        _ => T["Campaigns"],
    };

    /// <summary>What is already written stays, unless the new kind cannot hold it.</summary>
    private async Task OnTypeChosenAsync(TemplateType type)
    {
        var fresh = NewDraft(type);
        var isUntouched = _draft!.Body == NewDraft(_draft.Type).Body;
        var carriesOver = !IsVisual && type != TemplateType.CampaignVisual;
        if (!isUntouched && !carriesOver
            && !await ConfirmDialog.AskAsync(Dialogs, T["Start again?"], T["What you wrote cannot be carried over to this kind of template."], T["Start again"]))
        {
            return;
        }

        _draft = _draft with { Type = type, Body = isUntouched || !carriesOver ? fresh.Body : _draft.Body, BodySource = fresh.BodySource };
        _saved = _saved! with { Type = type, Body = fresh.Body, BodySource = fresh.BodySource };
        if (IsVisual)
        {
            _editor = null;
            if (await StartFromDialog.PickAsync(Dialogs) is { } document)
            {
                // Under a new key, so that the design is where undo ends.
                _draft = _draft with { Body = BlockRenderer.ToHtml(document), BodySource = document.Write() };
                _startVersion++;
            }
        }
        else if (_editor is not null)
        {
            await _editor.WriteAsync(_draft.Body);
        }

        await RenderAsync();
    }

    private Task OnBlocksChangedAsync(BlockContent content)
    {
        _draft = _draft! with { Body = content.Html, BodySource = content.Source };
        return RenderAsync();
    }

    private async Task OnBodyChangedAsync(string body)
    {
        _draft = _draft! with { Body = body };
        await RenderAsync();
    }

    /// <summary>A fault keeps the last good rendering beside its message, so that a half-typed expression does not blank the mail.</summary>
    private async Task RenderAsync()
    {
        _vocabulary = TemplateCatalogue.Of(_draft!.Type == TemplateType.Tx ? TemplateFunctionSet.Transactional : TemplateFunctionSet.Campaign, _attributes);
        _faults = TemplateFaults.OfTemplate(_draft.Body, _draft.Type);
        var rendered = await Preview.RenderAsync(_draft.Type, _draft.Body, Leaving);
        _fault = rendered.IsOk ? null : T.Message(rendered.Message);
        _rendering = rendered.IsOk ? rendered.Value : _rendering;
    }

    private async Task SaveAsync()
    {
        await TakeBodyAsync();
        var draft = _draft!;
        var saved = Id is { } id ? await Service.UpdateAsync(id, _ => draft, _savedAt, Leaving) : await Service.CreateAsync(draft, Leaving);
        if (saved.Kind == OutcomeKind.Conflict && await Queries.FindAsync(Id!.Value, Leaving) is { IsOk: true } newer)
        {
            _theirs = newer.Value;
            return;
        }

        _refusal = saved;
        if (!saved.IsOk)
        {
            return;
        }

        Take(saved.Value);
        await RenderAsync();

        if (Id is null)
        {
            _guard?.Release();
            Navigation.NavigateTo(Urls.Template(saved.Value.Id), replace: true);
        }
    }

    /// <summary>Takes over what is in the editor at this moment.</summary>
    private async Task TakeBodyAsync()
    {
        if (IsVisual)
        {
            _draft = _blocks?.Read() is { } content ? _draft! with { Body = content.Html, BodySource = content.Source } : _draft;
        }
        else if (_editor is not null)
        {
            _draft = _draft! with { Body = await _editor.ReadAsync() };
        }
    }

    private void Take(TemplateDetails template)
    {
        _draft = _saved = DraftOf(template);
        _savedAt = template.UpdatedAt;
        _theirs = null;
    }

    /// <summary>Somebody stored this template: a page without changes shows the new version, one with changes lets the person choose.</summary>
    private async Task TakeEditAsync(int id)
    {
        var found = await Queries.FindAsync(id, Leaving);
        if (!found.IsOk || found.Value.UpdatedAt == _savedAt || DraftOf(found.Value) == _draft)
        {
            return;
        }

        await TakeBodyAsync();
        if (IsChanged)
        {
            _theirs = found.Value;
        }
        else
        {
            await ShowAsync(found.Value);
            Snackbar.Add(T["Somebody changed this template; you see the new version."], MudBlazor.Severity.Info);
        }

        StateHasChanged();
    }

    private Task OnTheirsTakenAsync() => ShowAsync(_theirs!);

    private async Task ShowAsync(TemplateDetails template)
    {
        Take(template);
        _startVersion++;
        if (_editor is not null)
        {
            await _editor.WriteAsync(template.Body);
        }

        await RenderAsync();
    }

    private Task OnMineKeptAsync()
    {
        _savedAt = _theirs!.UpdatedAt;
        _theirs = null;
        return SaveAsync();
    }
}
