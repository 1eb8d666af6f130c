using System.Text;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Cronos;
using Listmonk.Core.Bounces;
using Listmonk.Core.Common;

namespace Listmonk.Core.Settings;

/// <summary>What a settings value must look like; every fault is reported with its key (spec/settings.md 5).</summary>
internal static partial class SettingsRules
{
    private static readonly string[] AuthProtocols = ["login", "cram", "plain", "none"];
    private static readonly string[] TlsTypes = ["none", "STARTTLS", "TLS"];

    /// <summary>Normalises a value before it is checked: trims the root URL, gives array blocks a uuid, tidies messenger names.</summary>
    public static JsonNode? Clean(string key, JsonNode? value)
    {
        switch (key)
        {
            case "app.root_url" when value is JsonValue url && url.TryGetValue<string>(out var text):
                return text.Trim().TrimEnd('/');
            case "security.oidc" when value is JsonObject openId && openId["provider_url"] is JsonValue address && address.TryGetValue<string>(out var issuer):
                // Providers show either address; Auth0's slash at the end belongs to its name, and the discovery document has the last word.
                openId["provider_url"] = issuer.Trim().Replace("/.well-known/openid-configuration", "", StringComparison.Ordinal);
                return openId;
            case "smtp" or "messengers" or "dkim.keys" or "bounce.mailboxes" when value is JsonArray blocks:
                foreach (var block in blocks.OfType<JsonObject>())
                {
                    if (string.IsNullOrEmpty(block["uuid"]?.ToString()))
                    {
                        block["uuid"] = Guid.NewGuid().ToString();
                    }

                    if (block["name"] is JsonValue name && name.TryGetValue<string>(out var given))
                    {
                        block["name"] = CleanName(given, key == "smtp" ? "email-" : "");
                    }

                    if (block["host"] is JsonValue host && host.TryGetValue<string>(out var hostText))
                    {
                        block["host"] = hostText.Trim();
                    }
                }

                return value;
            default:
                return value;
        }
    }

    public static IEnumerable<FieldError> Check(SettingsSnapshot settings, IEnumerable<string> changedKeys)
    {
        var changed = changedKeys.ToHashSet(StringComparer.Ordinal);
        return All(settings).Where(error => changed.Contains(error.Field) || changed.Any(key => error.Field.StartsWith(key + "[", StringComparison.Ordinal) || error.Field.StartsWith(key + ".", StringComparison.Ordinal)));
    }

    private static IEnumerable<FieldError> Media(MediaSettings media)
    {
        if (media.Provider is not (MediaSettings.FileSystem or MediaSettings.S3))
        {
            yield return new FieldError("upload.provider", $"Files are kept in '{MediaSettings.FileSystem}' or in '{MediaSettings.S3}'.");
        }

        if (media.Provider == MediaSettings.S3 && media.S3Bucket.Trim().Length == 0)
        {
            yield return new FieldError("upload.provider", "Name the bucket before files are kept in S3.");
        }

        if (media.S3Url.Trim().Length > 0 && !IsWebAddress(media.S3Url))
        {
            yield return new FieldError("upload.s3.url", "The S3 endpoint must be an address such as https://s3.eu-central-1.amazonaws.com.");
        }

        if (media.S3PublicUrl.Trim() is { Length: > 0 } publicUrl && publicUrl[0] != '/' && !IsWebAddress(publicUrl))
        {
            yield return new FieldError("upload.s3.public_url", "The public address must begin with https:// or be a path.");
        }

        if (media.S3BucketType is not ("public" or "private"))
        {
            yield return new FieldError("upload.s3.bucket_type", "The bucket is 'public' or 'private'.");
        }
    }

    private static FieldError? DkimFault(DkimKey key, string field) =>
        Uri.CheckHostName(key.Domain) != UriHostNameType.Dns || !key.Domain.Contains('.', StringComparison.Ordinal) ? new FieldError($"{field}.domain", "The domain must be a name such as example.com.")
        : Uri.CheckHostName(key.Selector) != UriHostNameType.Dns || key.Selector.Length > 63 ? new FieldError($"{field}.selector", "A selector has letters, digits and hyphens only.")
        : key.Algorithm is not (DkimKey.Rsa or DkimKey.Ed25519) ? new FieldError($"{field}.algorithm", "The algorithm is rsa or ed25519.")
        : key.Enabled && key.PrivateKey.Length == 0 ? new FieldError($"{field}.private_key", "The private key is lost; remove this key and make a new one.")
        : null;

