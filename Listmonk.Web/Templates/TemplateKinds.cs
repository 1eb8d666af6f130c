using Listmonk.Core.Templates;

namespace Listmonk.Web.Templates;

/// <summary>How pages call the kinds of templates, and what a new one of each starts with.</summary>
internal static class TemplateKinds
{
    private const string CampaignStarter = """
        <!doctype html>
        <html>
          <head>
            <meta charset="utf-8">
            <meta name="viewport" content="width=device-width, initial-scale=1">
            <title>{{ .Campaign.Subject }}</title>
          </head>
          <body style="margin: 0; padding: 24px; background: #f4f5f7; font: 16px/1.5 sans-serif; color: #1d2330;">
            <div style="max-width: 600px; margin: 0 auto; padding: 32px; background: #ffffff; border-radius: 8px;">
              {{ template "content" . }}
            </div>
            <p style="max-width: 600px; margin: 16px auto; font-size: 13px; color: #5b6472;">
              You get this mail at {{ .Subscriber.Email }}. <a href="{{ UnsubscribeURL }}">Unsubscribe</a>
            </p>
            {{ TrackView }}
          </body>
        </html>
        """;

    private const string TransactionalStarter = """
        <!doctype html>
        <html>
          <body style="font: 16px/1.5 sans-serif; color: #1d2330;">
            <p>Hello {{ .Subscriber.Name }},</p>
            <p>your order {{ .Tx.Data.order_id }} is on its way.</p>
          </body>
        </html>
        """;

    public static string Name(TemplateType type) => type switch
    {
        TemplateType.Tx => "transactional",
        TemplateType.CampaignVisual => "visual",
        _ => "campaign",
    };

    public static string Starter(TemplateType type) => type == TemplateType.Tx ? TransactionalStarter : CampaignStarter;
}
