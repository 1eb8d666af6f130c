using System.Text.Json;
using Listmonk.Core.Common;
using Listmonk.Core.Messengers;
using Listmonk.Core.Messengers.Mime;
using Listmonk.Core.Templates;
using Listmonk.Core.Templates.Expressions;
using Listmonk.Core.Tracking;

namespace Listmonk.Core.Sending;

/// <summary>Writes a campaign's messages one after another, each straight into the buffer that goes to the server. Not for two threads at once.</summary>
internal sealed class MessageComposer : IDisposable
{
    private readonly CompiledCampaign _campaign;
    private readonly RecipientFunctions _functions;
    private readonly MessageTemplateObject _root;
    private readonly RenderContext _context;
    private readonly MessageWriter _writer;
    private readonly BodyWriter _body = new();

    public MessageComposer(CompiledCampaign campaign)
    {
        _campaign = campaign;
        _functions = new RecipientFunctions(campaign);
        _root = new MessageTemplateObject { Campaign = campaign.TemplateObject };
        _context = new RenderContext { Root = _root, Message = _functions, Language = campaign.Language, Clock = campaign.Clock };
        _writer = new MessageWriter(campaign.Blueprint);
    }

    /// <summary>Addresses met in the last message that must be registered before it can be composed for good.</summary>
    public IReadOnlyList<string> UnknownLinks => _functions.UnknownLinks;

    /// <summary>The unsubscribe page of the last message's recipient.</summary>
    public string UnsubscribeUrl => _functions.UnsubscribeUrl;

    /// <summary>The subject of the last message.</summary>
    public string Subject => _root.Subject;

    /// <exception cref="TemplateException">The template failed for this person.</exception>
    /// <exception cref="FormatException">A rendered header cannot stand in a mail.</exception>
    public OutboundMessage Compose(Recipient recipient)
    {
        var bodies = Begin(recipient);
        var headers = RenderHeaders();
        _writer.Begin(new MessageRecipient
        {
            Address = recipient.Email,
            Subject = _root.Subject,
            Date = _campaign.Clock.GetUtcNow(),
            SubscriberId = recipient.SubscriberId,
            SubscriberUuid = recipient.Uuid,
            UnsubscribeUrl = _functions.UnsubscribeUrl,
            MessageId = _campaign.HasUniqueMessageIds ? MessageIds.Unique(EmailAddress.Domain(_campaign.TemplateObject.FromEmail).TrimEnd('>')) : null,
            HeaderValues = headers,
            Profile = _campaign.NeedsProfiles ? Profile(recipient) : null,
        });
        try
        {
            if (_campaign.Sources.IsPlain)
            {
                Render(bodies.Main, _writer.BeginText());
            }
            else
            {
                if (bodies.AltBody is not null)
                {
                    Render(bodies.AltBody, _writer.BeginText());
                }

                Render(bodies.Main, _writer.BeginHtml());
            }

            return _writer.Complete();
        }
        catch
        {
            _writer.Dispose();
            throw;
        }
    }

    /// <summary>Only the main body, as a browser shows it.</summary>
    /// <exception cref="TemplateException">The template failed for this person.</exception>
    public string ComposeBody(Recipient recipient) => Begin(recipient).Main.RenderText(_context);

    public void Dispose() => _writer.Dispose();

    private CompiledBodies Begin(Recipient recipient)
    {
        var level = TrackingLevels.MostRestrictive(_campaign.Level, null, recipient.TrackingLevel);
        _functions.Begin(recipient, level);
        _root.Subscriber = new SubscriberTemplateObject
        {
            Id = recipient.SubscriberId,
            Uuid = recipient.Uuid,
            Email = recipient.Email,
            Name = recipient.Name,
            Status = EnumText.Of(recipient.Status),
            AttributesJson = recipient.Attributes,
            CreatedAt = recipient.CreatedAt,
            UpdatedAt = recipient.UpdatedAt,
        };
        _root.Subject = "";
        _root.Subject = _campaign.Subject.RenderText(_context);
        return _campaign.Bodies(level);
    }

    private string[] RenderHeaders()
    {
        if (_campaign.Headers.Count == 0)
        {
            return [];
        }

        var values = new string[_campaign.Headers.Count];
        for (var i = 0; i < values.Length; i++)
        {
            values[i] = _campaign.Headers[i].RenderText(_context);
        }

        return values;
    }

    private void Render(CompiledTemplate template, QuotedPrintableEncoder encoder)
    {
        _body.Encoder = encoder;
        template.Render(_context, _body);
    }

    private static RecipientProfile Profile(Recipient recipient) => new()
    {
        Uuid = recipient.Uuid,
        Email = recipient.Email,
        Name = recipient.Name,
        Attribs = JsonElement.Parse(recipient.Attributes),
        Status = EnumText.Of(recipient.Status),
    };

    /// <summary>Passes a rendering on to the encoder; constant pieces are encoded once and kept with the template.</summary>
    private sealed class BodyWriter : ITemplateWriter
    {
        /// <summary>Below this a segment's own line breaks would cost more than encoding it again.</summary>
        private const int ShortestSegment = 48;

        public QuotedPrintableEncoder Encoder { get; set; } = default!;

        public void WriteLiteral(TemplateLiteral literal)
        {
            if (literal.Text.Length < ShortestSegment)
            {
                Encoder.Write(literal.Text);
                return;
            }

            Encoder.WriteLiteral((byte[])(literal.Encoded ??= QuotedPrintableEncoder.EncodeLiteral(literal.Text)));
        }

        public void Write(ReadOnlySpan<char> text) => Encoder.Write(text);
    }
}
