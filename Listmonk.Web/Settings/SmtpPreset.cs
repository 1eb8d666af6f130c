namespace Listmonk.Web.Settings;

/// <summary>What a well-known provider asks for (spec/settings.md 3.1).</summary>
internal sealed record SmtpPreset(string Name, string Host, int Port, string AuthProtocol, string TlsType)
{
    public static IReadOnlyList<SmtpPreset> All { get; } =
    [
        new("Gmail", "smtp.gmail.com", 465, "login", "TLS"),
        new("Amazon SES", "email-smtp.YOUR-REGION.amazonaws.com", 465, "login", "TLS"),
        new("Azure", "smtp.azurecomm.net", 587, "login", "STARTTLS"),
        new("Mailgun", "smtp.mailgun.org", 465, "login", "TLS"),
        new("Mailjet", "in-v3.mailjet.com", 465, "cram", "TLS"),
        new("SendGrid", "smtp.sendgrid.net", 465, "login", "TLS"),
        new("Postmark", "smtp.postmarkapp.com", 587, "cram", "STARTTLS"),
        new("Forward Email", "smtp.forwardemail.net", 465, "login", "TLS"),
        new("Lettermint", "smtp.lettermint.co", 465, "login", "TLS"),
    ];
}
