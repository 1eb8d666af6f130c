using Listmonk.Core.Tracking;

namespace Listmonk.Tests.Tracking;

public sealed class TrackingPathsTests
{
    private static readonly Guid Campaign = Guid.Parse("11111111-2222-4333-8444-555555555555");
    private static readonly Guid Person = Guid.Parse("66666666-7777-4888-8999-aaaaaaaaaaaa");
    private static readonly Guid Link = Guid.Parse("bbbbbbbb-cccc-4ddd-8eee-ffffffffffff");

    [Theory]
    [InlineData("https://mail.example.org", "https://mail.example.org/track/link/abc")]
    [InlineData("https://mail.example.org/", "https://mail.example.org/track/link/abc")]
    [InlineData("https://example.org/news//", "https://example.org/news/track/link/abc")]
    public void A_path_prefix_is_kept_and_slashes_are_not_doubled(string root, string expected) =>
        Assert.Equal(expected, new TrackingPaths(root).Link("abc"));

    [Fact]
    public void The_old_forms_are_those_of_listmonk()
    {
        var paths = new TrackingPaths("https://mail.example.org/");

        Assert.Equal("https://mail.example.org/track/open/abc", paths.Open("abc"));
        Assert.Equal($"https://mail.example.org/campaign/{Campaign}/{Person}/px.png", paths.LegacyOpen(Campaign, Person));
        Assert.Equal($"https://mail.example.org/campaign/{Campaign}/00000000-0000-0000-0000-000000000000/px.png", paths.LegacyOpen(Campaign, null));
        Assert.Equal($"https://mail.example.org/link/{Link}/{Campaign}/{Person}", paths.LegacyLink(Link, Campaign, Person));
    }

    [Theory]
    [InlineData("11111111-2222-4333-8444-55555555555a", true)]
    [InlineData("11111111-2222-4333-8444-55555555555A", true)]
    [InlineData("00000000-0000-0000-0000-000000000000", true)]
    [InlineData("1111111122224333844455555555555a", false)]
    [InlineData("{11111111-2222-4333-8444-55555555555a}", false)]
    [InlineData(" 11111111-2222-4333-8444-5555555555a", false)]
    [InlineData("0x111111-2222-4333-8444-55555555555a", false)]
    [InlineData("+1111111-2222-4333-8444-55555555555a", false)]
    [InlineData("1111-11112222-4333-8444-55555555555a", false)]
    [InlineData("11111111-2222-4333-8444-55555555555g", false)]
    [InlineData("", false)]
    public void A_uuid_has_one_form_in_either_case(string text, bool expected) => Assert.Equal(expected, TrackingPaths.TryReadUuid(text, out _));

    [Fact]
    public void The_zero_uuid_is_nobody()
    {
        Assert.True(TrackingPaths.TryReadSubscriberUuid("00000000-0000-0000-0000-000000000000", out var nobody));
        Assert.Null(nobody);
        Assert.True(TrackingPaths.TryReadSubscriberUuid(Person.ToString().ToUpperInvariant(), out var somebody));
        Assert.Equal(Person, somebody);
        Assert.False(TrackingPaths.TryReadSubscriberUuid("me", out _));
    }
}
