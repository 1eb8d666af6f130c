using Listmonk.Core.Campaigns;
using Listmonk.Core.Campaigns.Conversion;
using Listmonk.Core.Common;
using Listmonk.Core.Lists;
using Listmonk.Core.Sending;
using Listmonk.Core.Settings;
using Listmonk.Core.Subscribers;
using Listmonk.Core.Subscribers.Segments;
using Listmonk.Core.Templates;
using Listmonk.Core.Templates.Blocks;
using Listmonk.Core.Templates.Expressions;
using Listmonk.Core.Users;
using Listmonk.Web.Shared;
using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Components.Routing;
using MudBlazor;

namespace Listmonk.Web.Campaigns;

/// <summary>Writes one campaign, shows it as it will arrive, and sends it.</summary>
public sealed partial class CampaignPage
{
    private static readonly TimeSpan RefreshPeriod = TimeSpan.FromSeconds(1);

    /// <summary>After the last change; only drafts are stored by themselves, what is scheduled or paused might go out half written.</summary>
    private static readonly TimeSpan AutosaveDelay = TimeSpan.FromSeconds(2);

    private static (string Key, string Text)[] Tabs => [("content", T["Content"]), ("settings", T["Settings"]), ("archive", T["Archive"])];

    private CampaignContentForm? _content;
    private CampaignDetails? _campaign;
    private CampaignForm? _form;
    private Outcome? _outcome;
    private CampaignAudience? _audience;
    private IReadOnlyList<ListOption> _lists = [];
    private IReadOnlyList<SegmentItem> _segments = [];
    private IReadOnlyList<TemplateDetails> _templates = [];
    private PreviewPerson? _person;
    private MessagePreview _preview = MessagePreview.Empty;
    private string? _previewFault;
    private TemplateVocabulary _vocabulary = TemplateVocabulary.Empty;
    private IReadOnlyList<TemplateFault> _faults = [];
    private readonly SemaphoreSlim _saving = new(1);
    private ITimer? _autosave;

    /// <summary>What somebody else stored while this page has changes of its own.</summary>
    private CampaignDetails? _theirs;

    private string? _saveRefusal;
    private int _changeCount;
    private string? _fault;
    private IReadOnlyList<string> _testAddresses = [];
    private DateTimeOffset? _savedAt;
    private int _ratePerMinute;
    private int _formVersion;
    private int _formatVersion;
    private bool _hasChanges;
    private bool _isBusy;

    [Inject]
    private SegmentQueries Segments { get; set; } = default!;

    [Inject]
    private CampaignQueries Campaigns { get; set; } = default!;

    [Inject]
    private CampaignService Service { get; set; } = default!;

    [Inject]
    private MessageRenderer Renderer { get; set; } = default!;

    [Inject]
    private ListQueries Lists { get; set; } = default!;

    [Inject]
    private TemplateQueries Templates { get; set; } = default!;

    [Inject]
    private SubscriberQueries Subscribers { get; set; } = default!;

    [Inject]
    private SettingsStore Settings { get; set; } = default!;

    [Inject]
    private LiveFeed<CampaignStatusChanged> StatusChanges { get; set; } = default!;

    [Inject]
    private LiveFeed<CampaignEdited> Edits { get; set; } = default!;

    [Inject]
    private IDialogService Dialogs { get; set; } = default!;

    [Inject]
    private BrowserClock Clock { get; set; } = default!;

    [Inject]
    private TimeProvider Time { get; set; } = default!;

    /// <summary>Null for a new campaign.</summary>
    [Parameter]
    public int? Id { get; set; }

    [SupplyParameterFromQuery(Name = "tab")]
    private string? Tab { get; set; }

    /// <summary>Lists chosen beforehand, for a new campaign.</summary>
    [SupplyParameterFromQuery(Name = "list")]
    private int[]? ListIds { get; set; }

    private string ActiveTab => Array.Exists(Tabs, tab => tab.Key == Tab) ? Tab! : "content";

    private string Title => _campaign?.Name ?? T["New campaign"];

    private bool CanManage => Actor.CanAny(Permissions.CampaignsManageAll, Permissions.CampaignsManage);

    private bool CanSave => CanManage && _campaign is null or { IsEditable: true };

    private bool CanSend => Actor.Can(Permissions.CampaignsSend);

    private string SendVerb => _form?.SendAt(Clock) > Time.GetUtcNow() ? T["Schedule…"] : _campaign?.Status == CampaignStatus.Paused ? T["Resume…"] : T["Send…"];

    private string SavedNote =>
        _theirs is not null ? T["Not saved: changed by somebody else"]
        : _hasChanges ? _saveRefusal is { } reason ? T["Not saved: {0}", reason] : T["Unsaved changes"]
        : _savedAt is { } at ? T["Saved {0:HH:mm}", Clock.ToLocal(at)] : "";

    private bool SavesItself => CanSave && _theirs is null && _campaign is { Status: CampaignStatus.Draft };

    private string DraftKey => Id is { } id && CanSave ? $"campaign-{id}-{EnumText.Of(_form!.ContentType)}" : "";

