using Listmonk.Core.Webhooks;

namespace Listmonk.Tests.Webhooks;

[Trait("Kind", "Unit")]
public sealed class WebhookSigningTests
{
    /// <summary>The example of the Standard Webhooks libraries.</summary>
    private const string Secret = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";
    private const string Signature = "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=";

    [Fact]
    public void The_signature_is_that_of_the_specification()
    {
        var at = DateTimeOffset.FromUnixTimeSeconds(1614265330);

        Assert.Equal(Signature, WebhookSigning.Sign([Secret], "msg_p5jXN8AQM9LWM0D4loKWxJek", at, """{"test": 2432232314}"""));
    }

    [Fact]
    public void Each_secret_signs_so_that_a_change_loses_nothing()
    {
        var at = DateTimeOffset.FromUnixTimeSeconds(1614265330);

        var signatures = WebhookSigning.Sign([WebhookSigning.NewSecret(), Secret], "msg_p5jXN8AQM9LWM0D4loKWxJek", at, """{"test": 2432232314}""").Split(' ');

        Assert.Equal(2, signatures.Length);
        Assert.Equal(Signature, signatures[1]);
    }

    [Fact]
    public void New_secrets_are_valid_and_differ()
    {
        Assert.True(WebhookSigning.IsSecret(WebhookSigning.NewSecret()));
        Assert.NotEqual(WebhookSigning.NewSecret(), WebhookSigning.NewSecret());
        Assert.False(WebhookSigning.IsSecret("whsec_short"));
        Assert.False(WebhookSigning.IsSecret("secret"));
    }

    [Fact]
    public void Pauses_grow_and_end_and_a_receiver_may_ask_for_longer_ones()
    {
        Assert.Equal(TimeSpan.FromSeconds(5), WebhookSchedule.PauseAfter(1));
        Assert.Equal(TimeSpan.FromHours(10), WebhookSchedule.PauseAfter(7));
        Assert.Null(WebhookSchedule.PauseAfter(8));
        Assert.Equal(TimeSpan.FromMinutes(2), WebhookSchedule.PauseAfter(1, TimeSpan.FromMinutes(2)));
        Assert.Equal(TimeSpan.FromSeconds(5), WebhookSchedule.PauseAfter(1, TimeSpan.FromDays(400)));
    }
}
