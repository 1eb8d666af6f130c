using System.Text.Json;
using Listmonk.Core.Analytics.Timeline;
using Listmonk.Core.Bounces;
using Listmonk.Core.Common;
using Listmonk.Core.Lists;
using Listmonk.Core.Subscribers;
using Listmonk.Core.Tracking;
using Listmonk.Core.Users;
using Listmonk.Web.Shared;
using Listmonk.Web.Shell;
using Microsoft.AspNetCore.Components;
using MudBlazor;

namespace Listmonk.Web.Subscribers;

/// <summary>One person: profile, lists, attributes, activity and bounces.</summary>
public sealed partial class SubscriberPage
{
    private static readonly JsonSerializerOptions Indented = new(JsonSerializerDefaults.Web)
    {
        WriteIndented = true,
        Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    private const int MaxBounces = 100;

    private IReadOnlyList<ListOption> _options = [];
    private SubscriberItem? _person;
    private TimelinePage? _timeline;
    private EngagementScore? _score;
    private IReadOnlyList<BounceItem>? _bounces;
    private TrackingChoice? _tracking;
    private Outcome? _refusal;
    private Outcome? _trackingRefusal;
    private string? _missing;
    private bool _isLoaded;
    private bool _isChanged;
    private string _email = "";
    private string _name = "";
    private SubscriberStatus _status;
    private string _attributes = "{}";
    private IReadOnlyCollection<int> _listIds = [];
    private bool _isPreconfirmed;

    [Inject]
    private SubscriberQueries Queries { get; set; } = default!;

    [Inject]
    private TimelineQueries Timeline { get; set; } = default!;

    [Inject]
    private EngagementQueries Engagement { get; set; } = default!;

    [Inject]
    private SubscriberService People { get; set; } = default!;

    [Inject]
    private TrackingChoiceService Choices { get; set; } = default!;

    [Inject]
    private BounceQueries Bounces { get; set; } = default!;

    [Inject]
    private ListQueries Lists { get; set; } = default!;

    [Inject]
    private IDialogService Dialogs { get; set; } = default!;

    [Parameter]
    public int? Id { get; set; }

    [SupplyParameterFromQuery]
    public string? Tab { get; set; }

    [SupplyParameterFromQuery(Name = "show")]
    public string? Shown { get; set; }

    [SupplyParameterFromQuery(Name = "count")]
    public string? Count { get; set; }

    /// <summary>Where the page of the timeline begins; null for the newest.</summary>
    [SupplyParameterFromQuery(Name = "after")]
    public string? After { get; set; }

    private bool WithMachines => Count == "all";

    private TimelineGroup? Group => EnumText.TryParse<TimelineGroup>(Shown, out var group) ? group : null;

    private bool CanManage => Actor.Can(Permissions.SubscribersManage);

    private bool IsActivity => Tab == "activity" && Id is not null;

    private bool IsBounces => Tab == "bounces" && Id is not null && Actor.Can(Permissions.BouncesGet);

    private bool HasUnconfirmed => _person is not null
        && _person.Lists.Any(item => item is { Status: SubscriptionStatus.Unconfirmed, List.Optin: ListOptin.Double });

    private string? AttributesFault => SubscriberRules.CheckAttributes(_attributes);

    protected override async Task OnPageInitializedAsync()
    {
        var lists = await Lists.MinimalAsync(ListStatus.Active, Actor, Leaving);
        _options = [.. lists.Where(list => Actor.CanManageList(list.Id))
            .Select(list => new ListOption(list.Id, list.Name, list.Optin == ListOptin.Double ? T["double opt-in"] : null))];
    }

    protected override async Task OnParametersSetAsync()
    {
        if (Id is { } id && _person?.Id != id)
        {
            var found = await Queries.FindAsync(id, Actor, Leaving);
            _missing = found.IsOk ? null : T.Message(found.Message);
            if (found.IsOk)
            {
                Fill(found.Value);
                var choice = await Choices.FindAsync(id, Actor, Leaving);
                _tracking = choice.IsOk ? choice.Value : null;
            }
        }

        if (IsActivity && _missing is null)
        {
            var timeline = await Timeline.PageAsync(Id!.Value, new TimelineFilter(Group, WithMachines, After), Actor, Leaving);
            var score = await Engagement.FindAsync(Id.Value, Actor, Leaving);
            (_timeline, _score) = timeline.IsOk && score.IsOk ? (timeline.Value, score.Value) : (null, null);
        }

        if (IsBounces && _missing is null)
        {
            await LoadBouncesAsync();
        }

        _isLoaded = true;
    }

    private string Address(TimelineGroup? group, bool withMachines, string? after) => Navigation.GetUriWithQueryParameters(new Dictionary<string, object?>(StringComparer.Ordinal)
    {
        ["tab"] = "activity",
        ["show"] = group is { } one ? EnumText.Of(one) : null,
        ["count"] = withMachines ? "all" : null,
        ["after"] = after,
    });

    private void OnMachinesChosen(bool all) => Navigation.NavigateTo(Address(Group, all, null), replace: true);

    private async Task LoadBouncesAsync() =>
        _bounces = (await Bounces.PageAsync(new BounceFilter { SubscriberId = Id }, new PageRequest { PerPage = MaxBounces }, Leaving)).Results;

    private async Task OnDeleteBouncesClicked()
    {
        if (await ConfirmDialog.AskAsync(Dialogs, T["Delete these bounces?"], T["They no longer count for this person and the campaigns. The person's status stays as it is. This cannot be undone."], T["Delete the bounces"])
            && Show(await People.DeleteBouncesAsync(Id!.Value, Actor, Leaving), T["Bounces deleted"]))
        {
            await LoadBouncesAsync();
        }
    }

    private void Fill(SubscriberItem person)
    {
        (_person, _email, _name, _status) = (person, person.Email, person.Name, person.Status);
        using var attributes = JsonDocument.Parse(person.Attributes);
        _attributes = JsonSerializer.Serialize(attributes.RootElement, Indented);
        _listIds = [.. person.Lists.Where(item => !item.IsRestricted).Select(item => item.List.Id)];
        _isPreconfirmed = false;
        _isChanged = false;
    }

    private void Change(Action change)
    {
        change();
        _isChanged = true;
    }

    private void OnAttributesChanged(string? text) => Change(() => _attributes = text ?? "");

    private async Task OnSaveClicked()
    {
        var draft = new SubscriberDraft
        {
            Email = _email,
            Name = _name,
            Status = _status,
            Attributes = _attributes,
            ListIds = [.. _listIds],
            IsPreconfirmed = _isPreconfirmed,
        };
        var saved = Id is { } id ? await People.UpdateAsync(id, draft, Actor, Leaving) : await People.CreateAsync(draft, Actor, Leaving);
        _refusal = saved.IsOk ? null : saved;
        if (saved.IsOk && Show(saved, Id is null ? T["Subscriber added"] : T["Saved"]))
        {
            Fill(saved.Value);
            if (Id is null)
            {
                // The guard is drawn once more before the page is left, so that it knows that nothing is unsaved.
                StateHasChanged();
                await Task.Yield();
                Navigation.NavigateTo(Urls.Subscriber(saved.Value.Id));
            }
        }
    }

    private async Task OnTrackingRecorded((TrackingLevel? Level, string Text) choice)
    {
        var set = await Choices.SetAsync(Id!.Value, choice.Level, choice.Text, "admin", Actor, Leaving);
        _trackingRefusal = set.IsOk ? null : set;
        if (set.IsOk && Show(set, T["Choice recorded"]))
        {
            _tracking = set.Value;
        }
    }

    private async Task OnSendOptinClicked() => Show(await People.SendOptinAsync(Id!.Value, Actor, Leaving), T["Opt-in mail sent"]);

    private async Task OnDeleteClicked()
    {
        if (await ConfirmDialog.AskAsync(Dialogs, T["Delete this person?"], T["{0} will be gone with all subscriptions. This cannot be undone.", _person!.Email], T["Delete person"])
            && Show(await People.DeleteAsync(SubscriberSelection.Of(_person.Id), Actor, Leaving), T["Deleted"]))
        {
            _isChanged = false;
            StateHasChanged();
            await Task.Yield();
            Navigation.NavigateTo(Urls.Subscribers);
        }
    }
}
