using System.Text.Json.Serialization;

namespace Listmonk.Core.Settings;

/// <summary>Which check tells people from programs in the subscription form.</summary>
public enum CaptchaKind
{
    None,

    /// <summary>The browser works out a puzzle; nothing leaves this installation.</summary>
    Altcha,

    /// <summary>The service at hcaptcha.com decides.</summary>
    Hcaptcha,
}

/// <summary>Both providers as listmonk stores them.</summary>
public sealed record CaptchaProviders
{
    public AltchaSettings Altcha { get; init => field = value ?? new(); } = new();

    public HcaptchaSettings Hcaptcha { get; init => field = value ?? new(); } = new();

    /// <summary>The check in force. When both are on, ALTCHA wins, as in listmonk.</summary>
    [JsonIgnore]
    public CaptchaKind Kind => Altcha.Enabled ? CaptchaKind.Altcha : Hcaptcha.Enabled ? CaptchaKind.Hcaptcha : CaptchaKind.None;
}

/// <summary>The puzzle that the browser works out.</summary>
public sealed record AltchaSettings
{
    public const int LeastComplexity = 1_000;
    public const int MostComplexity = 1_000_000;

    public bool Enabled { get; init; }

    /// <summary>The browser tries at most this many numbers, half of them on average.</summary>
    public int Complexity { get; init; } = 300_000;
}

/// <summary>An account at hcaptcha.com.</summary>
public sealed record HcaptchaSettings
{
    public bool Enabled { get; init; }

    /// <summary>The site key, which the form shows.</summary>
    public string Key { get; init => field = value ?? ""; } = "";

    public string Secret { get; init => field = value ?? ""; } = "";
}
