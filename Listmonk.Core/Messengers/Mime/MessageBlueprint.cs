using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace Listmonk.Core.Messengers.Mime;

/// <summary>
/// The shape of a campaign's messages, worked out and encoded once: which headers in which order, the MIME structure around the bodies,
/// attachments in base64. A <see cref="MessageWriter"/> copies it and fills the holes. Two blueprints of equal drafts are byte-identical,
/// boundaries included. Immutable, shared by all renderers.
/// </summary>
public sealed class MessageBlueprint
{
    private static readonly string[] OwnHeaders = ["MIME-Version", "Content-Type", "Content-Transfer-Encoding", "Content-Disposition", "Content-ID"];

    private readonly Dictionary<string, int> _renderedIndex = new(StringComparer.OrdinalIgnoreCase);
    private int _expectedSize = 4096;

    /// <exception cref="FormatException">The sender is not an address, or a header's name could not stand in a mail.</exception>
    public MessageBlueprint(MessageDraft draft)
    {
        Draft = draft;
        Dictionary<string, string?> custom = ReadCustomHeaders(draft);
        string from = custom.GetValueOrDefault("From") ?? draft.From;
        From = MailAddressText.TryParse(from, out MailAddressText address) ? address : throw new FormatException($"'{from}' is not a sender's address.");
        ReturnPath = custom.GetValueOrDefault("Return-Path") is { } path
            ? ParseReturnPath(path) ?? throw new FormatException($"'{path}' is not an address for Return-Path.")
            : null;
        Copies = [.. Addresses(custom.GetValueOrDefault("Cc")), .. Addresses(custom.GetValueOrDefault("Bcc"))];
        Steps = LayOutHeaders(draft, custom);
        Segments = LayOutParts(draft);
        foreach (byte[] segment in Segments)
        {
            _expectedSize += segment.Length;
        }
    }

    /// <summary>The names of the headers that need a rendered value for each recipient.</summary>
    public IReadOnlyList<string> RenderedHeaders { get; private set; } = [];

    public bool HasText => Draft.Body is MessageBody.Plain or MessageBody.HtmlWithText;

    public bool HasHtml => Draft.Body is MessageBody.Html or MessageBody.HtmlWithText;

    public MessageDraft Draft { get; }

    internal MailAddressText From { get; }

    internal string? ReturnPath { get; }

    internal IReadOnlyList<string> Copies { get; }

    internal HeaderStep[] Steps { get; }

    /// <summary>The fixed bytes before, between and after the bodies.</summary>
    internal byte[][] Segments { get; }

    internal int ExpectedSize => Volatile.Read(ref _expectedSize);

    /// <summary>Whether a name can be that of a custom header.</summary>
    public static bool IsValidHeaderName(string name) => HeaderWriter.IsValidName(name);

    internal void NoteSize(int size)
    {
        // A race loses one hint, no more.
        if (size > Volatile.Read(ref _expectedSize))
        {
            Volatile.Write(ref _expectedSize, size);
        }
    }

    internal string? RenderedValue(string name, IReadOnlyList<string>? values) =>
        _renderedIndex.TryGetValue(name, out int index) && values is not null && index < values.Count ? values[index] : null;

    internal static string? ParseReturnPath(string text)
    {
        // <> is the null sender: no bounces wanted.
        string value = text.Trim();
        return value is "<>" ? "" : MailAddressText.TryParse(value, out MailAddressText address) ? address.Address : null;
    }

