using System.Security.Cryptography;
using Listmonk.Core.Common;
using Listmonk.Core.Messengers.Postback;
using Listmonk.Core.Settings;
using Listmonk.Web.Shell;

namespace Listmonk.Web.Settings;

/// <summary>Edits and tests one postback messenger.</summary>
public sealed partial class PostbackServerPage
{
    private const int KeyBytes = 32;

    private Outcome? _testRefusal;
    private PostbackTestReport? _report;
    private string _recipient = "";
    private bool _isKeyShown;
    private bool _isTesting;

    protected override string ListKey => "messengers";

    protected override string ListAddress => Urls.MessengerSettings;

    protected override IReadOnlyList<PostbackServer> Entries => Settings.Current.Messengers.Servers;

    protected override PostbackServer NewEntry => new();

    private string? KeyHint => _isKeyShown ? T["Copy it to the receiver now: it is not shown again."] : Kept(Stored?.SigningKey) ?? T["Empty: requests are not signed."];

    protected override Task OnPageInitializedAsync()
    {
        _recipient = Settings.Current.General.NotifyEmails.FirstOrDefault("");
        return base.OnPageInitializedAsync();
    }

    protected override PostbackServer WithoutSecrets(PostbackServer entry) => entry with { Password = "", SigningKey = "" };

    protected override object SectionOf(IReadOnlyList<PostbackServer> entries) => new MessengerSettings { Servers = entries };

    protected override string SavedNote(PostbackServer entry) => entry.Enabled ? T["{0} can be chosen in campaigns now.", entry.Name] : T["{0} is saved, but off.", entry.Name];

    private void MakeKey()
    {
        _isKeyShown = true;
        Draft = Draft! with { SigningKey = Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(KeyBytes)) };
    }

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
