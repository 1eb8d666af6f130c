using Listmonk.Core.Common;
using Listmonk.Core.Messengers.Mime;
using Listmonk.Core.Settings;

namespace Listmonk.Core.Messengers.Postback;

/// <summary>Posts a test message to a receiver as a form describes it, saved or not.</summary>
/// <remarks>Tells the status of the answer and nothing of its body: the address may lie in the installation's own network, which the reader of the page must not get to see.</remarks>
public sealed class PostbackTestService(MessengerDirectory messengers, SettingsStore settings, TimeProvider clock)
{
    /// <summary>A secret that was left empty, or shows the mask, stands for the stored one of the block with the same uuid.</summary>
    public async Task<Outcome<PostbackTestReport>> SendAsync(PostbackServer server, string recipient, CancellationToken cancellationToken)
    {
        var errors = new List<FieldError>();
        if (!EmailAddress.TryNormalize(recipient, out var address))
        {
            errors.Add(new FieldError("email", $"'{recipient}' is no e-mail address."));
        }

        if (!Uri.TryCreate(server.RootUrl, UriKind.Absolute, out var url) || url.Scheme is not ("http" or "https"))
        {
            errors.Add(new FieldError("root_url", "The messenger's URL must be an absolute http or https address."));
        }

        if (errors.Count > 0)
        {
            return Outcome<PostbackTestReport>.Invalid(errors);
        }

        var general = settings.Current.General;
        var stored = settings.Current.Messengers.Servers.FirstOrDefault(block => block.Uuid.Length > 0 && block.Uuid == server.Uuid);
        var blueprint = new MessageBlueprint(new MessageDraft { From = general.FromEmail, Body = MessageBody.Plain });
        using var writer = new MessageWriter(blueprint);
        using var message = writer.Write(
            new MessageRecipient
            {
                Address = address,
                Subject = $"Test message from {general.SiteName}",
                Date = clock.GetUtcNow(),
                Profile = new RecipientProfile { Uuid = Guid.Empty, Email = address, Name = "Test" },
            },
            $"This message shows that {general.SiteName} reaches this address.\r\n",
            html: null);
        var options = PostbackOptions.From(server with { Password = Kept(server.Password, stored?.Password), SigningKey = Kept(server.SigningKey, stored?.SigningKey) });
        var result = await messengers.TryAsync(options, message, cancellationToken);
        return new PostbackTestReport(result.IsSent, $"{(result.Code > 0 ? result.Code + " " : "")}{result.ReplyText}".Trim());
    }

    private static string Kept(string given, string? stored) => given.All(c => c == '•') ? stored ?? "" : given;
}

/// <summary>How a test message fared.</summary>
public sealed record PostbackTestReport(bool IsSent, string Answer);
