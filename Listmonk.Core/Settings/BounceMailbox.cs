using System.Text.Json.Serialization;

namespace Listmonk.Core.Settings;

/// <summary>The mailboxes to which bounces come (spec/settings.md 3.3); every enabled one is read.</summary>
public sealed record BounceMailboxSettings
{
    [JsonPropertyName("bounce.mailboxes")]
    public IReadOnlyList<BounceMailbox> Mailboxes { get; init; } = [];
}

/// <summary>One mailbox: where it is, how often it is read, and what becomes of what was read.</summary>
public sealed record BounceMailbox : ISettingsEntry
{
    public const string Pop = "pop";
    public const string Imap = "imap";
    public const string Delete = "delete";
    public const string Leave = "leave";
    public const string Move = "move";

    /// <summary>Oftener than this would only annoy the server.</summary>
    public static readonly TimeSpan ShortestInterval = TimeSpan.FromMinutes(1);

    public string Uuid { get; init; } = "";

    public bool Enabled { get; init; }

    /// <summary><c>pop</c> or, ours, <c>imap</c>.</summary>
    public string Type { get; init; } = Pop;

    public string Host { get; init; } = "";

    public int Port { get; init; } = 995;

    /// <summary><c>userpass</c>, <c>none</c> or, ours, <c>oauth2</c>: the password is an access token then, unless <see cref="TokenUrl"/> says where to get one.</summary>
    public string AuthProtocol { get; init; } = "userpass";

    /// <summary>Ours: where access tokens are had (RFC 6749 §3.2); with a refresh token for it, or else by the client's own right.</summary>
    public string TokenUrl { get; init; } = "";

    public string ClientId { get; init; } = "";

    public string ClientSecret { get; init; } = "";

    public string RefreshToken { get; init; } = "";

    /// <summary>What the token is to be good for, such as <c>https://outlook.office365.com/.default</c>; empty leaves it to the service.</summary>
    public string Scope { get; init; } = "";

    public string Username { get; init; } = "";

    public string Password { get; init; } = "";

    /// <summary>Kept for listmonk's clients; return paths are set under Deliverability and with each SMTP server.</summary>
    public string ReturnPath { get; init; } = "";

    public string ScanInterval { get; init; } = "15m";

    public bool TlsEnabled { get; init; } = true;

    /// <summary>Ours: with TLS, begins in clear and switches over (STARTTLS, STLS).</summary>
    public bool TlsStart { get; init; }

    public bool TlsSkipVerify { get; init; }

    /// <summary>Ours: the folder that is read; IMAP only.</summary>
    public string Folder { get; init; } = "INBOX";

    /// <summary>Ours: what becomes of a report that was understood: <c>delete</c>, <c>leave</c> or <c>move</c> (IMAP only).</summary>
    public string After { get; init; } = Delete;

    /// <summary>Ours: the folder for <c>move</c>.</summary>
    public string MoveTo { get; init; } = "";

    /// <summary>Ours: what becomes of everything else, such as answers of people: <c>leave</c> or <c>delete</c>.</summary>
    public string Others { get; init; } = Leave;

    /// <summary>Leaves out the secrets: records are printed by loggers and test runners.</summary>
    public override string ToString() => $"BounceMailbox {{ {Type} {Host}:{Port} }}";
}
