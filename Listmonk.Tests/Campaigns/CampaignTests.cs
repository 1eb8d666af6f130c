using Listmonk.Core.Campaigns;

namespace Listmonk.Tests.Campaigns;

[Trait("Kind", "Unit")]
public sealed class CampaignTests
{
    private static readonly DateTimeOffset Now = new(2026, 3, 1, 9, 0, 0, TimeSpan.Zero);

    [Theory]
    [InlineData(CampaignStatus.Draft, CampaignStatus.Running, CampaignStatus.Running)]
    [InlineData(CampaignStatus.Paused, CampaignStatus.Running, CampaignStatus.Running)]
    [InlineData(CampaignStatus.Running, CampaignStatus.Paused, CampaignStatus.Paused)]
    [InlineData(CampaignStatus.Running, CampaignStatus.Cancelled, CampaignStatus.Cancelled)]
    [InlineData(CampaignStatus.Paused, CampaignStatus.Cancelled, CampaignStatus.Cancelled)]
    [InlineData(CampaignStatus.Scheduled, CampaignStatus.Cancelled, CampaignStatus.Cancelled)]
    [InlineData(CampaignStatus.Scheduled, CampaignStatus.Draft, CampaignStatus.Draft)]
    public void A_state_that_is_within_reach_is_taken(CampaignStatus from, CampaignStatus wanted, CampaignStatus expected)
    {
        var campaign = Given(from);

        Assert.True(campaign.ChangeStatus(wanted, Now).IsOk);
        Assert.Equal(expected, campaign.Status);
        Assert.Equal(Now, campaign.UpdatedAt);
    }

    [Theory]
    [InlineData(CampaignStatus.Draft, CampaignStatus.Paused)]
    [InlineData(CampaignStatus.Draft, CampaignStatus.Cancelled)]
    [InlineData(CampaignStatus.Draft, CampaignStatus.Draft)]
    [InlineData(CampaignStatus.Running, CampaignStatus.Running)]
    [InlineData(CampaignStatus.Running, CampaignStatus.Scheduled)]
    [InlineData(CampaignStatus.Running, CampaignStatus.Draft)]
    [InlineData(CampaignStatus.Running, CampaignStatus.Finished)]
    [InlineData(CampaignStatus.Finished, CampaignStatus.Running)]
    [InlineData(CampaignStatus.Finished, CampaignStatus.Cancelled)]
    [InlineData(CampaignStatus.Cancelled, CampaignStatus.Running)]
    [InlineData(CampaignStatus.Scheduled, CampaignStatus.Paused)]
    public void Any_other_state_is_refused_with_a_reason_and_nothing_changes(CampaignStatus from, CampaignStatus wanted)
    {
        var campaign = Given(from);

        var outcome = campaign.ChangeStatus(wanted, Now);

        Assert.False(outcome.IsOk);
        Assert.Equal("status", Assert.Single(outcome.Errors).Field);
        Assert.Equal(from, campaign.Status);
    }

    [Fact]
    public void Starting_before_the_send_time_waits_for_it()
    {
        var campaign = Given(CampaignStatus.Draft, Now.AddHours(1));
        Assert.True(campaign.Start(Now).IsOk);
        Assert.Equal(CampaignStatus.Scheduled, campaign.Status);
    }

    [Fact]
    public void Starting_after_the_send_time_sends_at_once()
    {
        var campaign = Given(CampaignStatus.Draft, Now.AddHours(-1));
        Assert.True(campaign.Start(Now).IsOk);
        Assert.Equal(CampaignStatus.Running, campaign.Status);
    }

    [Fact]
    public void Scheduling_needs_a_send_time()
    {
        var campaign = Given(CampaignStatus.Draft);
        Assert.Equal("send_at", Assert.Single(campaign.Schedule(Now).Errors).Field);

        campaign.SendAt = Now.AddDays(1);
        Assert.True(campaign.Schedule(Now).IsOk);
        Assert.Equal(CampaignStatus.Scheduled, campaign.Status);
    }

    [Fact]
    public void A_pause_by_the_engine_keeps_its_reason_until_the_campaign_goes_on()
    {
        var campaign = Given(CampaignStatus.Running);
        Assert.True(campaign.Pause(Now, "Too many errors.").IsOk);
        Assert.Equal("Too many errors.", campaign.StatusReason);

        Assert.True(campaign.Resume(Now).IsOk);
        Assert.Null(campaign.StatusReason);
    }

    [Fact]
    public void The_end_is_recorded_whether_finished_or_cancelled()
    {
        var finished = Given(CampaignStatus.Running);
        var cancelled = Given(CampaignStatus.Running);

        Assert.True(finished.Finish(Now).IsOk);
        Assert.True(cancelled.Cancel(Now).IsOk);

        Assert.Equal(Now, finished.FinishedAt);
        Assert.Equal(Now, cancelled.FinishedAt);
    }

    private static Campaign Given(CampaignStatus status, DateTimeOffset? sendAt = null) =>
        new() { Name = "News", Subject = "News", Status = status, SendAt = sendAt, UpdatedAt = Now.AddDays(-1) };
}
