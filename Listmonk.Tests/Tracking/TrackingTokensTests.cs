using System.Buffers.Text;
using System.Text;
using Listmonk.Core.Tracking;

namespace Listmonk.Tests.Tracking;

public sealed class TrackingTokensTests
{
    private static readonly TrackingSecret First = new(1, TrackingKeyRing.NewKey());
    private static readonly TrackingSecret Second = new(2, TrackingKeyRing.NewKey());

    private readonly TrackingTokens _tokens = new(new TrackingKeyRing(1, [First]));

    public static TheoryData<TrackingToken> Tokens() =>
    [
        TrackingToken.ForOpen(1, 1),
        TrackingToken.ForOpen(1, null),
        TrackingToken.ForOpen(int.MaxValue, int.MaxValue),
        TrackingToken.ForClick(1, null, 1, 1),
        TrackingToken.ForClick(255, 256, 65_535, 256),
        TrackingToken.ForClick(65_536, 16_777_215, 16_777_216, 255),
        TrackingToken.ForClick(int.MaxValue, int.MaxValue, int.MaxValue, TrackingToken.MaxPosition),
    ];

    [Theory]
    [MemberData(nameof(Tokens))]
    public void What_is_written_is_read_again(TrackingToken token)
    {
        var text = _tokens.Write(token);

        Assert.True(_tokens.TryRead(text, out var read));
        Assert.Equal(token, read);
    }

    [Theory]
    [MemberData(nameof(Tokens))]
    public void A_token_is_short_and_safe_in_a_url(TrackingToken token)
    {
        var text = _tokens.Write(token);

        Assert.InRange(text.Length, 1, TrackingTokens.MaxLength);
        Assert.All(text, c => Assert.True(char.IsAsciiLetterOrDigit(c) || c is '-' or '_'));
    }

    [Fact]
    public void The_same_input_always_gives_the_same_token_in_every_form()
    {
        var token = TrackingToken.ForClick(12, 34, 56, 7);
        var bytes = new byte[TrackingTokens.MaxLength];
        var length = new TrackingTokens(new TrackingKeyRing(1, [First])).Write(token, bytes.AsSpan());

        Assert.Equal(_tokens.Write(token), Encoding.ASCII.GetString(bytes, 0, length));
    }

    [Fact]
    public void Every_flipped_bit_is_refused()
    {
        foreach (var token in new[] { TrackingToken.ForOpen(5, 6), TrackingToken.ForClick(int.MaxValue, int.MaxValue, int.MaxValue, 999) })
        {
            var bytes = Base64Url.DecodeFromChars(_tokens.Write(token));
            for (var bit = 0; bit < 8 * bytes.Length; bit++)
            {
                bytes[bit / 8] ^= (byte)(1 << (bit % 8));
                Assert.False(_tokens.TryRead(Base64Url.EncodeToString(bytes), out _));
                bytes[bit / 8] ^= (byte)(1 << (bit % 8));
            }
        }
    }

    [Fact]
    public void Only_one_spelling_of_a_token_is_accepted()
    {
        // 17 bytes leave four unused bits in the last character.
        var text = _tokens.Write(TrackingToken.ForClick(300, 70_000, 7, 1));
        var accepted = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_".Count(last => _tokens.TryRead(text[..^1] + last, out _));

        Assert.NotEqual(0, text.Length % 4);
        Assert.Equal(1, accepted);
    }

    [Fact]
    public void Distorted_texts_are_refused()
    {
        var text = _tokens.Write(TrackingToken.ForClick(12, 34, 56, 7));
        string[] distorted =
        [
            "", "A", text[..^1], text + "A", text + "=", text + "==", text + "'", text + "/x", " " + text, text + "\n", text.Insert(4, " "), text.Insert(3, "\0"),
            text.ToUpperInvariant(), text.ToLowerInvariant(), text + "%00", "ä中" + text[2..], new string('A', 100_000), text.Replace(text[0], '+'),
        ];

        Assert.All(distorted, other => Assert.False(_tokens.TryRead(other, out _), other));
    }

    [Fact]
    public void The_end_of_one_token_does_not_fit_another()
    {
        var one = _tokens.Write(TrackingToken.ForClick(12, 34, 56, 7));
        var two = _tokens.Write(TrackingToken.ForClick(12, 34, 57, 7));

        for (var at = 1; at < one.Length; at++)
        {
            var graft = one[..at] + two[at..];
            Assert.True(graft == one || graft == two || !_tokens.TryRead(graft, out _));
        }
    }

