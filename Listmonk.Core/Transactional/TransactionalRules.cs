using Listmonk.Core.Common;
using Listmonk.Core.Messengers;
using Listmonk.Core.Messengers.Mime;
using Listmonk.Core.Settings;
using Listmonk.Core.Subscribers;

namespace Listmonk.Core.Transactional;

/// <summary>What a call must look like, how much it may hold, and how long a message that is put off is tried again.</summary>
public static class TransactionalRules
{
    public const int MaxRecipients = 1000;

    /// <summary>Largest JSON document of a call, in bytes.</summary>
    public const int MaxBodySize = 5 * 1024 * 1024;

    public const int MaxFiles = 20;

    /// <summary>All files of a call together, in bytes.</summary>
    public const int MaxFilesSize = 25 * 1024 * 1024;

    public const int MaxKeyLength = 255;

    /// <summary>All messages of a call together, in bytes, files apart.</summary>
    internal const int MaxRenderedSize = 64 * 1024 * 1024;

    internal const string NotReachable = "Invalid fields: send subscriber_emails OR subscriber_ids";

    /// <summary>A message nobody took for so long is of no use any more.</summary>
    internal static readonly TimeSpan Lifetime = TimeSpan.FromHours(24);

    private static readonly TimeSpan[] Pauses =
    [
        TimeSpan.FromSeconds(10), TimeSpan.FromSeconds(30), TimeSpan.FromMinutes(2), TimeSpan.FromMinutes(5), TimeSpan.FromMinutes(15), TimeSpan.FromMinutes(30), TimeSpan.FromHours(1),
    ];

    /// <summary>
    /// Null when the message is to fail; otherwise how long to wait before it is tried again. Messages that were put off together come
    /// back spread over a fifth of the pause.
    /// </summary>
    internal static TimeSpan? PauseAfter(DeliveryOutcome outcome, int attempts, TimeSpan age)
    {
        if (outcome == DeliveryOutcome.RecipientRefused || age >= Lifetime)
        {
            return null;
        }

        var pause = Pauses[Math.Clamp(attempts - 1, 0, Pauses.Length - 1)];
        return pause * (1 + (Random.Shared.NextDouble() / 5));
    }

    public static bool IsKey(string key) => key.Length is > 0 and <= MaxKeyLength && !key.AsSpan().ContainsAnyExceptInRange('!', '~');

    /// <summary>The recipients of a call in its order, each once; or the first fault in listmonk's words.</summary>
    internal static Outcome<Addressing> Address(TransactionalCall call, PrivacySettings privacy)
    {
        if ((call.SubscriberEmail.Length > 0 && call.SubscriberEmails.Count > 0) || (call.SubscriberId != 0 && call.SubscriberIds.Count > 0))
        {
            return Fault("Invalid fields: send subscriber_email OR subscriber_emails, subscriber_id OR subscriber_ids");
        }

        RecipientMode? mode = call.Mode switch
        {
            "" or "default" => RecipientMode.Default,
            "fallback" => RecipientMode.Fallback,
            "external" => RecipientMode.External,
            _ => null,
        };
        if (mode is null)
        {
            return Fault("Invalid fields: subscriber_mode");
        }

        string[] emails = call.SubscriberEmail.Length > 0 ? [call.SubscriberEmail] : [.. call.SubscriberEmails];
        int[] ids = call.SubscriberId != 0 ? [call.SubscriberId] : [.. call.SubscriberIds];
        if (mode == RecipientMode.Default && (emails.Length > 0) == (ids.Length > 0))
        {
            return Fault(NotReachable);
        }

        if (mode != RecipientMode.Default && (emails.Length == 0 || ids.Length > 0))
        {
            return Fault($"Invalid fields: the mode {call.Mode} takes subscriber_emails only");
        }

        if (emails.Length + ids.Length > MaxRecipients)
        {
            return Fault($"Invalid fields: at most {MaxRecipients} recipients a call");
        }

        for (var i = 0; i < emails.Length; i++)
        {
            if (!EmailAddress.TryNormalize(emails[i], out emails[i]) || !MailAddressText.IsSafe(emails[i]))
            {
                return Fault(SubscriberRules.InvalidEmail);
            }

            if (!SubscriberRules.AllowsDomain(emails[i], privacy))
            {
                return Fault(SubscriberRules.BlockedDomain);
            }
        }

        return new Addressing(mode.Value, [.. emails.Distinct(StringComparer.Ordinal)], [.. ids.Distinct()]);

        static Outcome<Addressing> Fault(string message) => Outcome<Addressing>.Invalid("", message);
    }

    internal static Outcome CheckContent(TransactionalCall call)
    {
        foreach (var (name, _) in call.Headers)
        {
            if (!MessageBlueprint.IsValidHeaderName(name))
            {
                return Outcome.Invalid("", $"Invalid fields: headers: '{name}' cannot be the name of a header");
            }
        }

        if (call.Files.Count > MaxFiles)
        {
            return Outcome.Invalid("", $"Invalid fields: at most {MaxFiles} files a call");
        }

        return call.Files.Sum(file => (long)file.Content.Length) > MaxFilesSize
            ? Outcome.Invalid("", $"Invalid fields: the files have more than {MaxFilesSize / 1024 / 1024} MB together")
            : Outcome.Ok;
    }
}

/// <summary>Whom a call is for: addresses or subscribers' ids, never both.</summary>
internal sealed record Addressing(RecipientMode Mode, IReadOnlyList<string> Emails, IReadOnlyList<int> Ids);
