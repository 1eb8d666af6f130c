using Listmonk.Core.Campaigns;
using Listmonk.Core.Common;
using Listmonk.Core.Templates;
using Listmonk.Core.Templates.Expressions;

namespace Listmonk.Core.Sending;

/// <summary>Shows a template, stored or not, as the demo subscriber would get a mail made with it.</summary>
public sealed class TemplatePreview(MessageRenderer renderer, TimeProvider clock, ITemplateLanguage? language = null)
{
    /// <summary>On one line, so that faults below the placeholder are reported at the template's own lines.</summary>
    private static readonly string Content = """
        <h2>A heading of the mail</h2>
        <p>This is where the content of a campaign goes. The template around it gives the mail its frame: colours, widths, the line at the
        end with the unsubscribe link.</p>
        <p>A second paragraph shows the distance between two of them, and <a href="https://example.com/">a link</a> shows its colour.</p>
        <ul><li>First point</li><li>Second point</li></ul>
        """.ReplaceLineEndings(" ");

    public async Task<Outcome<string>> RenderAsync(TemplateType type, string body, CancellationToken cancellationToken)
    {
        if (type == TemplateType.Tx)
        {
            return RenderTransactional(body);
        }

        if (type == TemplateType.Campaign && !TemplateRules.HasPlaceholder(body))
        {
            return Outcome<string>.Invalid("body", TemplateRules.PlaceholderFault);
        }

        // As a body of its own, with sample content in its place, a template needs no campaign around it.
        var now = clock.GetUtcNow();
        var sample = new Campaign
        {
            Name = "Sample campaign",
            Subject = "Subject of the sample campaign",
            ContentType = CampaignContentType.Visual,
            Body = TemplateRules.FillPlaceholder(body, Content),
            CreatedAt = now,
            UpdatedAt = now,
        };
        return await renderer.RenderAsync(sample, MessageRenderer.DemoRecipient, cancellationToken);
    }

    private Outcome<string> RenderTransactional(string body)
    {
        var person = MessageRenderer.DemoRecipient;
        var context = new RenderContext
        {
            Clock = clock,
            Language = language,
            Root = new MessageTemplateObject
            {
                Subscriber = new SubscriberTemplateObject { Uuid = person.Uuid, Email = person.Email, Name = person.Name, AttributesJson = person.Attributes },
                Tx = new TransactionalTemplateObject { DataJson = """{"order_id": "1234"}""", Subject = "Sample subject" },
            },
        };
        try
        {
            return CompiledTemplate.Compile(body, TemplateMode.Html, TemplateFunctionSet.Transactional).RenderText(context);
        }
        catch (TemplateException exception)
        {
            return Outcome<string>.Invalid("body", exception.Message);
        }
    }
}