    /// <summary>The local part of an address has at most 64 characters (RFC 5321), and the token takes its share of them.</summary>
    private static string? ReturnPathFault(string returnPath, bool isVerp)
    {
        const int MaxLocal = 64;
        if (returnPath.Trim() is not { Length: > 0 } address)
        {
            return null;
        }

        var room = isVerp ? MaxLocal - VerpAddress.MaxLength - 1 : MaxLocal;
        return !EmailAddress.TryNormalize(address, out _) ? "The return path must be a bare address such as bounces@example.com."
            : address.LastIndexOf('@') > room ? $"At most {room} characters can stand before the @ of a return path."
            : null;
    }

    private static bool IsWebAddress(string text) => Uri.TryCreate(text.Trim(), UriKind.Absolute, out var address) && address.Scheme is "http" or "https";

    private static IEnumerable<FieldError> All(SettingsSnapshot settings)
    {
        if (!Uri.TryCreate(settings.General.RootUrl, UriKind.Absolute, out var root) || root.Scheme is not ("http" or "https")
            || root.Query.Length > 0 || root.Fragment.Length > 0 || root.UserInfo.Length > 0)
        {
            yield return new FieldError("app.root_url", "The root URL must be an absolute http or https address without query, such as https://news.example.com.");
        }

        if (!EmailAddress.TryParseMailbox(settings.General.FromEmail, out _, out _))
        {
            yield return new FieldError("app.from_email", "The default From must be an address such as News <news@example.com>.");
        }

        foreach (var (name, rule) in new[] { ("soft", settings.Bounces.Actions.Soft), ("hard", settings.Bounces.Actions.Hard), ("complaint", settings.Bounces.Actions.Complaint) })
        {
            if (rule.Count is < 1 or > 1000)
            {
                yield return new FieldError("bounce.actions", $"The count of {name} bounces must lie between 1 and 1000.");
            }
        }

        if (settings.Bounces.Windows is { Soft: < 0 or > 3650 } or { Hard: < 0 or > 3650 } or { Complaint: < 0 or > 3650 })
        {
            yield return new FieldError("bounce.windows", "Bounces add up within 0 (for ever) to 3650 days.");
        }

        foreach (var error in BounceSourceRules.Check(settings))
        {
            yield return error;
        }

        foreach (var address in settings.General.NotifyEmails.Where(address => !EmailAddress.TryNormalize(address, out _)))
        {
            yield return new FieldError("app.notify_emails", $"'{address}' is no e-mail address.");
        }

        if (ReturnPathFault(settings.Deliverability.ReturnPath, settings.Deliverability.ReturnPathVerp) is { } returnPathFault)
        {
            yield return new FieldError("app.return_path", returnPathFault);
        }

        if (settings.Deliverability.UnsubscribeMailbox.Trim() is { Length: > 0 } mailbox && !EmailAddress.TryNormalize(mailbox, out _))
        {
            yield return new FieldError("app.unsubscribe_mailbox", "The unsubscribe mailbox must be a bare address such as unsubscribe@example.com.");
        }

        for (var i = 0; i < settings.Dkim.Keys.Count; i++)
        {
            if (DkimFault(settings.Dkim.Keys[i], $"dkim.keys[{i}]") is { } dkimFault)
            {
                yield return dkimFault;
            }
        }

        foreach (var error in Media(settings.Media))
        {
            yield return error;
        }

        foreach (var error in Range("app.concurrency", "The number of workers", settings.Sending.Concurrency, 1, 10_000)
                     .Concat(Range("app.message_rate", "Messages a second", settings.Sending.MessageRate, 1, 1_000_000))
                     .Concat(Range("app.batch_size", "The batch size", settings.Sending.BatchSize, 1, 100_000))
                     .Concat(Range("app.missed_schedule_minutes", "Minutes after which a missed campaign asks", settings.Sending.MissedScheduleMinutes, 0, 525_600))
                     .Concat(Range("app.max_send_errors", "Errors until a campaign pauses", settings.Sending.MaxSendErrors, 0, 100_000))
                     .Concat(Range("app.message_sliding_window_rate", "Messages over a period", settings.Sending.SlidingWindowRate, 1, 10_000_000))
                     .Concat(Range("tx.retention_days", "Days in the log of transactional mails", settings.Transactional.RetentionDays, 1, 3650))
                     .Concat(Range("tracking.keep_opens_days", "Days that opens are kept", settings.Tracking.KeepOpensDays, 0, 36_500))
                     .Concat(Range("tracking.keep_clicks_days", "Days that clicks are kept", settings.Tracking.KeepClicksDays, 0, 36_500))
                     .Concat(Range("tracking.keep_details_days", "Days that details are kept", settings.Tracking.KeepDetailsDays, 0, 36_500)))
        {
            yield return error;
        }

        foreach (var error in Range("maintenance.backup", "Backups that are kept", settings.Maintenance.Backup.Keep, 1, 1000)
                     .Concat(Cron("maintenance.backup", settings.Maintenance.Backup.Enabled, settings.Maintenance.Backup.Cron))
                     .Concat(Cron("maintenance.db", settings.Maintenance.Vacuum.Vacuum, settings.Maintenance.Vacuum.VacuumCronInterval))
                     .Concat(Cron("app.cache_slow_queries_interval", settings.Sending.CacheSlowQueries, settings.Sending.CacheSlowQueriesInterval)))
        {
            yield return error;
        }

        if (!DurationText.TryParse(settings.Sending.SlidingWindowDuration, out var window) || window < TimeSpan.FromSeconds(1))
        {
            yield return new FieldError("app.message_sliding_window_duration", "The window must be a duration of at least 1s, such as 30m or 1h.");
        }

        if (settings.Tracking.UtmParameters.Trim() is { Length: > 0 } utm && (utm.Length > 1_000 || !UtmParameters().IsMatch(utm)))
        {
            yield return new FieldError("tracking.utm_parameters", "Write name=value, several joined by &, such as utm_source=newsletter&utm_campaign={{ .Campaign.Name }}.");
        }

        foreach (var (key, networks) in new[] { ("tracking.scanner_networks", settings.Tracking.ScannerNetworks), ("tracking.people_networks", settings.Tracking.PeopleNetworks) })
        {
            foreach (var network in networks.Where(network => !NetworkSet.IsNetwork(network)))
            {
                yield return new FieldError(key, $"'{network}' is neither an address nor a network such as 203.0.113.0/24.");
            }
        }

        foreach (var error in SendingRules.Check(settings.Sending.DomainLimits))
        {
            yield return error;
        }

        foreach (var error in SecurityRules.Check(settings.Security))
        {
            yield return error;
        }

        var names = new HashSet<string>(StringComparer.Ordinal) { "email" };
        for (var i = 0; i < settings.Smtp.Servers.Count; i++)
        {
            foreach (var error in CheckSmtp(settings.Smtp.Servers[i], $"smtp[{i}]", names, settings.Deliverability.ReturnPathVerp))
            {
                yield return error;
            }
        }

        for (var i = 0; i < settings.Messengers.Servers.Count; i++)
        {
            var messenger = settings.Messengers.Servers[i];
            if (messenger.Name.Length == 0)
            {
                yield return new FieldError($"messengers[{i}].name", "Invalid messenger name.");
            }
            else if (!names.Add(messenger.Name))
            {
                yield return new FieldError($"messengers[{i}].name", $"Duplicate messenger name: {messenger.Name}");
            }

            if (!Uri.TryCreate(messenger.RootUrl, UriKind.Absolute, out var url) || url.Scheme is not ("http" or "https"))
            {
                yield return new FieldError($"messengers[{i}].root_url", "The messenger's URL must be an absolute http or https address.");
            }

            if (messenger.SigningKey.Length is > 0 and < PostbackServer.ShortestSigningKey)
            {
                yield return new FieldError($"messengers[{i}].signing_key", $"A signing key has at least {PostbackServer.ShortestSigningKey} characters.");
            }
        }
    }

