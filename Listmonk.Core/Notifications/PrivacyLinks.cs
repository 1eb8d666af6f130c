using System.Globalization;
using System.Security.Cryptography;
using Listmonk.Core.Settings;

namespace Listmonk.Core.Notifications;

/// <summary>
/// Links that let whoever reads a person's mailbox have the person's data or delete it (decision 0040). The token names the person and its end
/// under the installation's keys, so nothing is stored, every process accepts it, and it cannot be made from the UUID that stands in each mail.
/// </summary>
public sealed class PrivacyLinks(ISecretProtector protector, SettingsStore settings, TimeProvider clock)
{
    /// <summary>How long a link works.</summary>
    public static readonly TimeSpan Life = TimeSpan.FromHours(24);

    /// <summary>Told apart from everything else that these keys protect.</summary>
    private const string Purpose = "privacy-link";

    /// <summary>The absolute address, to be mailed to the person and to nobody else.</summary>
    public string UrlFor(Guid subscriberUuid)
    {
        var end = (clock.GetUtcNow() + Life).ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture);
        return $"{settings.Current.RootUrl}/privacy/{protector.Protect($"{Purpose}|{subscriberUuid:D}|{end}")}";
    }

    /// <summary>Whom a token is for; null when it is none, or no longer valid.</summary>
    public Guid? Read(string token)
    {
        string text;
        try
        {
            text = protector.Unprotect(token);
        }
        catch (Exception exception) when (exception is CryptographicException or FormatException)
        {
            return null;
        }

        return text.Split('|') is [Purpose, var uuid, var end]
            && Guid.TryParseExact(uuid, "D", out var subscriber)
            && long.TryParse(end, NumberStyles.None, CultureInfo.InvariantCulture, out var seconds)
            && clock.GetUtcNow().ToUnixTimeSeconds() < seconds
            ? subscriber
            : null;
    }
}
