using System.Data.Common;
using Listmonk.Core.Data;
using Listmonk.Core.Subscribers.Filtering;
using Listmonk.Core.Subscribers.Segments;

namespace Listmonk.Core.Sending;

/// <summary>The segment that narrows a campaign's lists, as SQL on the table <c>subscribers</c>; read anew for each batch.</summary>
internal sealed class AudienceSegment
{
    private static readonly AudienceSegment Everybody = new(null);

    private AudienceSegment(SqlCondition? condition)
    {
        IsEverybody = condition is null;
        Matches = condition?.Write(index => $"@segment{index}") ?? "1 = 1";
        Parameters = condition is null ? [] : [.. condition.Parameters.Select((value, index) => ($"segment{index}", value))];
    }

    /// <summary>The campaign has no segment.</summary>
    public bool IsEverybody { get; }

    public string Matches { get; }

    /// <summary>To be put behind other conditions; empty without a segment.</summary>
    public string AndMatches => IsEverybody ? "" : $" AND ({Matches})";

    public IReadOnlyList<(string Name, object Value)> Parameters { get; }

    public static async Task<AudienceSegment> ReadAsync(
        DbConnection connection, IDatabaseDialect dialect, int campaignId, DateTimeOffset now, CancellationToken cancellationToken)
    {
        await using var command = connection.Command(
            "SELECT g.expression FROM campaigns c LEFT JOIN segments g ON g.id = c.segment_id WHERE c.id = @campaign AND c.segment_id IS NOT NULL");
        command.Add("campaign", campaignId);
        var found = await command.ExecuteScalarAsync(cancellationToken);
        if (found is null)
        {
            return Everybody;
        }

        // A segment that is gone, or says what nobody understands any more, must not turn into everybody.
        var condition = (found is string expression ? SegmentScope.Compile(expression, dialect, now) : null) ?? SqlCondition.Nobody;
        if (condition.NeedsFunctions)
        {
            SqliteFunctions.Register(connection);
        }

        return new AudienceSegment(condition);
    }

    public void AddTo(DbCommand command)
    {
        foreach (var (name, value) in Parameters)
        {
            command.Add(name, value);
        }
    }
}
