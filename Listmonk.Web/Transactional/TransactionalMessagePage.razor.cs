using System.Globalization;
using Listmonk.Core.Common;
using Listmonk.Core.Messengers;
using Listmonk.Core.Transactional;
using Listmonk.Core.Users;
using Listmonk.Web.Shared;
using Listmonk.Web.Shell;
using Microsoft.AspNetCore.Components;

namespace Listmonk.Web.Transactional;

/// <summary>One transactional message: what became of it and, for those who may, what it says.</summary>
public sealed partial class TransactionalMessagePage
{
    private const string DefaultTab = "rendered";

    private static (string Key, string Text)[] Tabs => [(DefaultTab, T["Rendered"]), ("text", T["Plain text"]), ("headers", T["Headers"])];

    private TransactionalDetails? _message;
    private MessageContent? _content;
    private string _document = "";
    private bool _isLoaded;

    [Parameter]
    public int Id { get; set; }

    [Inject]
    private TransactionalQueries Messages { get; set; } = default!;

    [Inject]
    private TransactionalService Service { get; set; } = default!;

    [Inject]
    private LiveFeed<TransactionalChanged> Changes { get; set; } = default!;

    [SupplyParameterFromQuery(Name = "tab")]
    private string? Tab { get; set; }

    [SupplyParameterFromQuery(Name = "q")]
    private string? Search { get; set; }

    [SupplyParameterFromQuery(Name = "state")]
    private string? State { get; set; }

    [SupplyParameterFromQuery(Name = "page")]
    private int? Page { get; set; }

    private string ActiveTab => Tabs.Any(tab => tab.Key == Tab) ? Tab! : DefaultTab;

    private bool CanRead => Actor.Can(Permissions.TxGet);

    private bool IsHtml => _content?.ContentType == "html";

    private string? PlainText => IsHtml ? _content?.AltBody : _content?.Body;

    /// <summary>Back to the list as it was left.</summary>
    private string ListUrl => Navigation.GetUriWithQueryParameters(
        Navigation.ToAbsoluteUri(Urls.Transactional).AbsoluteUri,
        new Dictionary<string, object?>(StringComparer.Ordinal) { ["q"] = Search, ["state"] = State, ["page"] = Page });

    private string Progress => _message switch
    {
        { State: TransactionalState.Queued, Attempts: 0 } => T["waits for its turn"],
        { State: TransactionalState.Queued } message => T["after {0}; it is tried again for a day", Figures.Count(message.Attempts, "attempt")],
        { Attempts: > 1 } message => $"after {Figures.Count(message.Attempts, "attempt")}",
        _ => "",
    };

    private string LastAnswer => string.Join(
        " ", new[] { _message?.Server, _message?.Code?.ToString(CultureInfo.InvariantCulture), _message?.Reply }.Where(part => !string.IsNullOrEmpty(part)));

    protected override Task OnPageInitializedAsync()
    {
        Watch(Changes, async _ =>
        {
            _message = await Messages.FindAsync(Id, Leaving);
            StateHasChanged();
        });
        return Task.CompletedTask;
    }

    protected override async Task OnParametersSetAsync()
    {
        if (_message?.Id == Id)
        {
            return;
        }

        _message = await Messages.FindAsync(Id, Leaving);
        _content = CanRead && _message is not null ? await Messages.ContentAsync(Id, Leaving) : null;
        _document = _content is null ? "" : MailDocument.For(IsHtml ? _content.Body : null, PlainText, _content.Attachments);
        _isLoaded = true;
    }

    private async Task RetryAsync()
    {
        if (Show(await Service.RetryAsync(Id, Leaving), T["The message is on its way again."]))
        {
            _message = await Messages.FindAsync(Id, Leaving);
        }
    }
}
