using Listmonk.Core.Auth;

namespace Listmonk.Tests.Auth;

public sealed class TotpCodeTests
{
    /// <summary>The shared secret of RFC 6238, appendix B, in base 32.</summary>
    private const string Secret = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ";

    [Theory]
    [InlineData(59, "287082")]
    [InlineData(1111111109, "081804")]
    [InlineData(1234567890, "005924")]
    [InlineData(20000000000, "353130")]
    public void Codes_are_those_of_the_standard(long seconds, string code) =>
        Assert.Equal(code, TotpCode.Compute(Secret, TotpCode.Step(DateTimeOffset.FromUnixTimeSeconds(seconds))));

    [Theory]
    [InlineData(-60, false)]
    [InlineData(-30, true)]
    [InlineData(0, true)]
    [InlineData(30, true)]
    [InlineData(60, false)]
    public void A_clock_may_be_half_a_minute_off(int seconds, bool isAccepted)
    {
        var now = DateTimeOffset.FromUnixTimeSeconds(1_700_000_010);
        var code = TotpCode.Compute(Secret, TotpCode.Step(now.AddSeconds(seconds)));

        Assert.Equal(isAccepted, TotpCode.Match(Secret, code, now) is not null);
    }

    [Fact]
    public void A_new_secret_has_160_bits_in_base_32() => Assert.Matches("^[A-Z2-7]{32}$", TotpCode.NewSecret());
}