    private IReadOnlyList<TemplateDetails> CampaignTemplates => [.. _templates.Where(template => template.Type == TemplateType.Campaign)];

    protected override async Task OnPageInitializedAsync()
    {
        _templates = await Templates.AllAsync(withBodies: false, Leaving);
        _segments = await Segments.AllAsync(Leaving);
        _lists = [.. (await Lists.MinimalAsync(ListStatus.Active, Actor, Leaving)).Select(list => new ListOption(list.Id, list.Name, list.Optin == ListOptin.Double ? T["double opt-in"] : null))];
        _vocabulary = TemplateCatalogue.Of(TemplateFunctionSet.Campaign, await Subscribers.AttributeKeysAsync(Actor, Leaving));
        _autosave = Time.CreateTimer(_ => _ = InvokeAsync(AutosaveAsync), null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        // Not by the change's id: changes are coalesced, and the last one may be another campaign's.
        Watch(Edits, _ => TakeEditAsync());
        Watch(StatusChanges, change => change.CampaignId == Id ? ReloadStateAsync() : Task.CompletedTask);
        _ = RefreshWhileRunningAsync();
    }

    protected override async Task OnParametersSetAsync()
    {
        if (Id is null)
        {
            if (_form is null || _campaign is not null)
            {
                _campaign = null;
                _form = new CampaignForm
                {
                    FromEmail = Settings.Current.General.FromEmail,
                    TemplateId = _templates.FirstOrDefault(template => template.IsDefault)?.Id,
                    ListIds = [.. (ListIds ?? []).Where(id => _lists.Any(list => list.Id == id))],
                };
                await CountAudienceAsync();
            }
        }
        else if (_campaign?.Id != Id)
        {
            await LoadAsync(Id.Value);
        }
    }

    private async Task LoadAsync(int id)
    {
        var found = await Campaigns.FindAsync(id, Actor, Leaving);
        _fault = found.IsOk ? null : T.Message(found.Message);
        if (found.IsOk)
        {
            Take(found.Value);
            await CountAudienceAsync();
            await RenderAsync();
        }
    }

    /// <summary>Shows a campaign as stored; the form starts from it.</summary>
    private void Take(CampaignDetails campaign)
    {
        _campaign = campaign;
        _form = CampaignForm.Of(campaign, Clock);
        _formVersion++;
        _hasChanges = false;
        _saveRefusal = null;
        _theirs = null;
        _outcome = null;
    }

    private async Task OnChangedAsync()
    {
        _hasChanges = true;
        _changeCount++;
        if (Id is not null && SavesItself)
        {
            _autosave?.Change(AutosaveDelay, Timeout.InfiniteTimeSpan);
        }

        await RenderAsync();
    }

    private async Task RenderAsync()
    {
        if (Id is null || _form is null)
        {
            return;
        }

        var draft = _form.ToDraft(Clock);
        _faults = CampaignRules.BodyFaults(draft.Body, draft.ContentType);
        var composed = await Service.ComposeAsync(Id, _ => draft, Actor, Leaving);
        if (composed.IsOk)
        {
            // Links of a preview lead to nobody's pages.
            composed.Value.Uuid = Guid.Empty;
            var preview = await Renderer.PreviewAsync(composed.Value, _person?.Recipient ?? MessageRenderer.DemoRecipient, Leaving);
            _previewFault = preview.IsOk ? null : T.Message(preview.Message);
            _preview = preview.IsOk ? preview.Value : _preview;
        }
    }

    private async Task CountAudienceAsync() =>
        _audience = _form is { ListIds.Count: > 0 } ? await Campaigns.AudienceAsync(_form.Type, [.. _form.ListIds], _campaign?.ResendOfId, _form.SegmentId, Leaving) : null;

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            _autosave?.Dispose();
        }

