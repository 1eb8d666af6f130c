using System.Text;
using Listmonk.Core.Bounces;
using Listmonk.Core.Messengers.Mime;

namespace Listmonk.Core.Messengers.Smtp;

/// <summary>A server's options with what follows from them worked out once: its own headers encoded, its extra recipients, its routes.</summary>
internal sealed class SmtpServerProfile
{
    public SmtpServerProfile(SmtpServerOptions options)
    {
        Options = options;
        var headers = new List<ServerHeader>();
        var extra = new List<string>();
        foreach (KeyValuePair<string, string> header in options.EmailHeaders.SelectMany(set => set).DistinctBy(header => header.Key, StringComparer.OrdinalIgnoreCase))
        {
            if (string.Equals(header.Key, "Return-Path", StringComparison.OrdinalIgnoreCase))
            {
                ReturnPath = MessageBlueprint.ParseReturnPath(header.Value);
            }
            else if (string.Equals(header.Key, "Bcc", StringComparison.OrdinalIgnoreCase))
            {
                extra.AddRange(MessageBlueprint.Addresses(header.Value));
            }
            else if (HeaderWriter.IsValidName(header.Key))
            {
                using var buffer = new PooledBuffer(256);
                HeaderWriter.Write(buffer, header.Key, header.Value);
                headers.Add(new ServerHeader(Encoding.ASCII.GetBytes($"{header.Key}:"), buffer.WrittenSpan.ToArray()));
            }
        }

        Headers = headers;
        ExtraRecipients = extra;
    }

    public SmtpServerOptions Options { get; }

    public string Name => Options.DisplayName;

    /// <summary>The server's custom header of this name; unlike the setting it is taken as it stands.</summary>
    public string? ReturnPath { get; }

    public IReadOnlyList<string> ExtraRecipients { get; }

    public IReadOnlyList<ServerHeader> Headers { get; }

    /// <summary>Under a second means two, as listmonk reads it.</summary>
    public TimeSpan WaitTimeout => Options.WaitTimeout < TimeSpan.FromSeconds(1) ? TimeSpan.FromSeconds(2) : Options.WaitTimeout;

    public int Attempts => Math.Max(1, Options.MaxMessageRetries);

    /// <summary>The envelope sender: the message's own wish, else the server's, else that of the installation.</summary>
    public string SenderOf(OutboundMessage message) =>
        message.HasOwnReturnPath ? message.EnvelopeFrom
        : ReturnPath ?? (Options.ReturnPath.Length == 0 ? message.EnvelopeFrom
        : message.VerpToken is { } token ? VerpAddress.Combine(Options.ReturnPath, token) : Options.ReturnPath);

    /// <summary>Whether the header section of <paramref name="mime"/> has a field of this name already.</summary>
    public static bool HasHeader(ReadOnlySpan<byte> mime, ReadOnlySpan<byte> nameAndColon)
    {
        while (!mime.IsEmpty && mime[0] != '\r')
        {
            if (mime.Length > nameAndColon.Length && Ascii.EqualsIgnoreCase(mime[..nameAndColon.Length], nameAndColon))
            {
                return true;
            }

            int end = mime.IndexOf((byte)'\n');
            mime = end < 0 ? default : mime[(end + 1)..];
        }

        return false;
    }
}

/// <summary>A header of the server's own: its name with the colon, to look for, and the whole field, to write.</summary>
internal sealed record ServerHeader(byte[] NameAndColon, byte[] Field);
