using System.Text.RegularExpressions;
using MimeKit;

namespace Listmonk.Bench.Load;

/// <summary>The pixel and one link of each mail that a sink has kept, as paths.</summary>
internal sealed partial record TrackedAddresses(IReadOnlyList<string> Opens, IReadOnlyList<string> Links)
{
    /// <summary>Which of a mail's links is followed.</summary>
    private const int Followed = 3;

    /// <summary>Sends the newsletter to so many new people and reads the addresses from their mails.</summary>
    public static async Task<TrackedAddresses> SendAsync(ServerProcess server, int people, CancellationToken cancellationToken)
    {
        await using var sink = new SmtpSink(keep: people);
        var list = await server.Api.ImportAsync(people, cancellationToken);
        await server.Api.SendThroughAsync([sink], connections: 10, rate: 1_000_000, cancellationToken);
        var campaign = await server.Api.CreateCampaignAsync(list, cancellationToken);
        await server.Api.StartCampaignAsync(campaign, cancellationToken);
        await server.Api.WhenEndedAsync(campaign, cancellationToken);

        var mails = sink.Kept.Select(mail => MimeMessage.Load(new MemoryStream(mail), cancellationToken).HtmlBody!).ToList();
        return new TrackedAddresses([.. mails.Select(html => Open().Match(html).Value)], [.. mails.Select(html => Link().Matches(html)[Followed].Value)]);
    }

    [GeneratedRegex(@"/track/open/[\w-]+", RegexOptions.None, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Open();

    [GeneratedRegex(@"/track/link/[\w-]+", RegexOptions.None, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Link();
}
