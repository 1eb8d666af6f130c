namespace Listmonk.Core.Analytics.Timeline;

/// <summary>
/// How much a person cares for the mails they get, from 0 to 100, from the person's own opens and clicks; machines' do not count.
/// </summary>
/// <remarks>
/// The last 20 campaign mails delivered within a year, newest first. A mail is worth 1 when the person clicked, 0.6 when they opened only, 0
/// otherwise, and each weighs nine tenths of the one after it: score = 100 × Σ(worth × 0.9^age) ÷ Σ(0.9^age). A mail of the last two days without
/// a reaction is left out, for it may still be read.
/// </remarks>
public sealed record EngagementScore
{
    public const int MaxMails = 20;
    public const double OpenWorth = 0.6;
    public const double Fading = 0.9;

    public static readonly TimeSpan Period = TimeSpan.FromDays(365);

    public static readonly TimeSpan Patience = TimeSpan.FromDays(2);

    /// <summary>The rule as people read it.</summary>
    public const string Formula =
        "The last 20 campaign mails of a year count: 1 for a click, 0.6 for an open without a click, 0 for neither; each mail weighs nine tenths of the next newer one. "
        + "The score is the weighted average, times 100. Machines' opens and clicks do not count, and neither does a mail of the last two days without a reaction.";

    /// <summary>Null when there is no mail to judge by, or the person's opens and clicks are not recorded.</summary>
    public int? Value { get; init; }

    public int Mails { get; init; }

    /// <summary>Opened or clicked.</summary>
    public int Opened { get; init; }

    public int Clicked { get; init; }

    /// <summary>False when tracking knows nothing of this person.</summary>
    public bool IsMeasured { get; init; } = true;

    /// <param name="mails">Newest first.</param>
    public static EngagementScore Of(IReadOnlyList<(bool IsOpened, bool IsClicked)> mails)
    {
        var (sum, weights, weight) = (0.0, 0.0, 1.0);
        foreach (var (isOpened, isClicked) in mails)
        {
            sum += weight * (isClicked ? 1 : isOpened ? OpenWorth : 0);
            weights += weight;
            weight *= Fading;
        }

        return new EngagementScore
        {
            Value = mails.Count == 0 ? null : (int)Math.Round(100 * sum / weights, MidpointRounding.AwayFromZero),
            Mails = mails.Count,
            Opened = mails.Count(mail => mail.IsOpened || mail.IsClicked),
            Clicked = mails.Count(mail => mail.IsClicked),
        };
    }
}
