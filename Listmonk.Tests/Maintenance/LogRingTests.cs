using Listmonk.Core.Maintenance;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Time.Testing;

namespace Listmonk.Tests.Maintenance;

public sealed class LogRingTests
{
    private readonly LogRing _ring = new(new FakeTimeProvider(new DateTimeOffset(2026, 3, 1, 9, 30, 0, TimeSpan.Zero)));

    [Fact]
    public void A_line_has_listmonks_shape()
    {
        _ring.Write(LogLevel.Warning, "Listmonk.Core.Sending.CampaignSender", "Campaign 7 paused", new InvalidOperationException("no server"));
        Assert.Equal(
            "2026/03/01 09:30:00.000000 CampaignSender:1: warning: Campaign 7 paused (InvalidOperationException: no server)", Assert.Single(_ring.All()).ToString());
    }

    [Fact]
    public void The_oldest_lines_make_room()
    {
        for (var i = 0; i <= LogRing.Capacity; i++)
        {
            _ring.Write(LogLevel.Information, "Test", $"line {i}", null);
        }

        var lines = _ring.All();
        Assert.Equal((LogRing.Capacity, "line 1", $"line {LogRing.Capacity}"), (lines.Count, lines[0].Message, lines[^1].Message));
    }

    [Fact]
    public void Addresses_are_masked_and_a_message_stays_one_line()
    {
        _ring.Write(LogLevel.Information, "Test", "550 <ann.b+c@mail.example.com> unknown\r\nsecond", null);
        Assert.Equal("550 <…@mail.example.com> unknown second", Assert.Single(_ring.All()).Message);
    }

    [Fact]
    public void Details_for_developers_are_not_kept()
    {
        using var provider = new LogRingProvider(_ring);
        var logger = provider.CreateLogger("Test");
        logger.Log(LogLevel.Debug, 0, "quiet", null, static (text, _) => text);
        logger.Log(LogLevel.Error, 0, "loud", null, static (text, _) => text);
        Assert.Equal("loud", Assert.Single(_ring.All()).Message);
    }
}
