using System.Text.Json.Serialization;
using Listmonk.Core.PublicPages.Captcha;
using Listmonk.Web.Api.OpenApi;

namespace Listmonk.Web.PublicPages;

/// <summary>A list that everybody may join.</summary>
[Example("""{"uuid": "ce13e971-c2ed-4069-bd0c-240e9a9f56f9", "name": "Weekly news"}""")]
internal sealed record PublicListResponse(Guid Uuid, string Name);

/// <summary>Asks to join lists.</summary>
[Example("""{"email": "ada@example.com", "name": "Ada Lovelace", "list_uuids": ["ce13e971-c2ed-4069-bd0c-240e9a9f56f9"]}""")]
internal sealed record PublicSubscriptionRequest
{
    public string? Email { get; init; }

    public string? Name { get; init; }

    public IReadOnlyList<string>? ListUuids { get; init; }

    /// <summary>Ours: the answer of an ALTCHA widget.</summary>
    public string? Altcha { get; init; }

    /// <summary>Ours: the answer of an hCaptcha widget.</summary>
    [JsonPropertyName(CaptchaAnswer.HcaptchaField)]
    public string? Hcaptcha { get; init; }
}

/// <summary>A challenge with the spelling that listmonk and ALTCHA's widgets use.</summary>
[Example("""
    {
        "algorithm": "SHA-256", "challenge": "2d1e5f1bd1e5c3a2a5a0b3ad5cbd0c2bb9d7b2ce0a2b1c85e0fb1b7f6c0f9a11", "maxNumber": 300000,
        "salt": "0f6c2f5a9d1b7e3c4a5d6e7f?expires=1772357700&", "signature": "9b1f0a7cf6f2f8a3e0d4c5b6a7988776655443322110ffeeddccbbaa99887766"
    }
    """)]
internal sealed record AltchaChallengeResponse(
    string Algorithm, string Challenge, [property: JsonPropertyName("maxNumber")] int MaxNumber, string Salt, string Signature);

/// <summary>A puzzle of ALTCHA's second proof of work, as its widget of version 3 takes it.</summary>
[Example("""
    {
        "parameters": {
            "algorithm": "SHA-256", "cost": 1, "expiresAt": 1772357700, "keyLength": 32, "keyPrefix": "2d1e5f1bd1e5c3a2a5a0b3ad5cbd0c2b",
            "nonce": "0f6c2f5a9d1b7e3c4a5d6e7f0a1b2c3d", "salt": "7f6e5d4c3b2a19080f1e2d3c4b5a6978"
        },
        "signature": "9b1f0a7cf6f2f8a3e0d4c5b6a7988776655443322110ffeeddccbbaa99887766"
    }
    """)]
internal sealed record AltchaKeyChallengeResponse(AltchaKeyParametersResponse Parameters, string Signature)
{
    public static AltchaKeyChallengeResponse From(AltchaKeyChallenge challenge) => new(
        new AltchaKeyParametersResponse(
            challenge.Parameters.Algorithm!, challenge.Parameters.Cost, challenge.Parameters.ExpiresAt, challenge.Parameters.KeyLength, challenge.Parameters.KeyPrefix!,
            challenge.Parameters.Nonce!, challenge.Parameters.Salt!),
        challenge.Signature);
}

/// <summary>What the puzzle is made of; the widget sends it back as it is.</summary>
internal sealed record AltchaKeyParametersResponse(
    string Algorithm,
    int Cost,
    [property: JsonPropertyName("expiresAt")] long ExpiresAt,
    [property: JsonPropertyName("keyLength")] int KeyLength,
    [property: JsonPropertyName("keyPrefix")] string KeyPrefix,
    string Nonce,
    string Salt);

/// <summary>Whether one of the lists asks for a confirmation by mail.</summary>
[Example("""{"has_optin": true}""")]
internal sealed record PublicSubscriptionResponse(bool HasOptin);

/// <summary>A campaign in the public archive; the content is read under its address.</summary>
[Example("""
    {
        "uuid": "b5f1b2c4-9d0e-4a53-8d5d-6f5f3e0a1b2c", "subject": "News of March", "content": "", "created_at": "2026-03-01T09:30:00Z", "send_at": null,
        "url": "https://news.example.com/archive/march"
    }
    """)]
internal sealed record ArchiveResponse(Guid Uuid, string Subject, string Content, DateTimeOffset CreatedAt, DateTimeOffset? SendAt, string Url);
