using System.Text.Json;
using Listmonk.Core.Settings;
using Microsoft.Extensions.Logging;

namespace Listmonk.Core.Bounces.Webhooks;

/// <summary>Takes the calls of mail services: checks them, records what they report, and says how to answer.</summary>
public sealed partial class BounceWebhookService
{
    private readonly Dictionary<string, BounceProvider> _providers;
    private readonly SettingsStore _settings;
    private readonly BounceRecorder _recorder;
    private readonly ILogger<BounceWebhookService> _logger;

    internal BounceWebhookService(IEnumerable<BounceProvider> providers, SettingsStore settings, BounceRecorder recorder, ILogger<BounceWebhookService> logger)
    {
        _providers = providers.ToDictionary(provider => provider.Name, StringComparer.Ordinal);
        _settings = settings;
        _recorder = recorder;
        _logger = logger;
    }

    /// <summary>When this returns and accepts, whatever was reported is committed: the service may forget it.</summary>
    public async Task<WebhookAnswer> HandleAsync(string service, WebhookRequest request, CancellationToken cancellationToken)
    {
        var settings = _settings.Current;
        if (!settings.Bounces.Enabled)
        {
            return new WebhookAnswer(WebhookVerdict.Off, "Bounce processing is off.");
        }

        if (!_providers.TryGetValue(service, out var provider) || !provider.IsEnabled(settings.BounceProviders))
        {
            return new WebhookAnswer(WebhookVerdict.Unknown, "Unknown provider");
        }

        WebhookAnswer answer;
        try
        {
            answer = await provider.HandleAsync(request, settings.BounceProviders, cancellationToken);
        }
        // InvalidOperationException: valid JSON with half a surrogate pair, which is no text.
        catch (Exception exception) when (exception is JsonException or FormatException or InvalidOperationException)
        {
            answer = WebhookAnswer.Malformed("The body is not what this service sends.");
        }

        if (answer.Verdict != WebhookVerdict.Accepted)
        {
            LogRefused(provider.Name, answer.Verdict, answer.Message);
        }
        else if (answer.Reports.Count > 0 && (await _recorder.RecordAsync(answer.Reports, cancellationToken)).Contains(BounceOutcome.Failed))
        {
            return new WebhookAnswer(WebhookVerdict.Incomplete, "Not every event could be recorded.");
        }

        return answer;
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "A call in the name of {Provider} was refused ({Verdict}): {Reason}")]
    private partial void LogRefused(string provider, WebhookVerdict verdict, string reason);
}
