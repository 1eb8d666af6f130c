using Listmonk.Core.Settings;

namespace Listmonk.Core.Messengers.Smtp;

/// <summary>The SMTP servers of the settings, as they stand at any moment.</summary>
public sealed class SettingsSmtpServerSource(SettingsStore settings) : ISmtpServerSource
{
    public IReadOnlyList<SmtpServerOptions> Current => [.. settings.Current.Smtp.Servers.Select(ToOptions)];

    public IDisposable OnChange(Action changed) => settings.Changed.Subscribe(_ => changed());

    public static SmtpServerOptions ToOptions(SmtpServer server) => new()
    {
        Uuid = server.Uuid,
        Enabled = server.Enabled,
        Name = server.Name,
        Host = server.Host,
        Port = server.Port,
        HelloHostname = server.HelloHostname,
        AuthProtocol = server.AuthProtocol,
        Username = server.Username,
        Password = server.Password,
        TlsType = server.TlsType,
        TlsSkipVerify = server.TlsSkipVerify,
        MaxConnections = server.MaxConns,
        MaxMessageRetries = server.MaxMsgRetries,
        MessageRetryDelay = DurationText.ParseOr(server.MsgRetryDelay, TimeSpan.FromMilliseconds(10)),
        IdleTimeout = DurationText.ParseOr(server.IdleTimeout, TimeSpan.FromSeconds(15)),
        WaitTimeout = DurationText.ParseOr(server.WaitTimeout, TimeSpan.FromSeconds(5)),
        EmailHeaders = server.EmailHeaders,
        FromAddresses = server.FromAddresses,
        ReturnPath = server.ReturnPath.Trim(),
        Weight = server.Weight,
        MessageRate = server.MessageRate,
        DailyLimit = server.DailyLimit,
    };
}
