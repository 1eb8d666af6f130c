using System.Text;
using Listmonk.Core.Messengers.Mime;
using QuotedPrintableDecoder = MimeKit.Encodings.QuotedPrintableDecoder;

namespace Listmonk.Tests.Messengers.Mime;

public sealed class QuotedPrintableEncoderTests
{
    private static readonly string[] Pieces =
    [
        "a", " ", "  ", "\t", "\n", "\r\n", "\r", ".", "..", "=", "=\n", "é", "漢字", "🎉", "👩‍👩‍👧", "\0", "x y", "From ", "--",
        "<a href=\"https://shop.example/?a=1&b=2\">", new('x', 74), new('x', 75), new('x', 76), new('y', 200), new(' ', 80), new('é', 40), "\ud83c",
    ];

    [Theory]
    [InlineData("plain", "plain")]
    [InlineData("a=b", "a=3Db")]
    [InlineData("é", "=C3=A9")]
    [InlineData("end \nnext", "end=20\r\nnext")]
    [InlineData("tab\t\r\nnext", "tab=09\r\nnext")]
    [InlineData(".hidden", "=2Ehidden")]
    [InlineData("a\n.\nb", "a\r\n=2E\r\nb")]
    [InlineData("trailing ", "trailing=20")]
    [InlineData("lone\rreturn", "lone=0Dreturn")]
    [InlineData("", "")]
    public void Text_is_encoded_by_the_rules_of_RFC_2045(string text, string expected)
    {
        Assert.Equal(expected, Encode(encoder => encoder.Write(text)));
    }

    [Fact]
    public void Lines_are_broken_before_the_77th_character()
    {
        string encoded = Encode(encoder => encoder.Write(new string('x', 100)));

        Assert.Equal(new string('x', 75) + "=\r\n" + new string('x', 25), encoded);
    }

    [Fact]
    public void A_literal_is_copied_onto_lines_of_its_own()
    {
        byte[] hello = QuotedPrintableEncoder.EncodeLiteral("Hello ");
        byte[] end = QuotedPrintableEncoder.EncodeLiteral(", bye\n");

        string encoded = Encode(encoder =>
        {
            encoder.WriteLiteral(hello);
            encoder.Write("Zoë");
            encoder.WriteLiteral(end);
        });

        Assert.Equal("Hello =\r\nZo=C3=AB=\r\n, bye\r\n", encoded);
    }

    [Fact]
    public void A_surrogate_pair_split_over_two_writes_stays_one_character()
    {
        string encoded = Encode(encoder =>
        {
            encoder.Write("🎉".AsSpan(0, 1));
            encoder.Write("🎉".AsSpan(1, 1));
        });

        Assert.Equal("=F0=9F=8E=89", encoded);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    public void Whatever_is_written_in_whatever_pieces_decodes_to_the_same_text(int seed)
    {
        // A fixed sequence, so that a failure can be repeated.
        uint state = (uint)seed * 2654435761;
        for (int round = 0; round < 500; round++)
        {
            var text = new StringBuilder();
            string encoded = Encode(encoder =>
            {
                int count = Next(12);
                for (int index = 0; index < count; index++)
                {
                    string piece = string.Concat(Enumerable.Range(0, Next(4)).Select(_ => Pieces[Next(Pieces.Length)]));
                    if (Next(2) == 0)
                    {
                        encoder.Write(piece);
                        text.Append(piece);
                    }
                    else
                    {
                        // A template's constants are whole: they neither begin nor end inside a CRLF or a surrogate pair.
                        piece = piece.Trim('\r', '\n', '\ud83c');
                        if (piece.Length > 0)
                        {
                            if (text.Length > 0 && text[^1] is '\r' or '\ud83c')
                            {
                                encoder.Write("!");
                                text.Append('!');
                            }

                            encoder.WriteLiteral(QuotedPrintableEncoder.EncodeLiteral(piece));
                            text.Append(piece);
                        }
                    }
                }
            });

            Assert.Equal(Canonical(text.ToString()), Decode(encoded));
            foreach (string line in encoded.Split("\r\n"))
            {
                Assert.True(line.Length <= 76, line);
                Assert.False(line.StartsWith('.'), line);
                Assert.False(line.EndsWith(' ') || line.EndsWith('\t'), line);
                Assert.True(line.All(character => character is '\t' or (>= ' ' and <= '~')), line);
            }
        }

        int Next(int limit)
        {
            state = (state * 1664525) + 1013904223;
            return (int)((state >> 8) % (uint)limit);
        }
    }

    private static string Canonical(string text) =>
        Encoding.UTF8.GetString(Encoding.UTF8.GetBytes(text)).Replace("\r\n", "\n", StringComparison.Ordinal).Replace("\n", "\r\n", StringComparison.Ordinal);

    private static string Encode(Action<QuotedPrintableEncoder> write)
    {
        using var buffer = new PooledBuffer(16);
        var encoder = new QuotedPrintableEncoder(buffer);
        write(encoder);
        encoder.Finish();
        return Encoding.ASCII.GetString(buffer.WrittenSpan);
    }

    private static string Decode(string encoded)
    {
        var decoder = new QuotedPrintableDecoder();
        byte[] input = Encoding.ASCII.GetBytes(encoded);
        byte[] output = new byte[decoder.EstimateOutputLength(input.Length)];
        int length = decoder.Decode(input, 0, input.Length, output);
        return Encoding.UTF8.GetString(output, 0, length);
    }
}
