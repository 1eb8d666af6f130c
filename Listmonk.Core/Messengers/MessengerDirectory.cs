using Listmonk.Core.Messengers.Postback;
using Listmonk.Core.Messengers.Smtp;
using Listmonk.Core.Settings;

namespace Listmonk.Core.Messengers;

/// <summary>Finds a messenger by the name that a campaign or an API call gives. Follows the settings at once.</summary>
public sealed class MessengerDirectory : IDisposable
{
    private readonly EmailMessenger _email;
    private readonly SmtpMessenger _smtp;
    private readonly TimeProvider _clock;
    private readonly HttpMessageInvoker _http;
    private readonly IDisposable _subscription;
    private Dictionary<string, (PostbackOptions Options, PostbackMessenger Messenger)> _postbacks = new(StringComparer.Ordinal);

    public MessengerDirectory(EmailMessenger email, SmtpMessenger smtp, SettingsStore settings, TimeProvider clock)
    {
        _email = email;
        _smtp = smtp;
        _clock = clock;

        // A redirect is not a 200, and the receiver's address is the administrator's to choose, nobody else's.
        _http = new HttpMessageInvoker(new SocketsHttpHandler { AllowAutoRedirect = false, UseCookies = false, PooledConnectionLifetime = TimeSpan.FromMinutes(2) });
        _subscription = settings.Changed.Subscribe(snapshot => Rebuild(snapshot.Messengers));
        Rebuild(settings.Current.Messengers);
    }

    /// <summary>All names that can be chosen now, <c>email</c> first.</summary>
    public IReadOnlyList<string> Names => [EmailMessenger.DefaultName, .. _smtp.ServerNames, .. Volatile.Read(ref _postbacks).Keys.Order(StringComparer.Ordinal)];

    /// <summary>The messenger of this name; null when there is none. A named SMTP server that is gone is stood in for by <c>email</c>.</summary>
    public IMessenger? Find(string name)
    {
        if (name == EmailMessenger.DefaultName)
        {
            return _email;
        }

        if (Volatile.Read(ref _postbacks).TryGetValue(name, out (PostbackOptions Options, PostbackMessenger Messenger) postback))
        {
            return postback.Messenger;
        }

        return _smtp.ServerNames.Contains(name, StringComparer.OrdinalIgnoreCase) ? new NamedServerMessenger(_smtp, name)
            : name.StartsWith("email-", StringComparison.Ordinal) ? _email
            : null;
    }

    /// <summary>Posts one message, once, to a receiver as a form describes it.</summary>
    internal Task<DeliveryResult> TryAsync(PostbackOptions options, OutboundMessage message, CancellationToken cancellationToken) =>
        new PostbackMessenger(options with { MaxMessageRetries = 1 }, _http, _clock).SendAsync(message, cancellationToken);

    public void Dispose()
    {
        _subscription.Dispose();
        _http.Dispose();
    }

    /// <summary>Unchanged ones stay, so that their limit of connections holds across a save.</summary>
    private void Rebuild(MessengerSettings settings)
    {
        Dictionary<string, (PostbackOptions Options, PostbackMessenger Messenger)> old = _postbacks;
        var postbacks = new Dictionary<string, (PostbackOptions Options, PostbackMessenger Messenger)>(StringComparer.Ordinal);
        foreach (PostbackServer server in settings.Servers.Where(server => server.Enabled))
        {
            PostbackOptions options = PostbackOptions.From(server);
            postbacks[options.Name] = old.TryGetValue(options.Name, out (PostbackOptions Options, PostbackMessenger Messenger) known) && known.Options == options
                ? known
                : (options, new PostbackMessenger(options, _http, _clock));
        }

        Volatile.Write(ref _postbacks, postbacks);
    }
}
