using Listmonk.Core.Campaigns;
using Listmonk.Core.Common;
using Listmonk.Core.Lists;
using Listmonk.Core.Subscribers;
using Listmonk.Core.Subscribers.Segments;
using Listmonk.Web.Shared;
using Listmonk.Web.Shell;
using Microsoft.AspNetCore.Components;

namespace Listmonk.Web.Subscribers;

/// <summary>One segment: what it asks, and whom that finds while it is written.</summary>
public sealed partial class SegmentPage
{
    private const string NameField = "name";
    private const string DescriptionField = "description";
    private const string ExpressionField = "expression";
    private const int PreviewSize = 10;
    private const int MaxCampaigns = 200;
    private SegmentItem? _segment;
    private Outcome? _refusal;
    private PagedList<SubscriberItem>? _preview;
    private Usage? _usage;
    private string? _missing;
    private string? _fault;
    private string _name = "";
    private string _description = "";
    private string _expression = "";
    private bool _isLoaded;
    private bool _isChanged;
    private bool _isCounting;
    private bool _isText;
    private bool _canBeRows = true;
    private bool _isComplete = true;
    private IReadOnlyList<ListOption> _lists = [];
    private IReadOnlyList<ListOption> _campaigns = [];
    private IReadOnlyList<string> _attributeKeys = [];
    private int _countNumber;

    [Inject]
    private SegmentQueries Queries { get; set; } = default!;

    [Inject]
    private SegmentService Segments { get; set; } = default!;

    [Inject]
    private SubscriberQueries People { get; set; } = default!;

    [Inject]
    private ListQueries Lists { get; set; } = default!;

    [Inject]
    private CampaignQueries Campaigns { get; set; } = default!;

    [Inject]
    private UsageQueries Usages { get; set; } = default!;

    [Parameter]
    public int? Id { get; set; }

    /// <summary>A condition to start from, handed over by the page of subscribers.</summary>
    [SupplyParameterFromQuery]
    public string? Query { get; set; }

    private bool CanManage => SegmentService.CanManage(Actor);

    private string CountText => _isCounting ? T["Counting…"]
        : _preview is null ? T["People who match"]
        : _preview.Total == 0 ? T["Nobody matches now"]
        : $"{Figures.Count(_preview.Total, "person matches", "people match")} now";

    protected override async Task OnPageInitializedAsync()
    {
        _lists = [.. (await Lists.MinimalAsync(status: null, Actor, Leaving)).Select(list => new ListOption(list.Id, list.Name, null))];
        _attributeKeys = await People.AttributeKeysAsync(Actor, Leaving);
        if (Actor.SeesCampaigns)
        {
            var campaigns = await Campaigns.PageAsync(new CampaignFilter(), new PageRequest { PerPage = MaxCampaigns, OrderBy = "created_at" }, Actor, Leaving);
            _campaigns = [.. campaigns.Results.Select(campaign => new ListOption(campaign.Id, campaign.Name, null))];
        }
    }

    protected override async Task OnParametersSetAsync()
    {
        if (Id is { } id && _segment?.Id != id)
        {
            var found = await Queries.FindAsync(id, Leaving);
            _missing = found.IsOk ? null : T.Message(found.Message);
            if (found.IsOk)
            {
                Fill(found.Value);
                _usage = await Usages.OfSegmentAsync(id, Actor, Leaving);
            }
        }
        else if (Id is null && !_isLoaded)
        {
            _expression = Query ?? "";
        }

        if (!_isLoaded)
        {
            _isText = !(_canBeRows = SegmentGroup.Read(_expression) is not null);
        }

        _isLoaded = true;
        await CountAsync();
    }

    private void Fill(SegmentItem segment)
    {
        (_segment, _name, _description, _expression) = (segment, segment.Name, segment.Description, segment.Expression);
        _isChanged = false;
    }

    private void Change(Action change)
    {
        change();
        _isChanged = true;
    }

    private void OnViewChanged()
    {
        _canBeRows = SegmentGroup.Read(_expression) is not null;
        _isText = !_isText || !_canBeRows;
        _isComplete = true;
    }

    private async Task OnExpressionChangedAsync(string? text)
    {
        Change(() => _expression = text ?? "");
        await CountAsync();
    }

    /// <summary>Only the latest question is answered: a slow count of an older one must not stand beside a newer text.</summary>
    private async Task CountAsync()
    {
        var number = ++_countNumber;
        _fault = null;
        if (string.IsNullOrWhiteSpace(_expression))
        {
            (_preview, _isCounting) = (null, false);
            return;
        }

        _isCounting = true;
        StateHasChanged();
        var filter = _segment is { } stored && stored.Expression == _expression
            ? new SubscriberFilter { SegmentId = stored.Id }
            : new SubscriberFilter { Query = _expression.Trim() };
        var page = await People.PageAsync(filter, new PageRequest { PerPage = PreviewSize }, Actor, Leaving);
        if (number == _countNumber)
        {
            _isCounting = false;
            _preview = page.IsOk ? page.Value : null;
            _fault = page.IsOk ? null : T.Message(page.Message);
        }
    }

    private async Task OnSaveClicked()
    {
        var draft = new SegmentDraft(_name, _description, _expression);
        var saved = Id is { } id ? await Segments.UpdateAsync(id, draft, Actor, Leaving) : await Segments.CreateAsync(draft, Actor, Leaving);
        _refusal = saved.IsOk ? null : saved;
        _fault = saved.ErrorOf(ExpressionField) ?? _fault;
        if (saved.IsOk && Show(saved, T["'{0}' saved", draft.Name.Trim()]))
        {
            Fill(saved.Value);
            if (Id is null)
            {
                // The guard is drawn once more before the page is left, so that it knows that nothing is unsaved.
                StateHasChanged();
                await Task.Yield();
                Navigation.NavigateTo(Urls.Segment(saved.Value.Id));
            }
        }
    }
}
