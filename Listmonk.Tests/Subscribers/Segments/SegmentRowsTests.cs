using Listmonk.Core.Common;
using Listmonk.Core.Data;
using Listmonk.Core.Data.Postgres;
using Listmonk.Core.Data.Sqlite;
using Listmonk.Core.Subscribers.Filtering;
using Listmonk.Core.Subscribers.Segments;

namespace Listmonk.Tests.Subscribers.Segments;

[Trait("Kind", "Unit")]
public sealed class SegmentRowsTests
{
    public static TheoryData<string> Forms => [.. SegmentForms.All.Select(form => form.Id)];

    [Theory, MemberData(nameof(Forms))]
    public void Each_sentence_is_written_understood_by_both_databases_and_read_back(string id)
    {
        var row = new SegmentRow { Form = SegmentForms.Find(id) };
        foreach (var (hole, input) in row.Form.Inputs)
        {
            row.Values[hole] = input switch
            {
                SegmentInput.Number => "-3.5",
                SegmentInput.Days => "30",
                SegmentInput.Date => "2026-02-28",
                SegmentInput.List or SegmentInput.Campaign => "7",
                SegmentInput.SubscriberStatus => "blocklisted",
                SegmentInput.BounceType => "hard",
                // Nothing that a person types is taken for a wildcard, a quote or a hole.
                _ => @"O'Neil 50%_\ {value} {days}",
            };
        }

        var text = new SegmentGroup { Rows = [row] }.Write();

        foreach (var dialect in new IDatabaseDialect[] { SqliteDialect.Instance, PostgresDialect.Instance })
        {
            var compiled = SubscriberExpression.Compile(text, dialect, Actor.System, DateTimeOffset.UnixEpoch);
            Assert.True(compiled.IsOk, $"{text}: {compiled.Message}");
        }

        var read = Assert.Single(SegmentGroup.Read(text)!.Rows);
        Assert.Equal(id, read.Form.Id);
        Assert.Equal(row.Values, read.Values);
    }

    [Fact]
    public void Groups_are_written_in_brackets_and_read_back()
    {
        var group = SegmentGroup.Read("subscribers.status = 'enabled' and (Name ILIKE 'a%' OR email ILIKE '%@x.org') AND created_at > now() - interval '7 days'")!;

        Assert.False(group.IsAny);
        Assert.Equal(["Status: is", "Joined: in the last"], group.Rows.Select(row => row.Form.Id));
        var inner = Assert.Single(group.Groups);
        Assert.True(inner.IsAny);
        Assert.Equal(["Name: starts with", "E-mail: ends with"], inner.Rows.Select(row => row.Form.Id));
        Assert.Equal("status = 'enabled' AND created_at > NOW() - INTERVAL '7 days' AND (name ILIKE 'a%' OR email ILIKE '%@x.org')", group.Write());
    }

    [Fact]
    public void An_alias_in_a_sub_query_does_not_hide_the_sentence() => Assert.Equal(
        "List: is on",
        Assert.Single(SegmentGroup.Read("EXISTS(SELECT 1 FROM subscriber_lists sl WHERE sl.subscriber_id = subscribers.id AND sl.list_id = 4 AND sl.status <> 'unsubscribed')")!.Rows).Form.Id);

    [Theory]
    [InlineData("name = 'a' AND (email = 'b' OR (status = 'enabled' AND name = 'c'))")]
    [InlineData("name ILIKE 'a_c%'")]
    [InlineData("LENGTH(name) < 3")]
    [InlineData("NOT name = 'a'")]
    [InlineData("id = 7")]
    [InlineData("name = = 'x'")]
    [InlineData("EXISTS(SELECT 1 FROM subscriber_lists WHERE subscriber_id = subscribers.id AND list_id = 4 OR true)")]
    public void What_says_more_than_rows_can_is_left_as_text(string text) => Assert.Null(SegmentGroup.Read(text));

    [Fact]
    public void A_row_with_an_open_place_is_not_complete()
    {
        var row = new SegmentRow { Form = SegmentForms.Find("Joined: in the last") };
        Assert.False(row.IsComplete);
        foreach (var (value, isComplete) in new[] { ("x", false), ("0", false), ("-1", false), ("14", true) })
        {
            row.Values[SegmentForm.Days] = value;
            Assert.Equal(isComplete, row.IsComplete);
        }
    }
}
