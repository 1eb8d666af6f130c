using Listmonk.Core.Common;

namespace Listmonk.Tests.Common;

[Trait("Kind", "Unit")]
public sealed class TextDifferenceTests
{
    [Fact]
    public void Equal_texts_differ_in_nothing() => Assert.Empty(TextDifference.Between("a\nb", "a\r\nb"));

    [Fact]
    public void A_changed_line_shows_in_both_versions_with_what_surrounds_it()
    {
        var lines = TextDifference.Between("1\n2\n3\n4\n5\nold\n6", "1\n2\n3\n4\n5\nnew\n6");

        Assert.Equal(
            [
                new(TextDifferenceKind.LeftOut, ""), new(TextDifferenceKind.Both, "4"), new(TextDifferenceKind.Both, "5"),
                new(TextDifferenceKind.OnlyFirst, "old"), new(TextDifferenceKind.OnlySecond, "new"), new(TextDifferenceKind.Both, "6"),
            ],
            lines);
    }

    [Fact]
    public void A_moved_line_leaves_the_others_equal()
    {
        var lines = TextDifference.Between("a\nb\nc", "b\nc\na");
        Assert.Equal([TextDifferenceKind.OnlyFirst, TextDifferenceKind.Both, TextDifferenceKind.Both, TextDifferenceKind.OnlySecond], lines.Select(line => line.Kind));
    }

    [Fact]
    public void Very_long_texts_are_compared_too()
    {
        var lines = TextDifference.Between(string.Join('\n', Enumerable.Range(0, 9000)), string.Join('\n', Enumerable.Range(1, 9000).Select(number => -number)));
        Assert.Equal(18000, lines.Count);
    }
}