    [Fact]
    public void A_token_of_one_kind_is_refused_as_the_other()
    {
        var open = _tokens.Write(TrackingToken.ForOpen(12, 34));
        var link = _tokens.Write(TrackingToken.ForClick(12, 34, 56, 7));

        Assert.True(_tokens.TryRead(open, HitKind.Open, out _));
        Assert.True(_tokens.TryRead(link, HitKind.Click, out _));
        Assert.False(_tokens.TryRead(open, HitKind.Click, out _));
        Assert.False(_tokens.TryRead(link, HitKind.Open, out _));
    }

    [Fact]
    public void A_token_of_an_unknown_key_is_refused()
    {
        var sameId = new TrackingTokens(new TrackingKeyRing(1, [new TrackingSecret(1, TrackingKeyRing.NewKey())]));
        var otherId = new TrackingTokens(new TrackingKeyRing(2, [Second]));

        Assert.False(_tokens.TryRead(sameId.Write(TrackingToken.ForOpen(1, 2)), out _));
        Assert.False(_tokens.TryRead(otherId.Write(TrackingToken.ForOpen(1, 2)), out _));
    }

    [Fact]
    public void Tokens_made_before_a_rotation_stay_valid_and_new_ones_use_the_new_key()
    {
        var token = TrackingToken.ForClick(12, 34, 56, 7);
        var old = _tokens.Write(token);
        _tokens.Keys = new TrackingKeyRing(2, [First, Second]);

        Assert.True(_tokens.TryRead(old, out var read));
        Assert.Equal(token, read);
        Assert.True(new TrackingTokens(new TrackingKeyRing(2, [Second])).TryRead(_tokens.Write(token), out _));
    }

    [Fact]
    public void Neighbouring_ids_give_unrelated_tokens()
    {
        var one = Base64Url.DecodeFromChars(_tokens.Write(TrackingToken.ForOpen(70_000, 70_001)));
        var two = Base64Url.DecodeFromChars(_tokens.Write(TrackingToken.ForOpen(70_000, 70_002)));

        // Header aside, equal bytes at equal places are chance.
        Assert.InRange(one.Zip(two).Skip(1).Count(pair => pair.First == pair.Second), 0, 6);
    }

    [Fact]
    public void Writing_and_reading_allocate_nothing()
    {
        var token = TrackingToken.ForClick(12, 34, 56, 7);
        var text = new char[TrackingTokens.MaxLength];
        var length = _tokens.Write(token, text.AsSpan());
        _ = _tokens.TryRead(text.AsSpan(0, length), out _);
        var before = GC.GetAllocatedBytesForCurrentThread();

        for (var i = 0; i < 100; i++)
        {
            length = _tokens.Write(token, text.AsSpan());
            _ = _tokens.TryRead(text.AsSpan(0, length), out _);
        }

        Assert.Equal(before, GC.GetAllocatedBytesForCurrentThread());
    }

    [Fact]
    public void Ids_that_no_row_can_have_are_refused()
    {
        TrackingToken[] impossible =
        [
            TrackingToken.ForOpen(0, 1), TrackingToken.ForOpen(1, 0), TrackingToken.ForOpen(-1, 1), TrackingToken.ForClick(1, 1, 0, 1),
            TrackingToken.ForClick(1, 1, 1, 0), TrackingToken.ForClick(1, 1, 1, TrackingToken.MaxPosition + 1),
        ];

        Assert.All(impossible, token => Assert.Throws<ArgumentOutOfRangeException>(() => _tokens.Write(token)));
    }

    [Fact]
    public void A_ring_refuses_wrong_keys()
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => new TrackingKeyRing(1, [new TrackingSecret(1, new byte[16])]));
        Assert.Throws<ArgumentOutOfRangeException>(() => new TrackingKeyRing(128, [new TrackingSecret(128, TrackingKeyRing.NewKey())]));
        Assert.Throws<ArgumentException>(() => new TrackingKeyRing(1, [First, First]));
        Assert.Throws<ArgumentException>(() => new TrackingKeyRing(3, [First, Second]));
    }
}