        base.Dispose(disposing);
    }

    private async Task OnSaveArchiveClicked() => Show(
        await Service.SetArchiveAsync(Id!.Value, _form!.Archive, _form.ArchiveSlug, _form.ArchiveTemplateId, _form.ArchiveMetaJson, Actor, Leaving),
        T["The archive page is saved."]);

    private async Task OnSendClicked()
    {
        if ((CanSave && !await SaveAsync()) || !await SendCampaignDialog.AskAsync(Dialogs, _campaign!))
        {
            return;
        }

        await ChangeStatusAsync(CampaignStatus.Running);
    }

    private async Task OnCancelClicked()
    {
        if (await ConfirmDialog.AskAsync(Dialogs, T["Cancel '{0}'?", _campaign!.Name], T["Nobody else will get it, and it cannot be started again. A copy can."], T["Cancel the campaign"]))
        {
            await ChangeStatusAsync(CampaignStatus.Cancelled);
        }
    }

    private async Task ChangeStatusAsync(CampaignStatus status)
    {
        _isBusy = true;
        var outcome = await Service.ChangeStatusAsync(Id!.Value, status, Actor, Leaving);
        _isBusy = false;
        if (Show(outcome))
        {
            _campaign = outcome.Value;
        }
    }

    /// <summary>Looks over what is in the editor, saved or not.</summary>
    private async Task OnCheckClicked()
    {
        if (_content is not null)
        {
            await _content.TakeBodyAsync();
        }

        var draft = _form!.ToDraft(Clock);
        var composed = await Service.ComposeAsync(Id, _ => draft, Actor, Leaving);
        if (Show(composed))
        {
            composed.Value.Lists = [.. draft.ListIds.Select(id => new CampaignList { ListId = id, ListName = "" })];
            await PreflightDialog.ShowAsync(Dialogs, composed.Value);
        }
    }

    private async Task OnTestClicked()
    {
        if (await SendTestDialog.AskAsync(Dialogs, _testAddresses) is not { } addresses)
        {
            return;
        }

        _testAddresses = addresses;
        _isBusy = true;
        if (_content is not null)
        {
            await _content.TakeBodyAsync();
        }

        var draft = _form!.ToDraft(Clock);
        var composed = await Service.ComposeAsync(Id, _ => draft, Actor, Leaving);
        Show(composed.IsOk ? await Renderer.SendTestAsync(composed.Value, addresses, Leaving) : composed, T["The test is sent."]);
        _isBusy = false;
    }

    private async Task OnContentTypeChanged(CampaignContentType type)
    {
        var form = _form!;
        await _content!.TakeBodyAsync();
        var conversion = BodyConverter.Convert(form.Body, form.ContentType, type);
        if (!conversion.IsLossless
            && !await ConfirmDialog.AskAsync(Dialogs, T["Change the format?"], T["The body is converted. It loses {0}.", string.Join("; ", conversion.Losses)], T["Convert the body"], Color.Primary))
        {
            _formatVersion++;
            return;
        }

        var document = type == CampaignContentType.Visual ? BlockImport.From(form.Body, form.ContentType) : null;
        form.BodySource = document?.Write();
        form.TemplateId = document is null ? form.TemplateId ?? _templates.FirstOrDefault(template => template.IsDefault)?.Id : null;
        await _content.ForgetKeptAsync();
        await _content.WriteBodyAsync(document is null ? conversion.Body : BlockRenderer.ToHtml(document), type);
        await OnChangedAsync();
    }

    private async Task OnPersonChanged(PreviewPerson? person)
    {
        _person = person;
        await RenderAsync();
    }

    private Task<IEnumerable<PreviewPerson>> FindPeopleAsync(string? text, CancellationToken cancellationToken) =>
        PreviewPerson.FindAsync(Subscribers, text, Actor, cancellationToken);

    /// <summary>The state moved elsewhere: by the engine, by another person, by the API. The form keeps what is being written.</summary>
    private async Task ReloadStateAsync()
    {
        if (Id is { } id && await Campaigns.FindAsync(id, Actor, Leaving) is { IsOk: true } found)
        {
            // The revision stays the one that the form started from.
            _campaign = found.Value with { Revision = _campaign?.Revision ?? found.Value.Revision, Body = _campaign?.Body ?? found.Value.Body };
            StateHasChanged();
        }
    }

    /// <summary>Reads the counters each second while the campaign is being sent; works whichever process sends it.</summary>
    private async Task RefreshWhileRunningAsync()
    {
        try
        {
            using var timer = new PeriodicTimer(RefreshPeriod, Time);
            while (await timer.WaitForNextTickAsync(Leaving))
            {
                if (_campaign?.Status is CampaignStatus.Running or CampaignStatus.Scheduled)
                {
                    await InvokeAsync(RefreshAsync);
                }
            }
        }
        catch (Exception exception) when (exception is OperationCanceledException or ObjectDisposedException)
        {
            // The page is gone.
        }
    }

    private async Task RefreshAsync()
    {
        var progress = (await Campaigns.RunningAsync(Actor, Leaving)).FirstOrDefault(running => running.CampaignId == Id);
        if (progress is null)
        {
            await ReloadStateAsync();
            return;
        }

        _ratePerMinute = progress.RatePerMinute > 0 || progress.StartedAt is not { } startedAt
            ? progress.RatePerMinute
            : (int)(progress.Sent / Math.Max(1, (Time.GetUtcNow() - startedAt).TotalMinutes));
        _campaign = _campaign! with
        {
            Status = progress.Status,
            ToSend = progress.ToSend,
            Sent = progress.Sent,
            Failed = progress.Failed,
            Skipped = progress.Skipped,
            StartedAt = progress.StartedAt,
        };
        StateHasChanged();
    }

    /// <summary>Another tab of the same page keeps the form; anything else asks first.</summary>
    private async Task OnLeavingAsync(LocationChangingContext context)
    {
        static string PathOf(Uri address) => address.AbsolutePath;
        var isSamePage = PathOf(Navigation.ToAbsoluteUri(context.TargetLocation)) == PathOf(new Uri(Navigation.Uri));
        if (_hasChanges && !isSamePage
            && !(SavesItself && Id is not null && await SaveAsync())
            && !await ConfirmDialog.AskAsync(Dialogs, T["Leave without saving?"], T["What you changed in this campaign is not saved yet."], T["Leave without saving"]))
        {
            context.PreventNavigation();
        }
    }
}
