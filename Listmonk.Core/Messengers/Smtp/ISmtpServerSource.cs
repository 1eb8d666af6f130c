namespace Listmonk.Core.Messengers.Smtp;

/// <summary>Where the messenger gets its servers, and how it learns that they have changed.</summary>
public interface ISmtpServerSource
{
    /// <summary>All servers of the settings, disabled ones included.</summary>
    IReadOnlyList<SmtpServerOptions> Current { get; }

    /// <summary>Calls back after each change, on any thread, until the result is disposed.</summary>
    IDisposable OnChange(Action changed);
}
