using Listmonk.Core.Bounces;
using Listmonk.Core.Tracking;

namespace Listmonk.Tests.Bounces;

public sealed class VerpAddressTests
{
    private static readonly TrackingSecret First = new(1, TrackingKeyRing.NewKey());
    private static readonly TrackingSecret Second = new(2, TrackingKeyRing.NewKey());

    private readonly VerpAddress _verp = new(new TrackingTokens(new TrackingKeyRing(1, [First])));

    public static TheoryData<int?, int> Recipients() => new()
    {
        { 1, 1 },
        { null, 1 },
        { 255, 256 },
        { 65_536, 16_777_215 },
        { int.MaxValue, int.MaxValue },
        { null, int.MaxValue },
    };

    [Theory]
    [MemberData(nameof(Recipients))]
    public void What_is_written_is_read_again(int? campaign, int subscriber)
    {
        Assert.True(_verp.TryRead(_verp.Write("bounces@example.com", campaign, subscriber), out var read));

        Assert.Equal(new VerpRecipient(campaign, subscriber), read);
    }

    [Theory]
    [MemberData(nameof(Recipients))]
    public void An_address_is_safe_in_an_envelope_and_not_too_long(int? campaign, int subscriber)
    {
        var token = _verp.Token(campaign, subscriber);

        Assert.InRange(token.Length, 1, VerpAddress.MaxLength);
        Assert.All(token, c => Assert.True(char.IsAsciiLetterLower(c) || char.IsAsciiDigit(c)));
        Assert.Equal($"bounces+{token}@example.com", _verp.Write("bounces@example.com", campaign, subscriber));
    }

    [Theory]
    [InlineData("{0}")]
    [InlineData("<bounces+{0}@example.com>")]
    [InlineData("SRS0=HHHH=TT=example.com=bounces+{0}@forwarder.example")]
    [InlineData("SRS1=HHHH=first.example==HHHH=TT=example.com=bounces+{0}@second.example")]
    [InlineData("prvs=1234abcdef=bounces+{0}@example.com")]
    [InlineData("bounces-{0}@example.com")]
    [InlineData("bounces+{0}+list@example.com")]
    [InlineData("rfc822; bounces+{0}@example.com (its owner)")]
    public void A_token_is_found_however_it_was_wrapped_and_in_either_case(string form)
    {
        var token = _verp.Token(12, 3456);
        foreach (var text in new[] { token, token.ToUpperInvariant(), token[..5].ToUpperInvariant() + token[5..] })
        {
            Assert.True(_verp.TryRead(form.Replace("{0}", text, StringComparison.Ordinal), out var read));
            Assert.Equal(new VerpRecipient(12, 3456), read);
        }
    }

    [Fact]
    public void Every_changed_character_is_refused()
    {
        var token = _verp.Token(70_000, 1_234_567);
        for (var i = 0; i < token.Length; i++)
        {
            foreach (var c in "abcdefghijklmnopqrstuvwxyz234567")
            {
                if (c != token[i])
                {
                    Assert.False(_verp.TryRead($"bounces+{token[..i]}{c}{token[(i + 1)..]}@example.com", out _));
                }
            }
        }

        Assert.False(_verp.TryRead(token.AsSpan()[1..], out _));
        Assert.False(_verp.TryRead(token.AsSpan()[..^1], out _));
        Assert.False(_verp.TryRead(token + "a", out _));
    }

    [Theory]
    [InlineData("")]
    [InlineData("@")]
    [InlineData("bounces@example.com")]
    [InlineData("averylongwordthatmightbeatoken@example.com")]
    public void An_address_without_a_token_names_nobody(string address) => Assert.False(_verp.TryRead(address, out _));

    [Fact]
    public void A_rotated_key_still_reads_and_a_foreign_one_does_not()
    {
        var old = _verp.Token(5, 6);

        Assert.True(new VerpAddress(new TrackingTokens(new TrackingKeyRing(2, [First, Second]))).TryRead(old, out _));
        Assert.False(new VerpAddress(new TrackingTokens(new TrackingKeyRing(2, [Second]))).TryRead(old, out _));
        Assert.False(new VerpAddress(new TrackingTokens(new TrackingKeyRing(1, [new TrackingSecret(1, TrackingKeyRing.NewKey())]))).TryRead(old, out _));
    }

    [Fact]
    public void The_same_person_and_campaign_always_have_the_same_address() => Assert.Equal(_verp.Token(7, 8), _verp.Token(7, 8));
}
