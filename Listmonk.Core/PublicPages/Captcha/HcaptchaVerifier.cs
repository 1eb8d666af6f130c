using System.Text.Json;
using Listmonk.Core.Settings;
using Microsoft.Extensions.Logging;

namespace Listmonk.Core.PublicPages.Captcha;

/// <summary>
/// Asks hcaptcha.com whether a person solved its puzzle (https://docs.hcaptcha.com, "Verify the User Response Server Side"). Whatever is not a
/// clear yes is none.
/// </summary>
public sealed partial class HcaptchaVerifier(IHttpClientFactory clients, SettingsStore settings, ILogger<HcaptchaVerifier> logger)
{
    public const string ClientName = "hcaptcha";

    /// <summary>Bytes; a true answer has some hundred.</summary>
    internal const int MaxAnswerBytes = 64 * 1024;

    internal static readonly Uri Address = new("https://api.hcaptcha.com/");

    internal static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    /// <param name="response">The token that the puzzle left in the form.</param>
    public async Task<CaptchaVerdict> VerifyAsync(string response, CancellationToken cancellationToken)
    {
        var account = settings.Current.Security.Captcha.Hcaptcha;
        using var client = clients.CreateClient(ClientName);
        using var form = new FormUrlEncodedContent(
        [
            KeyValuePair.Create("secret", account.Secret),
            KeyValuePair.Create("response", response),
            KeyValuePair.Create("sitekey", account.Key),
        ]);
        try
        {
            using var answer = await client.PostAsync(new Uri("siteverify", UriKind.Relative), form, cancellationToken);
            if (!answer.IsSuccessStatusCode)
            {
                LogUnavailable($"it answered {(int)answer.StatusCode}");
                return CaptchaVerdict.Unavailable;
            }

            return Judge(await answer.Content.ReadAsByteArrayAsync(cancellationToken));
        }
        catch (HttpRequestException exception)
        {
            LogUnavailable(exception.Message);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            LogUnavailable("it did not answer in time");
        }

        return CaptchaVerdict.Unavailable;
    }

    private CaptchaVerdict Judge(byte[] body)
    {
        try
        {
            using var json = JsonDocument.Parse(body);
            if (json.RootElement.ValueKind == JsonValueKind.Object)
            {
                if (json.RootElement.TryGetProperty("success", out var success) && success.ValueKind == JsonValueKind.True)
                {
                    return CaptchaVerdict.Passed;
                }

                return IsOurFault(json.RootElement) ? CaptchaVerdict.Unavailable : CaptchaVerdict.Failed;
            }
        }
        catch (JsonException)
        {
            // Logged below.
        }

        LogUnreadable();
        return CaptchaVerdict.Failed;
    }

    /// <summary>Whether the account is refused rather than the person.</summary>
    private bool IsOurFault(JsonElement answer)
    {
        if (!answer.TryGetProperty("error-codes", out var codes) || codes.ValueKind != JsonValueKind.Array)
        {
            return false;
        }

        var ours = codes.EnumerateArray().Select(code => code.ToString()).Where(code => code.Contains("secret", StringComparison.Ordinal)).ToList();
        if (ours.Count > 0)
        {
            LogRefused(string.Join(", ", ours));
        }

        return ours.Count > 0;
    }

    [LoggerMessage(Level = LogLevel.Error, Message = "hCaptcha cannot be asked, so nobody can subscribe by the form: {Reason}")]
    private partial void LogUnavailable(string reason);

    [LoggerMessage(Level = LogLevel.Error, Message = "hCaptcha refuses this installation's key or secret ({Codes}), so nobody can subscribe by the form; correct them in Settings")]
    private partial void LogRefused(string codes);

    [LoggerMessage(Level = LogLevel.Warning, Message = "hCaptcha's answer cannot be understood; it counts as failed")]
    private partial void LogUnreadable();
}
