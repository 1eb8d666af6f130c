using System.Text.Json;

namespace Listmonk.Core.Bounces.Parsing;

/// <summary>Notices of Amazon SES that come by mail instead of a webhook: JSON in the text.</summary>
internal static class ProviderNoticeReader
{
    public static IReadOnlyList<RecipientReading>? TryRead(ReportText text)
    {
        var joined = string.Join('\n', text.Lines);
        var start = joined.IndexOf('{', StringComparison.Ordinal);
        if (start < 0 || !(joined.Contains("notificationType", StringComparison.Ordinal) || joined.Contains("eventType", StringComparison.Ordinal)))
        {
            return null;
        }

        try
        {
            // Mailers fold the long line; a line end inside a JSON text is never meant.
            var reader = new Utf8JsonReader(System.Text.Encoding.UTF8.GetBytes(joined[start..].Replace("\n", "", StringComparison.Ordinal)));
            using var document = JsonDocument.ParseValue(ref reader);
            var notice = document.RootElement;
            if (notice.TryGetProperty("Message", out var inner) && inner.ValueKind == JsonValueKind.String)
            {
                using var message = JsonDocument.Parse(inner.GetString()!);
                return Read(message.RootElement);
            }

            return Read(notice);
        }
        catch (JsonException)
        {
            return null;
        }
    }

    private static List<RecipientReading> Read(JsonElement notice)
    {
        var readings = new List<RecipientReading>();
        if (List(notice, "bounce", "bouncedRecipients") is { } bounced)
        {
            foreach (var recipient in bounced)
            {
                readings.Add(BounceClassifier.Classify(new Evidence
                {
                    Recipient = MailAddresses.First(Text(recipient, "emailAddress")),
                    Answers = [Text(recipient, "diagnosticCode")],
                    Status = ReplyText.StatusOf(Text(recipient, "status")),
                }));
            }
        }

        foreach (var recipient in List(notice, "complaint", "complainedRecipients") ?? [])
        {
            readings.Add(new RecipientReading { Recipient = MailAddresses.First(Text(recipient, "emailAddress")), Class = BounceClass.Complaint, Reason = "complaint", Line = "notificationType: Complaint", DecidedBy = "'notificationType: Complaint'" });
        }

        foreach (var recipient in List(notice, "delivery", "recipients") ?? [])
        {
            readings.Add(new RecipientReading { Recipient = MailAddresses.First(recipient.ToString()), Class = BounceClass.Delivered, Reason = "delivered", Line = "notificationType: Delivery", DecidedBy = "'notificationType: Delivery'" });
        }

        return readings;
    }

    private static List<JsonElement>? List(JsonElement element, string outer, string inner) =>
        element.ValueKind == JsonValueKind.Object && element.TryGetProperty(outer, out var found) && found.ValueKind == JsonValueKind.Object
        && found.TryGetProperty(inner, out var list) && list.ValueKind == JsonValueKind.Array ? [.. list.EnumerateArray()] : null;

    private static string Text(JsonElement element, string name) =>
        element.ValueKind == JsonValueKind.Object && element.TryGetProperty(name, out var found) && found.ValueKind == JsonValueKind.String ? found.GetString()! : "";
}
