using Listmonk.Core.Common;
using Listmonk.Core.Messengers.Smtp;
using Listmonk.Core.Settings;
using Listmonk.Web.Shell;

namespace Listmonk.Web.Settings;

/// <summary>Edits and tests one SMTP server.</summary>
public sealed partial class SmtpServerPage
{
    private Outcome? _testRefusal;
    private SmtpTestReport? _report;
    private string _recipient = "";
    private bool _isTesting;

    protected override string ListKey => "smtp";

    protected override string ListAddress => Urls.SmtpSettings;

    protected override IReadOnlyList<SmtpServer> Entries => Settings.Current.Smtp.Servers;

    protected override SmtpServer NewEntry => new();

    private static (string Value, string Text)[] TlsTypes =>
        [("STARTTLS", T["STARTTLS (587)"]), ("TLS", T["TLS from the start (465)"]), ("none", T["None"])];

    private static (string Value, string Text)[] AuthProtocols =>
        [("none", T["None"]), ("login", "LOGIN"), ("plain", "PLAIN"), ("cram", "CRAM-MD5")];

    private IReadOnlyList<string> Headers => [.. Draft!.EmailHeaders.SelectMany(block => block).Select(header => $"{header.Key}: {header.Value}")];

    protected override Task OnPageInitializedAsync()
    {
        _recipient = Settings.Current.General.NotifyEmails.FirstOrDefault("");
        return base.OnPageInitializedAsync();
    }

    protected override SmtpServer WithoutSecrets(SmtpServer entry) => entry with { Password = "" };

    protected override object SectionOf(IReadOnlyList<SmtpServer> entries) => new SmtpSettings { Servers = entries };

    protected override string SavedNote(SmtpServer entry) => entry.Enabled ? T["Mail goes through {0} now.", entry.Host] : T["{0} is saved, but off.", entry.Host];

    private void SetHeaders(IReadOnlyList<string> lines) => Draft = Draft! with
    {
        EmailHeaders =
        [
            .. lines.Select(line => line.Split(':', 2, StringSplitOptions.TrimEntries))
                .Where(parts => parts.Length == 2 && parts[0].Length > 0)
                .Select(parts => new Dictionary<string, string>(StringComparer.Ordinal) { [parts[0]] = parts[1] }),
        ],
    };

    private void Use(SmtpPreset preset) => Draft = Draft! with
    {
        Host = preset.Host,
        Port = preset.Port,
        AuthProtocol = preset.AuthProtocol,
        TlsType = preset.TlsType,
        HelloHostname = "",
        TlsSkipVerify = false,
    };

    private async Task SendTestAsync()
    {
        _isTesting = true;
        _report = null;
        _testRefusal = null;
        try
        {
            var outcome = await Test.SendAsync(Draft!, _recipient ?? "", Leaving);
            _testRefusal = outcome.IsOk ? null : outcome;
            _report = outcome.IsOk ? outcome.Value : null;
        }
        finally
        {
            _isTesting = false;
        }
    }
}
