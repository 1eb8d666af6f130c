using System.Globalization;
using System.Text;
using System.Text.Json;
using Listmonk.Core.Common;
using Listmonk.Core.Settings;
using Listmonk.Core.Templates;
using Listmonk.Core.Templates.Expressions;

namespace Listmonk.Core.Campaigns;

/// <summary>What a campaign's fields must look like and how they are tidied (spec/campaigns.md 1.1 and 3.2).</summary>
public static class CampaignRules
{
    public const int MaxTagLength = 100;

    /// <summary>A slug of letters, marks and digits of any script, joined by dashes; null when nothing is left.</summary>
    public static string? Slug(string? text)
    {
        var slug = new StringBuilder();
        foreach (var rune in (text ?? "").ToLowerInvariant().EnumerateRunes())
        {
            var isKept = Rune.IsLetterOrDigit(rune)
                || Rune.GetUnicodeCategory(rune) is UnicodeCategory.NonSpacingMark or UnicodeCategory.SpacingCombiningMark or UnicodeCategory.EnclosingMark;
            if (isKept)
            {
                slug.Append(rune);
            }
            else if (slug.Length > 0 && slug[^1] != '-')
            {
                slug.Append('-');
            }
        }

        var result = slug.ToString().Trim('-');
        return result.Length == 0 ? null : result;
    }

    internal static CampaignDraft Clean(CampaignDraft draft, SettingsSnapshot settings) => draft with
    {
        Name = draft.Name.Trim(),
        Subject = draft.Subject.Trim(),
        FromEmail = string.IsNullOrWhiteSpace(draft.FromEmail) ? settings.General.FromEmail : draft.FromEmail.Trim(),
        BodySource = draft.ContentType == CampaignContentType.Visual && !string.IsNullOrWhiteSpace(draft.BodySource) ? draft.BodySource : null,
        AltBody = string.IsNullOrEmpty(draft.AltBody) ? null : draft.AltBody,
        SendAt = draft.SendAt?.ToUniversalTime(),
        Headers = [.. draft.Headers.Where(header => header.Key.Trim().Length > 0).Select(header => KeyValuePair.Create(header.Key.Trim(), header.Value))],
        Utm = draft.Utm is { } utm ? UtmTemplate.Clean(utm) : null,
        Tags = [.. draft.Tags.Select(Tag).Where(tag => tag.Length > 0).Distinct(StringComparer.Ordinal)],
        Messenger = CleanMessenger(draft.Messenger, settings),
        TemplateId = draft.ContentType == CampaignContentType.Visual || draft.TemplateId is 0 ? null : draft.TemplateId,
        ArchiveTemplateId = draft.ArchiveTemplateId is 0 ? null : draft.ArchiveTemplateId,
        ArchiveSlug = Slug(draft.ArchiveSlug),
        AttributesJson = string.IsNullOrWhiteSpace(draft.AttributesJson) || draft.AttributesJson == "null" ? "{}" : draft.AttributesJson,
        ArchiveMetaJson = string.IsNullOrWhiteSpace(draft.ArchiveMetaJson) || draft.ArchiveMetaJson == "null" ? "{}" : draft.ArchiveMetaJson,
    };

