using System.Collections.Frozen;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Listmonk.Core.Settings;

/// <summary>The catalogue of known settings with their defaults, and where secrets sit inside them (spec/settings.md 2 to 4).</summary>
public static class SettingsKeys
{
    /// <summary>What a reader sees in place of a secret; the length says nothing about the secret.</summary>
    public const string Mask = "••••••••";

    /// <summary>Defaults of keys that later features own; kept as stored, so that clients find every key they know.</summary>
    private const string OtherDefaults =
        """
        {
          "upload.provider": "filesystem",
          "upload.extensions": ["jpg","jpeg","png","gif","webp","svg","pdf","txt","csv","ics","docx","xlsx","pptx","zip"],
          "upload.filesystem.upload_path": "uploads",
          "upload.filesystem.upload_uri": "/uploads",
          "upload.s3.url": "https://ap-south-1.s3.amazonaws.com",
          "upload.s3.public_url": "",
          "upload.s3.aws_access_key_id": "",
          "upload.s3.aws_secret_access_key": "",
          "upload.s3.aws_default_region": "ap-south-1",
          "upload.s3.bucket": "",
          "upload.s3.bucket_domain": "",
          "upload.s3.bucket_path": "/",
          "upload.s3.bucket_type": "public",
          "upload.s3.expiry": "167h"
        }
        """;

    /// <summary>Key to member names that hold secrets; an empty name means the value itself.</summary>
    public static FrozenDictionary<string, string[]> Secrets { get; } = new Dictionary<string, string[]>(StringComparer.Ordinal)
    {
        ["smtp"] = ["password"],
        ["messengers"] = ["password", "signing_key"],
        ["dkim.keys"] = ["private_key"],
        ["bounce.mailboxes"] = ["password", "client_secret", "refresh_token"],
        ["upload.s3.aws_secret_access_key"] = [""],
        ["bounce.sendgrid_key"] = [""],
        ["bounce.azure"] = ["shared_secret"],
        ["bounce.postmark"] = ["password"],
        ["bounce.forwardemail"] = ["key"],
        ["bounce.lettermint"] = ["key"],
        ["bounce.mailgun"] = ["key"],
        ["bounce.brevo"] = ["password"],
        ["bounce.mailjet"] = ["password"],
        ["bounce.sparkpost"] = ["password"],
        ["security.captcha"] = ["hcaptcha.secret"],
        ["security.oidc"] = ["client_secret"],
    }.ToFrozenDictionary(StringComparer.Ordinal);

    /// <summary>Every known key with its default as JSON text.</summary>
    public static FrozenDictionary<string, string> Defaults { get; } = BuildDefaults();

    private static FrozenDictionary<string, string> BuildDefaults()
    {
        var all = JsonNode.Parse(OtherDefaults)!.AsObject();
        foreach (var section in new object[]
                 {
                     new GeneralSettings(), new SendingSettings(), new PrivacySettings(), new SmtpSettings(), new MessengerSettings(), new AppearanceSettings(), new TransactionalSettings(), new BounceSettings(), new BounceProviderSettings(), new BounceMailboxSettings(),
                     new DeliverabilitySettings(), new TrackingSettings(), new MaintenanceSettings(), new DkimSettings(), new SecuritySettings(),
                 })
        {
            foreach (var (key, value) in JsonSerializer.SerializeToNode(section, SettingsSnapshot.Json)!.AsObject())
            {
                all[key] = value?.DeepClone();
            }
        }

        return all.ToFrozenDictionary(pair => pair.Key, pair => pair.Value?.ToJsonString(SettingsSnapshot.Json) ?? "null", StringComparer.Ordinal);
    }
}
