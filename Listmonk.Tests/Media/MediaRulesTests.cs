using Listmonk.Core.Media;

namespace Listmonk.Tests.Media;

public sealed class MediaRulesTests
{
    [Theory]
    [InlineData("My photo.PNG", "My-photo.PNG")]
    [InlineData("  a \t b.txt ", "a-b.txt")]
    [InlineData("../../etc/passwd", "passwd")]
    [InlineData("C:\\Users\\Ann\\logo.png", "logo.png")]
    [InlineData("...hidden.png", "hidden.png")]
    [InlineData("50% off? <b>.jpg", "50-off-b.jpg")]
    [InlineData("Grüße.pdf", "Grüße.pdf")]
    public void Names_become_safe_as_files_and_in_addresses(string given, string kept) => Assert.Equal(kept, MediaRules.CleanName(given));

    [Theory]
    [InlineData("")]
    [InlineData("   ")]
    [InlineData("/")]
    public void A_name_of_which_nothing_is_left_is_made_up(string given) => Assert.Equal(10, MediaRules.CleanName(given).Length);

    [Fact]
    public void A_long_name_is_cut_and_keeps_its_extension()
    {
        var name = MediaRules.CleanName(new string('a', 500) + ".jpeg");

        Assert.EndsWith("a.jpeg", name, StringComparison.Ordinal);
        Assert.True(MediaRules.WithSuffix(MediaRules.ThumbPrefix + name).Length <= MediaRules.MaxNameLength);
    }

    [Fact]
    public void A_suffix_goes_before_the_extension() => Assert.Matches("^a\\.b_[a-z0-9]{6}\\.txt$", MediaRules.WithSuffix("a.b.txt"));

    [Theory]
    [InlineData("png", "png", true)]
    [InlineData("PNG", "png", true)]
    [InlineData(".png", "png", true)]
    [InlineData("*", "exe", true)]
    [InlineData("png", "exe", false)]
    public void Extensions_are_allowed_by_the_list(string entry, string extension, bool isAllowed) =>
        Assert.Equal(isAllowed, MediaRules.AllowsExtension(extension, [entry]));

    [Fact]
    public void Content_must_begin_as_its_extension_says()
    {
        Assert.True(MediaRules.MatchesExtension("png", Pictures.Png(1, 1)));
        Assert.True(MediaRules.MatchesExtension("webp", "RIFF\0\0\0\0WEBPVP8 "u8));
        Assert.True(MediaRules.MatchesExtension("txt", "anything"u8));
        Assert.False(MediaRules.MatchesExtension("jpg", Pictures.Png(1, 1)));
        Assert.False(MediaRules.MatchesExtension("pdf", "<html>"u8));
        Assert.False(MediaRules.MatchesExtension("webp", "RIFF\0\0\0\0WAVEfmt "u8));
    }

    [Theory]
    [InlineData("txt", "MZ\0\u0003", false)]
    [InlineData("csv", "#!/bin/sh", false)]
    [InlineData("csv", "a,b\n1,2", true)]
    [InlineData("ttf", "MZ", false)]
    [InlineData("ttf", "OTTO", true)]
    [InlineData("docx", "PK\u0003\u0004", true)]
    [InlineData("docx", "PKZIP", false)]
    [InlineData("svg", "<?xml version='1.0'?><!-- drawn --><!DOCTYPE svg><svg/>", true)]
    [InlineData("svg", " <svg xmlns='http://www.w3.org/2000/svg'/>", true)]
    [InlineData("svg", "<html><svg/></html>", false)]
    [InlineData("svg", "<!-- never ends", false)]
    public void Nothing_hides_under_another_ending(string extension, string content, bool matches) =>
        Assert.Equal(matches, MediaRules.MatchesExtension(extension, System.Text.Encoding.UTF8.GetBytes(content)));
}
