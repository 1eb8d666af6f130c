using Listmonk.Core.Common;
using Listmonk.Core.Messengers.Smtp;
using Listmonk.Core.Settings;
using Listmonk.Web.Shell;
using Microsoft.AspNetCore.Components;
using MudBlazor;

namespace Listmonk.Web.Settings;

/// <summary>Edits and tests one SMTP server. The stored password never reaches the page; an empty field keeps it.</summary>
public sealed partial class SmtpServerPage
{
    private const string NewUuid = "new";

    private static (string Value, string Text)[] TlsTypes =>
        [("STARTTLS", T["STARTTLS (587)"]), ("TLS", T["TLS from the start (465)"]), ("none", T["None"])];

    private static (string Value, string Text)[] AuthProtocols =>
        [("none", T["None"]), ("login", "LOGIN"), ("plain", "PLAIN"), ("cram", "CRAM-MD5")];

    private SmtpServer? _draft;
    private SmtpServer? _saved;
    private Outcome? _refusal;
    private Outcome? _testRefusal;
    private SmtpTestReport? _report;
    private string _recipient = "";
    private int _index;
    private bool _hasPassword;
    private bool _isTesting;

    [Parameter]
    public string Uuid { get; set; } = NewUuid;

    private bool IsNew => Uuid == NewUuid;

    private bool IsChanged => _draft is not null && !_draft.Equals(_saved);

    private IReadOnlyList<string> Headers => [.. _draft!.EmailHeaders.SelectMany(block => block).Select(header => $"{header.Key}: {header.Value}")];

    protected override Task OnPageInitializedAsync()
    {
        var servers = Settings.Current.Smtp.Servers;
        _index = IsNew ? servers.Count : servers.ToList().FindIndex(server => server.Uuid == Uuid);
        var stored = IsNew ? new SmtpServer() : _index < 0 ? null : servers[_index];
        _hasPassword = stored?.Password.Length > 0;
        _draft = _saved = stored is null ? null : stored with { Password = "" };
        _recipient = Settings.Current.General.NotifyEmails.FirstOrDefault("");
        return Task.CompletedTask;
    }

    private string Key(string member) => $"smtp[{_index}].{member}";

    private void SetHeaders(IReadOnlyList<string> lines) => _draft = _draft! with
    {
        EmailHeaders =
        [
            .. lines.Select(line => line.Split(':', 2, StringSplitOptions.TrimEntries))
                .Where(parts => parts.Length == 2 && parts[0].Length > 0)
                .Select(parts => new Dictionary<string, string>(StringComparer.Ordinal) { [parts[0]] = parts[1] }),
        ],
    };

    private void Use(SmtpPreset preset) => _draft = _draft! with
    {
        Host = preset.Host,
        Port = preset.Port,
        AuthProtocol = preset.AuthProtocol,
        TlsType = preset.TlsType,
        HelloHostname = "",
        TlsSkipVerify = false,
    };

    private async Task SaveAsync()
    {
        // The other servers go along without their passwords, which the service puts back by uuid.
        var servers = Settings.Current.Smtp.Servers.Select(server => server with { Password = "" }).ToList();
        _index = IsNew ? servers.Count : servers.FindIndex(server => server.Uuid == Uuid);
        if (_index < 0)
        {
            _draft = null;
            return;
        }

        if (IsNew)
        {
            servers.Add(_draft!);
        }
        else
        {
            servers[_index] = _draft!;
        }

        _refusal = await Service.SaveSectionAsync(new SmtpSettings { Servers = servers }, Actor, Leaving);
        if (_refusal.IsOk)
        {
            _saved = _draft;

            // The guard must know before the page is left.
            StateHasChanged();
            Snackbar.Add(_draft!.Enabled ? T["Mail goes through {0} now.", _draft.Host] : T["{0} is saved, but off.", _draft.Host], Severity.Success);
            Navigation.NavigateTo(Urls.SmtpSettings);
        }
    }

    private async Task SendTestAsync()
    {
        _isTesting = true;
        _report = null;
        _testRefusal = null;
        try
        {
            var outcome = await Test.SendAsync(_draft!, _recipient ?? "", Leaving);
            _testRefusal = outcome.IsOk ? null : outcome;
            _report = outcome.IsOk ? outcome.Value : null;
        }
        finally
        {
            _isTesting = false;
        }
    }
}
