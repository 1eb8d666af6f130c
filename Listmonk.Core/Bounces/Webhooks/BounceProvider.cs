using System.Text.Json;
using Listmonk.Core.Settings;

namespace Listmonk.Core.Bounces.Webhooks;

/// <summary>One mail service: proves that a call comes from it, then reads the events. Every provider stands in its own file.</summary>
/// <remarks>
/// A call is checked first and read as a whole before anything is recorded: what is malformed anywhere stores nothing. Each event has a key
/// of the service's own making, by which <see cref="BounceRecorder"/> recognises what was sent again, by a retry or by somebody who
/// recorded a genuine call.
/// </remarks>
internal abstract class BounceProvider
{
    /// <summary>As in the path of the webhook and in the source of the bounces.</summary>
    public abstract string Name { get; }

    public abstract bool IsEnabled(BounceProviderSettings settings);

    /// <exception cref="FormatException">The body is not what the service documents.</exception>
    /// <exception cref="JsonException">The body is no JSON.</exception>
    public virtual ValueTask<WebhookAnswer> HandleAsync(WebhookRequest request, BounceProviderSettings settings, CancellationToken cancellationToken)
    {
        if (Refuse(request, settings) is { } refusal)
        {
            return new(refusal);
        }

        using var body = JsonDocument.Parse(request.Body);
        return new(WebhookAnswer.Report([.. Read(body.RootElement).Select(found => found.ToReport()).OfType<BounceReport>()]));
    }

    /// <summary>Null when the call is genuine.</summary>
    protected abstract WebhookAnswer? Refuse(WebhookRequest request, BounceProviderSettings settings);

    /// <summary>The events that count; those that do not are left out.</summary>
    protected abstract IEnumerable<ProviderEvent> Read(JsonElement body);
}
