using System.Globalization;
using System.Text;
using Listmonk.Core.Common;
using Listmonk.Core.Subscribers;
using Listmonk.Web.Api;
using Listmonk.Web.Auth;

namespace Listmonk.Web.Subscribers;

/// <summary>The people as CSV, streamed in batches; the file can be imported again (spec/subscribers.md 10).</summary>
internal static class CsvExport
{
    private const string Header = "uuid,email,name,attributes,status,created_at,updated_at\n";

    /// <summary>Characters kept before they are written to the response.</summary>
    private const int FlushAt = 32 * 1024;

    public static async Task<IResult> Run(HttpContext context, SubscriberQueries people, CancellationToken cancellationToken)
    {
        var filter = SubscriberEndpoints.Filter(context.Request);
        var ids = context.Request.Ids("id");
        var allowed = await people.CanStreamAsync(filter, context.Actor(), cancellationToken);
        return allowed.IsOk
            ? Results.Stream(
                stream => WriteAsync(stream, people.StreamAsync(filter, ids.Count > 0 ? ids : null, context.Actor(), cancellationToken), cancellationToken),
                "text/csv",
                "subscribers.csv")
            : allowed.ToHttp();
    }

    internal static async Task WriteAsync(Stream stream, IAsyncEnumerable<SubscriberItem> people, CancellationToken cancellationToken)
    {
        await using var writer = new StreamWriter(stream, new UTF8Encoding(encoderShouldEmitUTF8Identifier: false), FlushAt, leaveOpen: true);
        await writer.WriteAsync(Header.AsMemory(), cancellationToken);
        var line = new StringBuilder();
        await foreach (var person in people.WithCancellation(cancellationToken))
        {
            line.Append(person.Uuid).Append(',');
            line.Append(CsvText.Quoted(person.Email)).Append(',');
            line.Append(CsvText.Quoted(person.Name)).Append(',');
            line.Append(CsvText.Quoted(person.Attributes)).Append(',');
            line.Append(EnumText.Of(person.Status)).Append(',');
            line.Append(Time(person.CreatedAt)).Append(',').Append(Time(person.UpdatedAt)).Append('\n');
            if (line.Length >= FlushAt)
            {
                await writer.WriteAsync(line, cancellationToken);
                line.Clear();
            }
        }

        await writer.WriteAsync(line, cancellationToken);
    }

    private static string Time(DateTimeOffset time) => time.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.FFFFFF'Z'", CultureInfo.InvariantCulture);
}
