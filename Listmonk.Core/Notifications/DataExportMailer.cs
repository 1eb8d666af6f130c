using System.Text.Json;
using Listmonk.Core.Common;
using Listmonk.Core.Data;
using Listmonk.Core.Languages;
using Listmonk.Core.Lists;
using Listmonk.Core.Messengers.Mime;
using Listmonk.Core.Settings;
using Listmonk.Core.Subscribers;
using Microsoft.EntityFrameworkCore;

namespace Listmonk.Core.Notifications;

/// <summary>
/// Mails people what is kept about them (spec/public.md 8.1). It goes to their own address only, so whoever holds a forwarded mail learns
/// nothing.
/// </summary>
public sealed class DataExportMailer(
    IDbContextFactory<ListmonkDbContext> databases, SubscriberQueries subscribers, SystemMailer mailer, LanguageDirectory languages, SettingsStore settings, TimeProvider clock)
{
    private const string PrivateListName = "Private list";
    private const int Remembered = 10_000;
    private static readonly TimeSpan Pause = TimeSpan.FromMinutes(10);
    private static readonly JsonWriterOptions Indented = new() { Indented = true, Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping };
    private readonly BoundedCache<int, DateTimeOffset> _sent = new(Remembered);

    /// <returns>Also ok when the same person asked a moment ago: the mail is on its way.</returns>
    public async Task<Outcome> SendAsync(Guid subscriberUuid, CancellationToken cancellationToken)
    {
        if (!settings.Current.Privacy.AllowExport)
        {
            return Outcome.Invalid("", "This feature is not available.");
        }

        await using var db = await databases.CreateDbContextAsync(cancellationToken);
        var person = await db.Subscribers.AsNoTracking().FirstOrDefaultAsync(one => one.Uuid == subscriberUuid, cancellationToken);
        if (person is null)
        {
            return Outcome.NotFound("This address is no longer in our records.");
        }

        if (_sent.TryGet(person.Id, out var at) && at + Pause > clock.GetUtcNow())
        {
            return Outcome.Ok;
        }

        var export = await subscribers.ExportAsync(person.Id, Actor.System, cancellationToken);
        if (!export.IsOk)
        {
            return export;
        }

        var language = languages.Choose([person.Language]);
        var mail = new SystemMail
        {
            Language = language,
            Subject = language.Find("email.data.title"),
            Heading = language.Find("email.data.title"),
            Paragraphs = [language.Find("email.data.info")],
            Attachments = [new Attachment("data.json", "application/json", Write(export.Value))],
        };
        var sent = await mailer.SendAsync(mail, new SystemMailRecipient(person.Email, person.Id, person.Uuid), cancellationToken);
        if (sent.IsOk)
        {
            _sent.Set(person.Id, clock.GetUtcNow());
        }

        return sent;
    }

    /// <summary>The same file as the mail's attachment, for whoever has shown that the mailbox is theirs (<see cref="PrivacyLinks"/>).</summary>
    public async Task<Outcome<byte[]>> ReadAsync(Guid subscriberUuid, CancellationToken cancellationToken)
    {
        if (!settings.Current.Privacy.AllowExport)
        {
            return Outcome<byte[]>.Invalid("", "This feature is not available.");
        }

        await using var db = await databases.CreateDbContextAsync(cancellationToken);
        var id = await db.Subscribers.Where(one => one.Uuid == subscriberUuid).Select(one => (int?)one.Id).FirstOrDefaultAsync(cancellationToken);
        if (id is null)
        {
            return Outcome<byte[]>.NotFound("This address is no longer in our records.");
        }

        var export = await subscribers.ExportAsync(id.Value, Actor.System, cancellationToken);
        return export.IsOk ? Write(export.Value) : Outcome<byte[]>.From(export);
    }

    private static byte[] Write(SubscriberExport export)
    {
        using var memory = new MemoryStream();
        using (var json = new Utf8JsonWriter(memory, Indented))
        {
            json.WriteStartObject();
            if (export.Profile is { } person)
            {
                WriteArray(json, "profile", [person], WriteProfile);
            }

            if (export.Subscriptions is { } subscriptions)
            {
                WriteArray(json, "subscriptions", subscriptions, WriteSubscription);
            }

            if (export.Views is { } views)
            {
                WriteArray(json, "campaign_views", views, static (writer, view) =>
                {
                    writer.WriteString("campaign", view.Subject);
                    writer.WriteNumber("views", view.ViewCount);
                });
            }

            if (export.Clicks is { } clicks)
            {
                WriteArray(json, "link_clicks", clicks.GroupBy(click => click.Url, StringComparer.Ordinal), static (writer, link) =>
                {
                    writer.WriteString("url", link.Key);
                    writer.WriteNumber("clicks", link.Sum(click => click.ClickCount));
                });
            }

            if (export.Hits.Count > 0)
            {
                WriteArray(json, "opens_and_clicks", export.Hits, WriteHit);
            }

            if (export.Consents.Count > 0)
            {
                WriteArray(json, "tracking_choices", export.Consents, static (writer, consent) =>
                {
                    writer.WriteString("level", EnumText.Of(consent.Level));
                    writer.WriteString("source", consent.Source);
                    writer.WriteString("text", consent.Text);
                    writer.WriteString("at", consent.At);
                });
            }

            if (export.Departures.Count > 0)
            {
                WriteArray(json, "unsubscribes", export.Departures, static (writer, departure) =>
                {
                    writer.WriteString("campaign", departure.Campaign);
                    writer.WriteString("reason", departure.Reason is { } reason ? EnumText.Of(reason) : null);
                    writer.WriteString("comment", departure.Comment);
                    writer.WriteString("at", departure.At);
                });
            }

            json.WriteEndObject();
        }

        return memory.ToArray();
    }

    private static void WriteArray<T>(Utf8JsonWriter json, string name, IEnumerable<T> items, Action<Utf8JsonWriter, T> write)
    {
        json.WriteStartArray(name);
        foreach (var item in items)
        {
            json.WriteStartObject();
            write(json, item);
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    private static void WriteHit(Utf8JsonWriter json, ExportedHit hit)
    {
        json.WriteString("kind", EnumText.Of(hit.Kind));
        json.WriteString("at", hit.At);
        json.WriteString("campaign", hit.Campaign);
        json.WriteString("url", hit.Url);
        json.WriteString("verdict", EnumText.Of(hit.Verdict));
        json.WriteString("reason", hit.Reason);
        json.WriteString("device", hit.AgentClass);
        json.WriteString("user_agent", hit.UserAgent);
        json.WriteString("network", hit.Network);
    }

    private static void WriteProfile(Utf8JsonWriter json, SubscriberItem person)
    {
        json.WriteNumber("id", person.Id);
        json.WriteString("uuid", person.Uuid);
        json.WriteString("email", person.Email);
        json.WriteString("name", person.Name);
        json.WritePropertyName("attribs");
        json.WriteRawValue(person.Attributes);
        json.WriteString("status", EnumText.Of(person.Status));
        json.WriteString("created_at", person.CreatedAt);
        json.WriteString("updated_at", person.UpdatedAt);
    }

    private static void WriteSubscription(Utf8JsonWriter json, SubscriptionItem subscription)
    {
        json.WriteString("subscription_status", EnumText.Of(subscription.Status));
        json.WriteString("name", subscription.List.Type == ListType.Private ? PrivateListName : subscription.List.Name);
        json.WriteString("type", EnumText.Of(subscription.List.Type));
        json.WriteString("created_at", subscription.CreatedAt);
    }
}
