namespace Listmonk.Core.Templates.Blocks;

/// <summary>A place that social links lead to. It is drawn as letters on its colour, because mails cannot carry vector pictures.</summary>
/// <param name="Key">As it stands in documents.</param>
/// <param name="Letters">What stands on the badge.</param>
public sealed record SocialNetwork(string Key, string Name, string Letters, string Color)
{
    /// <summary>In the order in which they are offered.</summary>
    public static IReadOnlyList<SocialNetwork> All { get; } =
    [
        new("website", "Website", "w", "#475569"),
        new("email", "E-mail", "@", "#475569"),
        new("facebook", "Facebook", "f", "#0866FF"),
        new("instagram", "Instagram", "ig", "#C13584"),
        new("linkedin", "LinkedIn", "in", "#0A66C2"),
        new("x", "X", "X", "#0F1419"),
        new("youtube", "YouTube", "yt", "#D60000"),
        new("tiktok", "TikTok", "tt", "#161823"),
        new("mastodon", "Mastodon", "m", "#563ACC"),
        new("bluesky", "Bluesky", "b", "#0A66E0"),
        new("github", "GitHub", "gh", "#24292F"),
        new("whatsapp", "WhatsApp", "wa", "#0B7A3B"),
        new("telegram", "Telegram", "tg", "#1B78B3"),
        new("pinterest", "Pinterest", "p", "#BD081C"),
    ];

    /// <summary>A network that is not known is shown by its name.</summary>
    public static SocialNetwork Of(string? key) =>
        All.FirstOrDefault(network => network.Key == key) ?? new SocialNetwork(key ?? "", string.IsNullOrWhiteSpace(key) ? "Link" : key, "↗", "#475569");
}
