namespace Listmonk.Core.Messengers.Smtp;

/// <summary>How long the other side may keep us waiting; shorter than RFC 5321 §4.5.3.2 allows, longer than any healthy server needs.</summary>
internal sealed record SmtpTimeouts
{
    /// <summary>For the answer to any command.</summary>
    public TimeSpan Command { get; init; } = TimeSpan.FromMinutes(1);

    /// <summary>For sending the content and for the answer after it, where servers scan and store.</summary>
    public TimeSpan Content { get; init; } = TimeSpan.FromMinutes(5);

    /// <summary>For closing politely.</summary>
    public TimeSpan Goodbye { get; init; } = TimeSpan.FromSeconds(2);
}
