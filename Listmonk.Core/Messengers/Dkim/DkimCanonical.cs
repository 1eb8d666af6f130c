using System.Security.Cryptography;
using System.Text;
using Listmonk.Core.Messengers.Mime;

namespace Listmonk.Core.Messengers.Dkim;

/// <summary>
/// The 'relaxed' forms of RFC 6376 §3.4.2 and §3.4.4, in which a message is signed: case of header names, folding and runs of white space
/// do not count, so relays may change them.
/// </summary>
internal static class DkimCanonical
{
    /// <summary>Feeds the body in relaxed form to the hash, in long runs: nearly all of a mail needs no change.</summary>
    /// <param name="stage">Collects short runs, because each call of the hash costs more than a copy.</param>
    public static void AppendBody(IncrementalHash hash, ReadOnlySpan<byte> body, Span<byte> stage)
    {
        // White space at the end of the last line and all empty lines behind it do not count.
        body = body[..(body.LastIndexOfAnyExcept(" \t\r\n"u8) + 1)];
        if (body.IsEmpty)
        {
            return;
        }

        int staged = 0;
        int run = 0;
        int at = 0;
        while (body[at..].IndexOfAny((byte)' ', (byte)'\t') is >= 0 and int found)
        {
            int start = at + found;
            int end = start + 1;
            while (body[end] is (byte)' ' or (byte)'\t')
            {
                end++;
            }

            at = end;
            bool endsLine = body[end] == '\r' && body[end + 1] == '\n';
            if (!endsLine && end == start + 1 && body[start] == ' ')
            {
                continue;
            }

            Append(hash, body[run..start], stage, ref staged);
            if (!endsLine)
            {
                Append(hash, " "u8, stage, ref staged);
            }

            run = end;
        }

        Append(hash, body[run..], stage, ref staged);
        Append(hash, "\r\n"u8, stage, ref staged);
        hash.AppendData(stage[..staged]);
    }

    /// <summary>Writes one header field in relaxed form, with its line end.</summary>
    /// <param name="field">The field as it stands in the message, folds included.</param>
    public static void WriteField(PooledBuffer output, ReadOnlySpan<byte> field)
    {
        int colon = field.IndexOf((byte)':');
        ReadOnlySpan<byte> name = field[..colon].TrimEnd(" \t"u8);
        Ascii.ToLower(name, output.GetSpan(name.Length), out int written);
        output.Advance(written);
        output.Write(":"u8);
        ReadOnlySpan<byte> value = field[(colon + 1)..].Trim(" \t\r\n"u8);
        while (!value.IsEmpty)
        {
            int word = value.IndexOfAny(" \t\r\n"u8);
            if (word < 0)
            {
                output.Write(value);
                break;
            }

            output.Write(value[..word]);
            output.Write(" "u8);
            value = value[word..].TrimStart(" \t\r\n"u8);
        }

        output.Write("\r\n"u8);
    }

    private static void Append(IncrementalHash hash, ReadOnlySpan<byte> bytes, Span<byte> stage, ref int staged)
    {
        if (staged + bytes.Length > stage.Length)
        {
            hash.AppendData(stage[..staged]);
            staged = 0;
            if (bytes.Length > stage.Length / 2)
            {
                hash.AppendData(bytes);
                return;
            }
        }

        bytes.CopyTo(stage[staged..]);
        staged += bytes.Length;
    }
}
