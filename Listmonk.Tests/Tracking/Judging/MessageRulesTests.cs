using System.Globalization;
using Listmonk.Core.Tracking;
using Listmonk.Core.Tracking.Judging;

namespace Listmonk.Tests.Tracking.Judging;

/// <summary>Hits are written as kind, link and second after the delivery: <c>o@5</c> an open, <c>p@5</c> one by an image proxy, <c>c2@5</c> a click on link 2, <c>x2@5</c> a prefetch of it.</summary>
public sealed class MessageRulesTests
{
    private static readonly DateTimeOffset Delivery = new(2026, 5, 1, 12, 0, 0, TimeSpan.Zero);

    [Theory]
    [InlineData("o@300 c1@320 c2@340", "- - -")]
    [InlineData("c1@40 c2@40.2 c3@40.5", "burst burst burst")]
    [InlineData("c1@40 c2@44 c3@50", "burst burst burst")]
    [InlineData("c1@40 c2@45 c3@50.5", "- - -")]
    [InlineData("c1@40 c1@41 c1@42 c1@43", "- - - -")]
    [InlineData("c1@40 c2@41", "- -")]
    [InlineData("c1@40 c2@48 c3@49 c4@55", "burst burst burst burst")]
    [InlineData("c1@40 c1@40.1 c2@41 c3@42 c3@43", "burst burst burst burst burst")]
    [InlineData("c1@40 c2@41 c3@42 o@4000 c2@4010", "burst burst burst - -")]
    [InlineData("c3@42 c1@40 c2@41", "burst burst burst")]
    [InlineData("o@39.5 c1@40 c2@41 c3@42", "burst burst burst burst")]
    [InlineData("o@30 c1@40 c2@41 c3@42", "- burst burst burst")]
    [InlineData("x1@40 x2@40 x3@40 c1@42", "prefetch prefetch prefetch -")]
    [InlineData("o@2.9", "too_fast")]
    [InlineData("o@3", "-")]
    [InlineData("p@59", "too_fast")]
    [InlineData("p@60", "-")]
    [InlineData("c1@1", "-")]
    [InlineData("o@-2", "before_delivery")]
    [InlineData("c1@-0.5", "before_delivery")]
    public void A_message_is_judged_as_a_whole(string hits, string expected) => Assert.Equal(expected, Judge(hits, Delivery, honeypot: null));

    [Theory]
    [InlineData("c9@40", "honeypot")]
    [InlineData("c1@25 c9@40 c2@60 c3@61", "honeypot honeypot honeypot -")]
    [InlineData("o@39 c9@40", "- honeypot")]
    public void A_link_that_people_cannot_see_gives_the_machine_away(string hits, string expected) => Assert.Equal(expected, Judge(hits, Delivery, honeypot: 9));

    [Fact]
    public void Without_a_delivery_time_nothing_is_too_early() => Assert.Equal("- -", Judge("o@-50 p@1", deliveredAt: null, honeypot: null));

    private static string Judge(string hits, DateTimeOffset? deliveredAt, int? honeypot) =>
        string.Join(' ', MessageRules.Judge([.. hits.Split(' ').Select(Parse)], deliveredAt, honeypot).Select(judgement => judgement.Reason.Length == 0 ? "-" : judgement.Reason));

    private static MessageHit Parse(string text)
    {
        var at = text.IndexOf('@', StringComparison.Ordinal);
        var kind = text[0] is 'c' or 'x' ? HitKind.Click : HitKind.Open;
        var request = text[0] switch
        {
            'x' => new HitJudgement(HitVerdict.Machine, HitReasons.Prefetch, ""),
            'p' => new HitJudgement(HitVerdict.Human, "", AgentClasses.Proxy),
            _ => new HitJudgement(HitVerdict.Human, "", AgentClasses.Desktop),
        };
        return new MessageHit(
            kind,
            kind == HitKind.Click ? int.Parse(text.AsSpan(1, at - 1), CultureInfo.InvariantCulture) : 0,
            Delivery.AddSeconds(double.Parse(text.AsSpan(at + 1), CultureInfo.InvariantCulture)),
            request);
    }
}