    internal static IEnumerable<string> Addresses(string? list)
    {
        foreach (string item in (list ?? "").Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries))
        {
            if (MailAddressText.TryParse(item, out MailAddressText address))
            {
                yield return address.Address;
            }
        }
    }

    private static Dictionary<string, string?> ReadCustomHeaders(MessageDraft draft)
    {
        var headers = new Dictionary<string, string?>(StringComparer.OrdinalIgnoreCase);
        foreach (DraftHeader header in draft.Headers)
        {
            if (!HeaderWriter.IsValidName(header.Name))
            {
                throw new FormatException($"'{header.Name}' cannot be the name of a header.");
            }

            headers.TryAdd(header.Name, header.Value);
        }

        return headers;
    }

    private HeaderStep[] LayOutHeaders(MessageDraft draft, Dictionary<string, string?> custom)
    {
        var rendered = new List<string>();
        var steps = new List<HeaderStep>();
        var written = new HashSet<string>(OwnHeaders, StringComparer.OrdinalIgnoreCase);

        // The envelope wants these two, the reader must not see them.
        foreach (string name in (string[])["Return-Path", "Bcc"])
        {
            written.Add(name);
            if (custom.TryGetValue(name, out string? value) && value is null)
            {
                AddRendered(name);
            }
        }

        AddOr("From", new HeaderStep(HeaderStepKind.Fixed, Encode("From", draft.From)));
        AddOr("To", new HeaderStep(HeaderStepKind.To));
        AddCustom("Cc");
        AddCustom("Reply-To");
        AddOr("Subject", new HeaderStep(HeaderStepKind.Subject));
        AddOr("Date", new HeaderStep(HeaderStepKind.Date));
        AddOr("Message-ID", new HeaderStep(HeaderStepKind.MessageId));
        AddOwn("MIME-Version", new HeaderStep(HeaderStepKind.Fixed, "MIME-Version: 1.0\r\n"u8.ToArray()));
        if (draft.CampaignUuid is { } campaign)
        {
            AddOwn("X-Listmonk-Campaign", new HeaderStep(HeaderStepKind.Fixed, Encode("X-Listmonk-Campaign", campaign.ToString())));
        }

        if (draft.NamesSubscriber)
        {
            AddOwn("X-Listmonk-Subscriber", new HeaderStep(HeaderStepKind.Subscriber));
        }

        if (draft.ListId is { } listId && !custom.ContainsKey("List-Id"))
        {
            AddOwn("List-Id", new HeaderStep(HeaderStepKind.Fixed, Encode("List-Id", listId)));
        }

        if (draft.HasUnsubscribeHeader)
        {
            AddOwn("List-Unsubscribe", new HeaderStep(HeaderStepKind.Unsubscribe));
            AddOwn("List-Unsubscribe-Post", new HeaderStep(HeaderStepKind.Fixed, "List-Unsubscribe-Post: List-Unsubscribe=One-Click\r\n"u8.ToArray()));
        }

        foreach (DraftHeader header in draft.DefaultHeaders)
        {
            if (!custom.ContainsKey(header.Name))
            {
                AddOwn(header.Name, new HeaderStep(HeaderStepKind.Fixed, Encode(header.Name, header.Value ?? "")));
            }
        }

        foreach (DraftHeader header in draft.Headers)
        {
            AddCustom(header.Name);
        }

        RenderedHeaders = rendered;
        return [.. steps];

        void AddOwn(string name, HeaderStep step)
        {
            written.Add(name);
            steps.Add(step);
        }

        void AddOr(string name, HeaderStep step)
        {
            if (custom.ContainsKey(name))
            {
                AddCustom(name);
            }
            else
            {
                AddOwn(name, step);
            }
        }

        void AddCustom(string name)
        {
            if (!custom.TryGetValue(name, out string? value) || !written.Add(name))
            {
                return;
            }

            steps.Add(value is null
                ? new HeaderStep(HeaderStepKind.Rendered, Name: name, Index: AddRendered(name))
                : new HeaderStep(HeaderStepKind.Fixed, Encode(name, value)));
        }

        int AddRendered(string name)
        {
            _renderedIndex.Add(name, rendered.Count);
            rendered.Add(name);
            return rendered.Count - 1;
        }
    }

    private static byte[] Encode(string name, string value)
    {
        using var buffer = new PooledBuffer(256);
        HeaderWriter.Write(buffer, name, value);
        return buffer.WrittenSpan.ToArray();
    }

    private static byte[][] LayOutParts(MessageDraft draft)
    {
        List<Attachment> inline = draft.Body == MessageBody.Plain ? [] : [.. draft.Attachments.Where(file => file.InlineContentId is not null)];
        List<Attachment> files = [.. draft.Attachments.Except(inline)];
        var parts = new PartWriter(draft.CampaignUuid?.ToString() ?? draft.From);
        if (files.Count == 0)
        {
            Bodies();
        }
        else
        {
            parts.Multipart("mixed", [Bodies, .. files.Select(file => (Action)(() => parts.File(file)))]);
        }

        return parts.Finish();

        void Bodies()
        {
            if (draft.Body == MessageBody.HtmlWithText)
            {
                parts.Multipart("alternative", [Text, Html]);
            }
            else if (draft.Body == MessageBody.Html)
            {
                Html();
            }
            else
            {
                Text();
            }
        }

        void Text() => parts.Body("text/plain");

        void Html()
        {
            if (inline.Count == 0)
            {
                parts.Body("text/html");
            }
            else
            {
                parts.Multipart("related", [() => parts.Body("text/html"), .. inline.Select(file => (Action)(() => parts.File(file)))]);
            }
        }
    }

    /// <summary>Writes the MIME structure and cuts it where the bodies go.</summary>
    private sealed class PartWriter(string seed)
    {
        private readonly List<byte[]> _segments = [];
        private readonly StringBuilder _text = new();
        private int _boundaryCount;

        public void Body(string contentType)
        {
            _text.Append(CultureInfo.InvariantCulture, $"Content-Type: {contentType}; charset=UTF-8\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\n");
            Cut();
        }

        public void Multipart(string subtype, IReadOnlyList<Action> children)
        {
            // '=_' can occur neither in quoted-printable nor in base64, so the boundary never occurs in a body.
            string digest = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes($"{seed}/{_boundaryCount++}")));
            string boundary = $"=_{digest[..32]}";
            _text.Append(CultureInfo.InvariantCulture, $"Content-Type: multipart/{subtype};\r\n boundary=\"{boundary}\"\r\n\r\n");
            bool isFirst = true;
            foreach (Action child in children)
            {
                _text.Append(isFirst ? "" : "\r\n").Append("--").Append(boundary).Append("\r\n");
                isFirst = false;
                child();
            }

            _text.Append("\r\n--").Append(boundary).Append("--\r\n");
        }

        public void File(Attachment file)
        {
            using var header = new PooledBuffer(256);
            HeaderWriter.WriteAscii(header, $"Content-Type: {(IsMediaType(file.ContentType) ? file.ContentType : "application/octet-stream")}");
            if (file.FileName.Length > 0 && Ascii.IsValid(file.FileName))
            {
                // Old readers look here; RFC 2231 in this place would only confuse them.
                HeaderWriter.WriteParameter(header, "name", file.FileName);
            }

            HeaderWriter.WriteAscii(header, "\r\nContent-Transfer-Encoding: base64\r\n");
            if (file.InlineContentId is { } contentId)
            {
                HeaderWriter.WriteText(header, "Content-ID", $"<{contentId}>");
            }

            HeaderWriter.WriteAscii(header, file.InlineContentId is null ? "Content-Disposition: attachment" : "Content-Disposition: inline");
            if (file.FileName.Length > 0)
            {
                HeaderWriter.WriteParameter(header, "filename", file.FileName);
            }

            _text.Append(Encoding.ASCII.GetString(header.WrittenSpan)).Append("\r\n\r\n");
            _text.Append(Convert.ToBase64String(file.Content.Span, Base64FormattingOptions.InsertLineBreaks));
        }

        public byte[][] Finish()
        {
            Cut();
            return [.. _segments];
        }

        private void Cut()
        {
            _segments.Add(Encoding.ASCII.GetBytes(_text.ToString()));
            _text.Clear();
        }

        private static bool IsMediaType(string text) =>
            text.Length <= 127 && text.Count(character => character == '/') == 1 && text[0] != '/' && text[^1] != '/'
            && text.All(character => char.IsAsciiLetterOrDigit(character) || "/.+-_!#$&^".Contains(character, StringComparison.Ordinal));
    }
}

/// <summary>One header of the blueprint: fixed bytes, or the kind of value that each message brings.</summary>
internal readonly record struct HeaderStep(HeaderStepKind Kind, byte[]? Bytes = null, string Name = "", int Index = 0);

/// <summary>Where the value of a header comes from.</summary>
internal enum HeaderStepKind
{
    Fixed,
    To,
    Subject,
    Date,
    MessageId,
    Subscriber,
    Unsubscribe,
    Rendered,
}
