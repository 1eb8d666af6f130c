using System.Buffers.Text;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Listmonk.Core.Messengers.Mime;
using Listmonk.Core.Settings;

namespace Listmonk.Core.Messengers.Dkim;

/// <summary>
/// What signs one message after another for one domain: the keys and the memory they work in. Not for two threads at once, so a domain
/// has as many as messages are signed at the same time.
/// </summary>
internal sealed class DkimLane : IDisposable
{
    /// <summary>
    /// The headers that readers see or that providers act on (RFC 6376 §5.4.1). Each that a mail has is named once more than it occurs, so that
    /// nobody can add a second one unnoticed. Absent ones are not named: a server's own headers may add them after the signature.
    /// </summary>
    private static readonly byte[][] SignedNames =
    [
        .. new[]
        {
            "From", "To", "Cc", "Reply-To", "Subject", "Date", "Message-ID", "MIME-Version", "Content-Type", "Content-Transfer-Encoding",
            "List-Id", "List-Unsubscribe", "List-Unsubscribe-Post", "Feedback-ID", "Auto-Submitted",
        }.Select(Encoding.ASCII.GetBytes),
    ];

    private readonly DkimPrivateKey[] _keys;
    private readonly IncrementalHash _bodyHash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
    private readonly PooledBuffer _fields = new(4096);
    private readonly byte[] _stage = new byte[8192];
    private readonly List<Range> _found = [];
    private readonly StringBuilder _names = new();

    public DkimLane(IEnumerable<DkimKey> keys) => _keys = [.. keys.Select(DkimPrivateKey.Import)];

    /// <summary>The signature fields to put before the message, one for each key; empty when the message has no From to sign.</summary>
    public byte[] Sign(ReadOnlySpan<byte> mime, DateTimeOffset now)
    {
        int bodyStart = CollectFields(mime);
        if (_names.Length == 0)
        {
            return [];
        }

        DkimCanonical.AppendBody(_bodyHash, mime[bodyStart..], _stage);
        Span<byte> digest = stackalloc byte[SHA256.HashSizeInBytes];
        _bodyHash.GetHashAndReset(digest);
        string bodyHash = Convert.ToBase64String(digest);
        string names = _names.ToString();
        int signedLength = _fields.WrittenCount;
        using var output = new PooledBuffer(1024);
        foreach (DkimPrivateKey key in _keys)
        {
            string field = string.Create(
                CultureInfo.InvariantCulture,
                $"DKIM-Signature: v=1; a={key.Name}; c=relaxed/relaxed; d={key.Domain};\r\n s={key.Selector}; t={now.ToUnixTimeSeconds()};\r\n h={names};\r\n bh={bodyHash};\r\n b=");
            HeaderWriter.WriteAscii(output, field);

            // The signature covers its own field with an empty b= and without the line end.
            int fieldStart = output.WrittenCount - field.Length;
            DkimCanonical.WriteField(_fields, output.WrittenSpan[fieldStart..]);
            SHA256.HashData(_fields.WrittenSpan[..^2], digest);
            _fields.TruncateTo(signedLength);
            WriteSignature(output, key.Sign(digest));
        }

        return output.WrittenSpan.ToArray();
    }

    public void Dispose()
    {
        foreach (DkimPrivateKey key in _keys)
        {
            key.Dispose();
        }

        _bodyHash.Dispose();
        _fields.Dispose();
    }

    /// <summary>Puts the signed fields into <see cref="_fields"/> and their names into <see cref="_names"/>. Returns where the body begins.</summary>
    private int CollectFields(ReadOnlySpan<byte> mime)
    {
        _fields.TruncateTo(0);
        _names.Clear();
        _found.Clear();
        int at = 0;
        while (at < mime.Length && mime[at] != '\r')
        {
            int end = at;
            do
            {
                int lineEnd = mime[end..].IndexOf((byte)'\n');
                end = lineEnd < 0 ? mime.Length : end + lineEnd + 1;
            }
            while (end < mime.Length && mime[end] is (byte)' ' or (byte)'\t');

            if (mime[at..end].Contains((byte)':'))
            {
                _found.Add(at..end);
            }

            at = end;
        }

        int lineLength = 0;
        foreach (byte[] name in SignedNames)
        {
            int count = 0;

            // Of several the last counts first (§5.4.2).
            for (int index = _found.Count - 1; index >= 0; index--)
            {
                ReadOnlySpan<byte> field = mime[_found[index]];
                if (field.Length > name.Length && field[name.Length] == ':' && Ascii.EqualsIgnoreCase(field[..name.Length], name))
                {
                    DkimCanonical.WriteField(_fields, field);
                    AddName(name, ref lineLength);
                    count++;
                }
            }

            if (count > 0)
            {
                AddName(name, ref lineLength);
            }
            else if (_names.Length == 0)
            {
                // A signature must cover From; mail without it is no mail of ours.
                break;
            }
        }

        return Math.Min(at + 2, mime.Length);
    }

    private void AddName(byte[] name, ref int lineLength)
    {
        if (_names.Length > 0)
        {
            _names.Append(':');
        }

        if (lineLength + name.Length > 60)
        {
            _names.Append("\r\n ");
            lineLength = 0;
        }

        foreach (byte character in name)
        {
            _names.Append((char)character);
        }

        lineLength += name.Length + 1;
    }

    private static void WriteSignature(PooledBuffer output, ReadOnlySpan<byte> signature)
    {
        const int LineLength = 72;
        Span<byte> text = stackalloc byte[Base64.GetMaxEncodedToUtf8Length(signature.Length)];
        Base64.EncodeToUtf8(signature, text, out _, out int length);
        text = text[..length];
        while (text.Length > LineLength)
        {
            output.Write(text[..LineLength]);
            output.Write("\r\n "u8);
            text = text[LineLength..];
        }

        output.Write(text);
        output.Write("\r\n"u8);
    }
}
