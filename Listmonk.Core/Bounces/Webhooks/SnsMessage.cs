using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;

namespace Listmonk.Core.Bounces.Webhooks;

/// <summary>The envelope in which Amazon SNS delivers, and what its signature covers.</summary>
internal sealed partial record SnsMessage
{
    public const string Notification = "Notification";
    public const string SubscriptionConfirmation = "SubscriptionConfirmation";
    public const string UnsubscribeConfirmation = "UnsubscribeConfirmation";

    private static readonly string[] NotificationFields = ["Message", "MessageId", "Subject", "Timestamp", "TopicArn", "Type"];
    private static readonly string[] ConfirmationFields = ["Message", "MessageId", "SubscribeURL", "Timestamp", "Token", "TopicArn", "Type"];

    public required string Type { get; init; }

    public required string MessageId { get; init; }

    public required string TopicArn { get; init; }

    public required string Message { get; init; }

    public required string SignatureVersion { get; init; }

    public required string Signature { get; init; }

    public required string SigningCertUrl { get; init; }

    public string? SubscribeUrl { get; init; }

    /// <summary>The text that was signed.</summary>
    public required string Signed { get; init; }

    /// <exception cref="FormatException">A field is missing.</exception>
    public static SnsMessage Read(JsonElement body)
    {
        var type = body.Required("Type");
        var signed = new StringBuilder();
        foreach (var field in type == Notification ? NotificationFields : ConfirmationFields)
        {
            if (body.Text(field) is { } value)
            {
                signed.Append(field).Append('\n').Append(value).Append('\n');
            }
        }

        return new SnsMessage
        {
            Type = type,
            MessageId = body.Required("MessageId"),
            TopicArn = body.Required("TopicArn"),
            Message = body.Required("Message"),
            SignatureVersion = body.Required("SignatureVersion"),
            Signature = body.Required("Signature"),
            SigningCertUrl = body.Required("SigningCertURL"),
            SubscribeUrl = body.Text("SubscribeURL"),
            Signed = signed.ToString(),
        };
    }

    public bool IsSignedBy(X509Certificate2 certificate)
    {
        // Version 1 is SHA-1, which Amazon still sends by default.
        var hash = SignatureVersion switch
        {
            "1" => HashAlgorithmName.SHA1,
            "2" => HashAlgorithmName.SHA256,
            _ => default,
        };
        var signature = new byte[1024];
        using var key = certificate.GetRSAPublicKey();
        return key is not null && hash.Name is not null && Convert.TryFromBase64String(Signature, signature, out var count)
            && key.VerifyData(Encoding.UTF8.GetBytes(Signed), signature.AsSpan(0, count), hash, RSASignaturePadding.Pkcs1);
    }

    /// <summary>Amazon's own certificate address of some region; null for every other.</summary>
    public static Uri? CertificateAddress(string text) => AmazonAddress(text) is { } address && CertificatePath().IsMatch(address.AbsolutePath) && address.Query.Length == 0 ? address : null;

    /// <summary>An address of Amazon SNS over HTTPS; null for every other.</summary>
    public static Uri? AmazonAddress(string? text) =>
        Uri.TryCreate(text, UriKind.Absolute, out var address) && address.Scheme == Uri.UriSchemeHttps && address.IsDefaultPort && address.UserInfo.Length == 0
        && AmazonHost().IsMatch(address.IdnHost) ? address : null;

    [GeneratedRegex(@"\Asns\.[a-z0-9-]{3,40}\.amazonaws\.com(?:\.cn)?\z", RegexOptions.CultureInvariant, 1000)]
    private static partial Regex AmazonHost();

    [GeneratedRegex(@"\A/SimpleNotificationService-[A-Za-z0-9]{1,64}\.pem\z", RegexOptions.CultureInvariant, 1000)]
    private static partial Regex CertificatePath();
}
