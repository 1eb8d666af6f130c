using System.Net;
using Listmonk.Core.Common;

namespace Listmonk.Tests.Common;

public sealed class ClientAddressTests
{
    private static readonly NetworkSet Local = new(["127.0.0.1", "::1", "10.0.0.0/8", "fd00::/8"]);

    [Theory]
    [InlineData("203.0.113.9", "1.2.3.4", "203.0.113.9")]
    [InlineData("127.0.0.1", null, "127.0.0.1")]
    [InlineData("127.0.0.1", "198.51.100.7", "198.51.100.7")]
    [InlineData("127.0.0.1", "1.1.1.1, 198.51.100.7, 10.2.2.2", "198.51.100.7")]
    [InlineData("127.0.0.1", "10.0.0.1,10.0.0.2", "10.0.0.1")]
    [InlineData("::ffff:127.0.0.1", " 198.51.100.7\t", "198.51.100.7")]
    [InlineData("fd00::5", "::ffff:198.51.100.7", "198.51.100.7")]
    [InlineData("::1", "[2001:db8::7]:443", "2001:db8::7")]
    [InlineData("::1", "[2001:db8::7]", "2001:db8::7")]
    [InlineData("::1", "2001:DB8:0:0::7", "2001:db8::7")]
    [InlineData("127.0.0.1", "198.51.100.7:4711", "198.51.100.7")]
    [InlineData("127.0.0.1", "198.51.100.7, ,", "198.51.100.7")]
    [InlineData("127.0.0.1", "", "127.0.0.1")]
    [InlineData("127.0.0.1", "198.51.100.7, unknown", "127.0.0.1")]
    [InlineData("127.0.0.1", "198.51.100.7, unknown, 10.1.1.1", "10.1.1.1")]
    [InlineData("127.0.0.1", "3325256711", "127.0.0.1")]
    [InlineData("127.0.0.1", "0x7f.1", "127.0.0.1")]
    [InlineData("127.0.0.1", "010.0.0.1", "127.0.0.1")]
    [InlineData("127.0.0.1", "1.2.3.4:99999999", "127.0.0.1")]
    [InlineData("127.0.0.1", "[1.2.3.4]", "127.0.0.1")]
    public void The_walk_ends_at_the_first_that_is_no_declared_proxy(string peer, string? forwardedFor, string expected) =>
        Assert.Equal(expected, Find(peer, ("X-Forwarded-For", forwardedFor)));

    [Theory]
    [InlineData("for=198.51.100.7", "198.51.100.7")]
    [InlineData("For=\"[2001:db8::7]:4711\";proto=https", "2001:db8::7")]
    [InlineData("for=1.1.1.1, for=198.51.100.7;by=10.0.0.1, for=10.3.3.3", "198.51.100.7")]
    [InlineData("for=\"_hidden, 9.9.9.9\"", "127.0.0.1")]
    [InlineData("proto=https", "127.0.0.1")]
    public void The_standard_header_is_understood(string forwarded, string expected) => Assert.Equal(expected, Find("127.0.0.1", ("Forwarded", forwarded)));

    [Fact]
    public void A_single_address_is_the_last_resort()
    {
        Assert.Equal("198.51.100.7", Find("127.0.0.1", ("X-Real-IP", "198.51.100.7")));
        Assert.Equal("203.0.113.9", Find("203.0.113.9", ("X-Real-IP", "198.51.100.7")));
        Assert.Equal("192.0.2.1", Find("127.0.0.1", ("X-Real-IP", "198.51.100.7"), ("X-Forwarded-For", "192.0.2.1")));
    }

    [Fact]
    public void An_address_is_kept_without_the_part_that_names_a_machine()
    {
        Assert.Equal("198.51.100.0", NetworkSet.Truncate(IPAddress.Parse("198.51.100.77")));
        Assert.Equal("198.51.100.0", NetworkSet.Truncate(IPAddress.Parse("::ffff:198.51.100.77")));
        Assert.Equal("2001:db8:1::", NetworkSet.Truncate(IPAddress.Parse("2001:db8:1:2:3:4:5:6")));
    }

    [Theory]
    [InlineData("198.51.100.0/24", true)]
    [InlineData("198.51.0.0/16", true)]
    [InlineData("198.51.100.0/25", false)]
    public void A_kept_network_is_only_inside_of_one_that_holds_it_all(string network, bool expected) =>
        Assert.Equal(expected, new NetworkSet([network]).ContainsNetwork(IPAddress.Parse("198.51.100.0")));

    private static string Find(string peer, params (string Name, string? Value)[] headers) =>
        ClientAddress.Find(IPAddress.Parse(peer), Local, name => headers.FirstOrDefault(header => header.Name == name).Value).ToString();
}
