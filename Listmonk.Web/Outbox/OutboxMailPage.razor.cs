using System.Text;
using Listmonk.Core.Messengers.Outbox;
using Listmonk.Web.Shared;
using Listmonk.Web.Shell;
using Microsoft.AspNetCore.Components;
using MudBlazor;

namespace Listmonk.Web.Outbox;

/// <summary>One captured mail as its reader sees it, and as a postmaster does.</summary>
public sealed partial class OutboxMailPage
{
    /// <summary>Longer sources are cut on the page.</summary>
    private const int MaxShownSource = 512 * 1024;

    private const string DefaultTab = "rendered";

    private static (string Key, string Text)[] Tabs => [(DefaultTab, T["Rendered"]), ("text", T["Plain text"]), ("source", T["Source"]), ("headers", T["Headers"])];

    private OutboxMail? _mail;
    private long? _newer;
    private long? _older;
    private string _document = "";
    private string _source = "";
    private bool _isLoaded;

    [Parameter]
    public long Id { get; set; }

    [SupplyParameterFromQuery(Name = "tab")]
    private string? Tab { get; set; }

    [SupplyParameterFromQuery(Name = "search")]
    private string? Search { get; set; }

    private string ActiveTab => Tabs.Any(tab => tab.Key == Tab) ? Tab! : DefaultTab;

    private string Query => string.IsNullOrWhiteSpace(Search) ? "" : "?search=" + Uri.EscapeDataString(Search);

    private string ListUrl => Urls.Outbox + Query;

    protected override async Task OnParametersSetAsync()
    {
        if (_mail?.Entry.Id != Id)
        {
            _mail = await Outbox.ReadAsync(Id, Leaving);
            _document = _mail is null ? "" : MailDocument.For(_mail.Html, _mail.Text, _mail.Attachments);
            _source = "";
            _isLoaded = true;
        }

        if (ActiveTab == "source" && _source.Length == 0 && await Outbox.ReadSourceAsync(Id, Leaving) is { } bytes)
        {
            _source = Encoding.UTF8.GetString(bytes.AsSpan(0, Math.Min(bytes.Length, MaxShownSource)));
        }

        FindNeighbours();
    }

    private string MailUrl(long id) => Urls.OutboxMail(id) + Query;

    private void FindNeighbours()
    {
        var ids = Outbox.List(Search, 0, int.MaxValue).Items.Select(entry => entry.Id).ToList();
        var at = ids.IndexOf(Id);
        _newer = at > 0 ? ids[at - 1] : null;
        _older = at >= 0 && at < ids.Count - 1 ? ids[at + 1] : null;
    }

    private void Delete()
    {
        FindNeighbours();
        var next = _older ?? _newer;
        Outbox.Delete(Id);
        Snackbar.Add(T["The mail is deleted."], Severity.Success);
        Navigation.NavigateTo(next is { } id ? MailUrl(id) : ListUrl);
    }
}