    private static IEnumerable<FieldError> CheckSmtp(SmtpServer server, string field, HashSet<string> names, bool isVerp)
    {
        if (server.Name.Length > 0 && !names.Add(server.Name))
        {
            yield return new FieldError($"{field}.name", $"Duplicate messenger name: {server.Name}");
        }

        if (!server.Enabled)
        {
            yield break;
        }

        if (ReturnPathFault(server.ReturnPath, isVerp) is { } returnPathFault)
        {
            yield return new FieldError($"{field}.return_path", returnPathFault);
        }

        if (Uri.CheckHostName(server.Host) == UriHostNameType.Unknown)
        {
            yield return new FieldError($"{field}.host", "The SMTP host must be a host name or an address.");
        }

        foreach (var error in Range($"{field}.port", "The port", server.Port, 1, 65_535)
                     .Concat(Range($"{field}.max_conns", "Connections", server.MaxConns, 1, 65_535))
                     .Concat(Range($"{field}.max_msg_retries", "Attempts for one message", server.MaxMsgRetries, 0, 1000))
                     .Concat(Range($"{field}.weight", "The share of the mail", server.Weight, 0, 1000))
                     .Concat(Range($"{field}.message_rate", "Messages a second", server.MessageRate, 0, 1_000_000))
                     .Concat(Range($"{field}.daily_limit", "Messages in 24 hours", server.DailyLimit, 0, 100_000_000)))
        {
            yield return error;
        }

        foreach (var from in server.FromAddresses.Where(from => !SendingRules.IsSender(from)))
        {
            yield return new FieldError($"{field}.from_addresses", $"'{from}' is neither an address nor a domain.");
        }

        if (!AuthProtocols.Contains(server.AuthProtocol, StringComparer.Ordinal))
        {
            yield return new FieldError($"{field}.auth_protocol", "The authentication must be login, cram, plain or none.");
        }

        if (!TlsTypes.Contains(server.TlsType, StringComparer.Ordinal))
        {
            yield return new FieldError($"{field}.tls_type", "TLS must be none, STARTTLS or TLS.");
        }

        foreach (var (name, text) in new[]
                 {
                     ("idle_timeout", server.IdleTimeout), ("wait_timeout", server.WaitTimeout), ("msg_retry_delay", server.MsgRetryDelay),
                 })
        {
            if (!DurationText.TryParse(text, out _))
            {
                yield return new FieldError($"{field}.{name}", $"'{text}' is no duration; write a number and ms, s, m, h or d, such as 15s.");
            }
        }
    }

