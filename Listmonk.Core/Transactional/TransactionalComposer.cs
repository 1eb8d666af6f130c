using Listmonk.Core.Common;
using Listmonk.Core.Messengers.Mime;
using Listmonk.Core.Settings;
using Listmonk.Core.Subscribers;
using Listmonk.Core.Templates;
using Listmonk.Core.Templates.Expressions;

namespace Listmonk.Core.Transactional;

/// <summary>Renders a call's messages, each on its own: subject, body and text part never carry over from one person to the next.</summary>
public sealed class TransactionalComposer(TransactionalTemplates templates, SettingsStore settings, ITemplateLanguage language, TimeProvider clock)
{
    /// <summary>All messages, or the reason why one of them could not be made; then none is sent.</summary>
    internal async Task<Outcome<ComposedMessages>> ComposeAsync(TransactionalCall call, IReadOnlyList<Addressee> people, CancellationToken cancellationToken)
    {
        var kind = call.ContentType switch
        {
            "plain" => BodyKind.Plain,
            "markdown" => BodyKind.Markdown,
            _ => BodyKind.Html,
        };
        var found = await templates.FindAsync(call.TemplateId, kind, cancellationToken);
        if (!found.IsOk)
        {
            return Outcome<ComposedMessages>.From(found);
        }

        try
        {
            return Compose(call, found.Value, kind, people);
        }
        catch (Exception exception) when (exception is TemplateException or FormatException)
        {
            return Outcome<ComposedMessages>.Invalid("", exception.Message);
        }
    }

    private Outcome<ComposedMessages> Compose(TransactionalCall call, TransactionalTemplate template, BodyKind kind, IReadOnlyList<Addressee> people)
    {
        var from = call.FromEmail.Length > 0 ? call.FromEmail : settings.Current.General.FromEmail;
        var subject = Text(call.Subject.Length > 0 ? call.Subject : template.Subject);
        var altBody = kind == BodyKind.Plain || string.IsNullOrWhiteSpace(call.AltBody) ? null : Text(call.AltBody);
        var blueprint = new MessageBlueprint(new MessageDraft
        {
            From = from,
            Body = kind == BodyKind.Plain ? MessageBody.Plain : altBody is null ? MessageBody.Html : MessageBody.HtmlWithText,
            Attachments = [.. call.Files, .. template.Images],
            Headers = [.. call.Headers.Select(header => new DraftHeader(header.Key, header.Value))],
        });
        var root = new MessageTemplateObject { Tx = TemplateObject(call, from) };
        var context = new RenderContext { Root = root, Clock = clock, Language = language };
        var files = call.Files.Count + template.Images.Count > 0 ? blueprint.Segments[^1] : [];
        var messages = new List<ComposedMessage>(people.Count);
        var size = 0L;
        using var writer = new MessageWriter(blueprint);
        foreach (var person in people)
        {
            root.Subscriber = TemplateObject(person);
            root.Subject = "";
            root.Subject = subject.RenderText(context);
            var body = template.Body.RenderText(context);
            using var mail = writer.Write(
                new MessageRecipient { Address = person.Email, Subject = root.Subject, Date = clock.GetUtcNow() },
                text: kind == BodyKind.Plain ? body : altBody?.RenderText(context),
                html: kind == BodyKind.Plain ? null : body);
            size += mail.Mime.Length - files.Length;
            if (size > TransactionalRules.MaxRenderedSize)
            {
                return Outcome<ComposedMessages>.Invalid(
                    "", $"The messages have more than {TransactionalRules.MaxRenderedSize / 1024 / 1024} MB together: send to fewer people a call.");
            }

            messages.Add(new ComposedMessage(person, root.Subject.Replace("\0", "", StringComparison.Ordinal), mail.MessageId, new TransactionalContent
            {
                EnvelopeFrom = mail.EnvelopeFrom,
                EnvelopeRecipients = [.. mail.EnvelopeRecipients],
                FromAddress = mail.FromAddress,
                Mime = mail.Mime[..^files.Length].ToArray(),
            }));
        }

        return new ComposedMessages(messages, files);
    }

    /// <summary>Text without expressions is taken as it is, also where it holds an opening brace pair alone.</summary>
    private static CompiledTemplate Text(string source) => CompiledTemplate.Compile(
        CompiledTemplate.ContainsExpression(source) ? source : source.Replace("{{", "{{\"{{\"}}", StringComparison.Ordinal),
        TemplateMode.Text,
        TemplateFunctionSet.Transactional);

    private static TransactionalTemplateObject TemplateObject(TransactionalCall call, string from) => new()
    {
        DataJson = call.DataJson,
        Subject = call.Subject,
        FromEmail = from,
        TemplateId = call.TemplateId,
        SubscriberEmails = call.SubscriberEmail.Length > 0 ? [call.SubscriberEmail] : call.SubscriberEmails,
        Headers = call.Headers,
        ContentType = call.ContentType,
        Messenger = call.Messenger,
    };

    private static SubscriberTemplateObject TemplateObject(Addressee person) => person.Subscriber is not { } subscriber
        ? new SubscriberTemplateObject { Email = person.Email, Status = "" }
        : new SubscriberTemplateObject
        {
            Id = subscriber.Id,
            Uuid = subscriber.Uuid,
            Email = subscriber.Email,
            Name = subscriber.Name,
            Status = EnumText.Of(subscriber.Status),
            AttributesJson = subscriber.Attributes,
            CreatedAt = subscriber.CreatedAt,
            UpdatedAt = subscriber.UpdatedAt,
        };
}

/// <summary>A person to write to; a subscriber or just an address.</summary>
internal sealed record Addressee(string Email, Subscriber? Subscriber);

/// <summary>The messages of one call, with the pictures and files that end each of them.</summary>
internal sealed record ComposedMessages(IReadOnlyList<ComposedMessage> Messages, byte[] Files);

internal sealed record ComposedMessage(Addressee Person, string Subject, string MessageId, TransactionalContent Content);
