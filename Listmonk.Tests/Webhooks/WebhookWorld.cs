using System.Collections.Concurrent;
using System.Net;
using System.Text.Json.Nodes;
using Listmonk.Core;
using Listmonk.Core.Webhooks;
using Listmonk.Tests.Support;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace Listmonk.Tests.Webhooks;

/// <summary>A receiver in memory, and shorthands for webhook tests.</summary>
internal sealed class WebhookReceiver : HttpMessageHandler
{
    public ConcurrentQueue<(HttpRequestMessage Request, string Body)> Received { get; } = new();

    public Func<HttpResponseMessage> Answer { get; set; } = () => new HttpResponseMessage(HttpStatusCode.NoContent);

    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        Received.Enqueue((request, await request.Content!.ReadAsStringAsync(cancellationToken)));
        return Answer();
    }
}

internal static class WebhookWorld
{
    public static Task<TestDatabase> CreateAsync(DatabaseProvider provider, WebhookReceiver receiver) => TestDatabase.CreateAsync(
        provider, services => services.AddHttpClient(WebhookSender.ClientName).ConfigurePrimaryHttpMessageHandler(() => receiver));

    public static async Task<int> WebhookAsync(this TestDatabase database, bool peopleOnly = true, params string[] events)
    {
        var created = await database.Get<WebhookService>().CreateAsync(
            new WebhookDraft("Shop", "https://shop.example/hook", events.Length == 0 ? [.. WebhookEvents.All.Select(known => known.Name)] : events, peopleOnly), CancellationToken.None);
        Assert.True(created.IsOk, created.Message);
        return created.Value;
    }

    /// <summary>Collects what has happened by now, as a process does that runs long enough.</summary>
    public static async Task<int> CollectAsync(this TestDatabase database, WebhookCollector? collector = null)
    {
        collector ??= new WebhookCollector(database.Databases, database.Clock);
        var made = await collector.CollectAsync(CancellationToken.None);
        database.Clock.Advance(WebhookCollector.Delay);
        return made + await collector.CollectAsync(CancellationToken.None);
    }

    public static Task<int> DeliverAsync(this TestDatabase database) => database.Get<WebhookDelivery>().DeliverAsync(CancellationToken.None);

    public static Task<List<WebhookMessage>> MessagesAsync(this TestDatabase database) =>
        database.ReadAsync(db => db.WebhookMessages.AsNoTracking().OrderBy(message => message.Id).ToListAsync());

    public static JsonNode Json(this WebhookMessage message) => JsonNode.Parse(message.Payload)!;
}
