using Listmonk.Core.Settings;

namespace Listmonk.Core.PublicPages.Captcha;

/// <summary>What a form says to prove that a person sends it; empty texts where it says nothing.</summary>
/// <param name="Altcha">The form field <c>altcha</c>.</param>
/// <param name="Hcaptcha">The form field <c>h-captcha-response</c>.</param>
public sealed record CaptchaAnswer(string Altcha, string Hcaptcha)
{
    public const string AltchaField = "altcha";
    public const string HcaptchaField = "h-captcha-response";

    public static CaptchaAnswer None { get; } = new("", "");
}

/// <summary>How a check ended.</summary>
public enum CaptchaVerdict
{
    /// <summary>Solved, or no captcha is on.</summary>
    Passed,

    /// <summary>The form carries no answer of the kind that is on.</summary>
    Missing,

    /// <summary>Wrong, too old, forged or used before.</summary>
    Failed,

    /// <summary>The service that decides could not be asked, which is not the person's fault.</summary>
    Unavailable,
}

/// <summary>Checks the captcha that the settings ask for (spec/public.md 4).</summary>
public sealed class CaptchaService(SettingsStore settings, AltchaService altcha, HcaptchaVerifier hcaptcha)
{
    public CaptchaKind Kind => settings.Current.Security.Captcha.Kind;

    /// <summary>A solution passes once: whoever asks again with the same answer is refused.</summary>
    public async Task<CaptchaVerdict> CheckAsync(CaptchaAnswer answer, CancellationToken cancellationToken) => Kind switch
    {
        CaptchaKind.Altcha when answer.Altcha.Length == 0 => CaptchaVerdict.Missing,
        CaptchaKind.Altcha => await altcha.AcceptAsync(answer.Altcha, cancellationToken) ? CaptchaVerdict.Passed : CaptchaVerdict.Failed,
        CaptchaKind.Hcaptcha when answer.Hcaptcha.Length == 0 => CaptchaVerdict.Missing,
        CaptchaKind.Hcaptcha => await hcaptcha.VerifyAsync(answer.Hcaptcha, cancellationToken),
        _ => CaptchaVerdict.Passed,
    };
}