    private static IEnumerable<FieldError> Cron(string field, bool isUsed, string cron)
    {
        if (isUsed && !CronExpression.TryParse(cron, out _))
        {
            yield return new FieldError(field, $"'{cron}' is no schedule; write five fields, minute hour day month weekday, such as 0 3 * * *.");
        }
    }

    private static IEnumerable<FieldError> Range(string field, string what, int value, int least, int most)
    {
        if (value < least || value > most)
        {
            yield return new FieldError(field, $"{what} must lie between {least} and {most}.");
        }
    }

    private static string CleanName(string name, string prefix)
    {
        var text = new StringBuilder();
        foreach (var c in name.Trim().ToLowerInvariant())
        {
            text.Append(char.IsAsciiLetterOrDigit(c) || c == '-' ? c : '-');
        }

        var clean = text.ToString();
        return clean.Length == 0 || prefix.Length == 0 || clean.StartsWith(prefix, StringComparison.Ordinal) ? clean : prefix + clean;
    }

    /// <summary>Settings know no templates, so values here are plain or name a field of the campaign.</summary>
    [GeneratedRegex(@"^[A-Za-z][\w.\-]*=([^&{}]|\{\{ *\.Campaign\.\w+ *\}\})*(&[A-Za-z][\w.\-]*=([^&{}]|\{\{ *\.Campaign\.\w+ *\}\})*)*$", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex UtmParameters();
}