    /// <summary>Everything that needs no look into the database; <paramref name="unchangedSendAt"/> may lie in the past.</summary>
    internal static List<FieldError> Check(CampaignDraft draft, SettingsSnapshot settings, DateTimeOffset? unchangedSendAt, DateTimeOffset now)
    {
        var errors = new List<FieldError>();
        if (Encoding.UTF8.GetByteCount(draft.Name) is 0 or > Campaign.MaxNameLength)
        {
            errors.Add(new FieldError("name", "The name must have between 1 and 2000 characters."));
        }

        if (Encoding.UTF8.GetByteCount(draft.Subject) is 0 or > Campaign.MaxSubjectLength || draft.Subject.AsSpan().ContainsAny('\r', '\n'))
        {
            errors.Add(new FieldError("subject", "The subject must be one line of between 1 and 5000 characters."));
        }

        if (draft.Utm is { } utm && UtmTemplate.Fault(utm) is { } fault)
        {
            errors.Add(new FieldError("utm", fault));
        }

        if (!EmailAddress.TryParseMailbox(draft.FromEmail, out _, out _))
        {
            errors.Add(new FieldError("from_email", "The From address must look like News <news@example.com> or news@example.com."));
        }

        if (draft.SendAt is { } sendAt && sendAt <= now && sendAt != unchangedSendAt)
        {
            errors.Add(new FieldError("send_at", "The send time must lie in the future."));
        }

        if (!settings.MessengerNames.Contains(draft.Messenger, StringComparer.Ordinal))
        {
            errors.Add(new FieldError("messenger", $"There is no messenger named '{draft.Messenger}'."));
        }

        if (draft.Tags.Any(tag => tag.Length > MaxTagLength))
        {
            errors.Add(new FieldError("tags", $"A tag can have at most {MaxTagLength} characters."));
        }

        if (draft.Headers.Any(header => !IsHeaderName(header.Key) || header.Value.AsSpan().ContainsAny('\r', '\n')))
        {
            errors.Add(new FieldError("headers", "A header needs a name of letters, digits and dashes, and a value of one line."));
        }

        if (!IsJsonObject(draft.AttributesJson))
        {
            errors.Add(new FieldError("attribs", "The attributes must be a JSON object, such as {\"edition\": 4}."));
        }

        if (!IsJsonObject(draft.ArchiveMetaJson))
        {
            errors.Add(new FieldError("archive_meta", "The archive data must be a JSON object, such as {\"name\": \"Reader\"}."));
        }

        CheckCompiles(draft, errors);
        return errors;
    }

    /// <summary>Where a body does not compile, or holds a call that will fail, for the editor to mark.</summary>
    public static IReadOnlyList<TemplateFault> BodyFaults(string body, CampaignContentType type) => type switch
    {
        CampaignContentType.Markdown => TemplateFaults.OfMarkdown(body),
        CampaignContentType.Plain => TemplateFaults.Of(body, TemplateMode.Text, TemplateFunctionSet.Campaign),
        _ => TemplateFaults.Of(body, TemplateMode.Html, TemplateFunctionSet.Campaign),
    };

    private static void CheckCompiles(CampaignDraft draft, List<FieldError> errors)
    {
        var mode = draft.ContentType == CampaignContentType.Plain ? TemplateMode.Text : TemplateMode.Html;
        var body = draft.ContentType == CampaignContentType.Markdown ? MarkdownBody.ToHtml(draft.Body) : draft.Body;
        CheckCompiles("body", "The body", body, mode, errors);
        CheckCompiles("altbody", "The plain-text version", draft.AltBody ?? "", TemplateMode.Text, errors);
        CheckCompiles("subject", "The subject", draft.Subject, TemplateMode.Text, errors);
        foreach (var header in draft.Headers)
        {
            CheckCompiles("headers", $"The header {header.Key}", header.Value, TemplateMode.Text, errors);
        }
    }

    private static void CheckCompiles(string field, string what, string source, TemplateMode mode, List<FieldError> errors)
    {
        // A subject with lone braces is no template; a body with them is one that was not finished.
        if ((field == "body" || CompiledTemplate.ContainsExpression(source))
            && TemplateRules.Fault(() => CompiledTemplate.Compile(source, mode, TemplateFunctionSet.Campaign)) is { } fault)
        {
            errors.Add(new FieldError(field, $"{what} does not compile: {fault}"));
        }
    }

    private static string Tag(string tag) => string.Join('-', tag.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries));

    /// <summary>A named SMTP server that is gone falls back to all servers.</summary>
    private static string CleanMessenger(string messenger, SettingsSnapshot settings)
    {
        var name = messenger.Trim();
        return name.Length == 0
            || (name.StartsWith("email-", StringComparison.Ordinal) && !settings.MessengerNames.Contains(name, StringComparer.Ordinal))
            ? Campaign.DefaultMessenger
            : name;
    }

    private static bool IsHeaderName(string name) => name.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_');

    internal static bool IsJsonObject(string json)
    {
        try
        {
            using var document = JsonDocument.Parse(json);
            return document.RootElement.ValueKind == JsonValueKind.Object;
        }
        catch (JsonException)
        {
            return false;
        }
    }
}
