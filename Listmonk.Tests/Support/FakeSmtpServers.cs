using Listmonk.Core.Messengers.Smtp;

namespace Listmonk.Tests.Support;

/// <summary>A list of SMTP servers that a test can exchange while mails are on their way.</summary>
public sealed class FakeSmtpServers(params SmtpServerOptions[] servers) : ISmtpServerSource
{
    private Action? _changed;

    public IReadOnlyList<SmtpServerOptions> Current { get; private set; } = servers;

    public IDisposable OnChange(Action changed)
    {
        _changed += changed;
        return new Subscription(() => _changed -= changed);
    }

    public void ChangeTo(params SmtpServerOptions[] servers)
    {
        Current = servers;
        _changed?.Invoke();
    }

    private sealed class Subscription(Action end) : IDisposable
    {
        public void Dispose() => end();
    }
}
