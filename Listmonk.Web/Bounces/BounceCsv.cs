using System.Globalization;
using System.Text;
using Listmonk.Core.Bounces;
using Listmonk.Core.Common;
using Listmonk.Web.Api;

namespace Listmonk.Web.Bounces;

/// <summary>Bounces as a table for spreadsheets.</summary>
internal static class BounceCsv
{
    public static async Task WriteAsync(Stream stream, IAsyncEnumerable<BounceItem> bounces, CancellationToken cancellationToken)
    {
        await using var writer = new StreamWriter(stream, new UTF8Encoding(encoderShouldEmitUTF8Identifier: false), leaveOpen: true);
        await writer.WriteAsync("id,created_at,email,subscriber_status,type,reason,status,line,campaign_id,campaign,source,matched_by,action\n".AsMemory(), cancellationToken);
        await foreach (var row in bounces.WithCancellation(cancellationToken))
        {
            await writer.WriteAsync(
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"{row.Id},{row.CreatedAt.UtcDateTime:yyyy-MM-dd'T'HH:mm:ss'Z'},{CsvText.Field(row.Email)},{EnumText.Of(row.SubscriberStatus)},{EnumText.Of(row.Type)},{row.Reason},{row.Status},{CsvText.Field(row.Line ?? "")},{row.CampaignId},{CsvText.Field(row.CampaignName ?? "")},{CsvText.Field(row.Source)},{EnumText.Of(row.MatchedBy)},{EnumText.Of(row.Action)}\n").AsMemory(),
                cancellationToken);
        }
    }
}
