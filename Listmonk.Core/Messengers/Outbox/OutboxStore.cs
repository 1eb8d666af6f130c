using System.Globalization;
using Listmonk.Core.Messengers.Mime;
using Microsoft.Extensions.Logging;
using Microsoft.Win32.SafeHandles;
using MimeKit;

namespace Listmonk.Core.Messengers.Outbox;

/// <summary>
/// Keeps captured mails as <c>.eml</c> files in one folder, the newest so many of them, with an index in memory that is rebuilt from the
/// files at start. A write is one new file without a sync: after a power cut the last captures may be missing, after a crash they are not.
/// </summary>
public sealed partial class OutboxStore
{
    private const int HeaderReadSize = 16 * 1024;

    private readonly string _folder;
    private readonly int _capacity;
    private readonly TimeProvider _clock;
    private readonly ILogger<OutboxStore> _logger;
    private readonly Lock _lock = new();

    /// <summary>Oldest first.</summary>
    private readonly List<OutboxEntry> _entries = [];
    private long _lastId;

    /// <param name="folder">Created when missing; belongs to the store alone.</param>
    /// <param name="capacity">How many mails are kept; beyond it the oldest go.</param>
    /// <param name="clock">Gives each mail its time and its id.</param>
    /// <param name="logger">Hears of files that cannot be read or removed.</param>
    public OutboxStore(string folder, int capacity, TimeProvider clock, ILogger<OutboxStore> logger)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(capacity, 1);
        _folder = folder;
        _capacity = capacity;
        _clock = clock;
        _logger = logger;
        Directory.CreateDirectory(folder);
        LoadIndex();
    }

    public const int DefaultCapacity = 1_000;

    /// <summary>Raised after each change, on the thread that made it; listeners should only take note.</summary>
    public event EventHandler? Changed;

    public int Count
    {
        get
        {
            lock (_lock)
            {
                return _entries.Count;
            }
        }
    }

    /// <summary>Stores a mail with its envelope, which goes on top as Return-Path and Delivered-To, as a mailbox would show it.</summary>
    /// <exception cref="IOException">The folder cannot be written.</exception>
    public OutboxEntry Add(OutboundMessage message)
    {
        using var envelope = new PooledBuffer(256);
        HeaderWriter.WriteText(envelope, "Return-Path", $"<{message.EnvelopeFrom}>");
        foreach (string recipient in message.EnvelopeRecipients)
        {
            envelope.Write("Delivered-To: "u8);
            HeaderWriter.WriteUtf8(envelope, recipient.ReplaceLineEndings(" "));
            envelope.Write("\r\n"u8);
        }

        DateTimeOffset now = _clock.GetUtcNow();
        long id;
        lock (_lock)
        {
            id = _lastId = Math.Max(_lastId + 1, now.ToUnixTimeMilliseconds() * 1000);
        }

        long size = envelope.WrittenCount + message.Mime.Length;
        using (SafeFileHandle file = File.OpenHandle(PathOf(id), FileMode.CreateNew, FileAccess.Write, FileShare.Read, preallocationSize: 0))
        {
            RandomAccess.Write(file, [envelope.WrittenMemory, message.Mime], 0);
        }

        (string subject, string from, _) = ReadHeaders(message.Mime.Span);
        var entry = new OutboxEntry { Id = id, Subject = subject, From = from, Recipients = [.. message.EnvelopeRecipients], ReceivedAt = TimeOf(id), Size = size };
        List<OutboxEntry> removed = [];
        lock (_lock)
        {
            // Concurrent writers may arrive out of order.
            int at = _entries.Count;
            while (at > 0 && _entries[at - 1].Id > id)
            {
                at--;
            }

            _entries.Insert(at, entry);
            while (_entries.Count > _capacity)
            {
                removed.Add(_entries[0]);
                _entries.RemoveAt(0);
            }
        }

        removed.ForEach(RemoveFile);
        Changed?.Invoke(this, EventArgs.Empty);
        return entry;
    }

    /// <summary>One page, newest first, of the mails whose subject, sender or a recipient contains the text, with the count of all of them.</summary>
    public (IReadOnlyList<OutboxEntry> Items, int Total) List(string? search, int skip, int take)
    {
        lock (_lock)
        {
            if (string.IsNullOrWhiteSpace(search))
            {
                int end = Math.Max(0, _entries.Count - skip);
                int start = Math.Max(0, end - take);
                OutboxEntry[] page = [.. _entries[start..end]];
                Array.Reverse(page);
                return (page, _entries.Count);
            }

            string text = search.Trim();
            List<OutboxEntry> matches = _entries.FindAll(entry =>
                entry.Subject.Contains(text, StringComparison.OrdinalIgnoreCase)
                || entry.From.Contains(text, StringComparison.OrdinalIgnoreCase)
                || entry.Recipients.Any(recipient => recipient.Contains(text, StringComparison.OrdinalIgnoreCase)));
            matches.Reverse();
            return ([.. matches.Skip(skip).Take(take)], matches.Count);
        }
    }

    public OutboxEntry? Find(long id)
    {
        lock (_lock)
        {
            int at = IndexOf(id);
            return at < 0 ? null : _entries[at];
        }
    }

    /// <summary>The file as it is; null when there is no such mail (any more).</summary>
    public async Task<byte[]?> ReadSourceAsync(long id, CancellationToken cancellationToken)
    {
        if (Find(id) is null)
        {
            return null;
        }

        try
        {
            return await File.ReadAllBytesAsync(PathOf(id), cancellationToken);
        }
        catch (FileNotFoundException)
        {
            return null;
        }
    }

    /// <summary>The mail taken apart; null when there is no such mail (any more).</summary>
    public async Task<OutboxMail?> ReadAsync(long id, CancellationToken cancellationToken)
    {
        if (Find(id) is not { } entry || await ReadSourceAsync(id, cancellationToken) is not { } source)
        {
            return null;
        }

        using var stream = new MemoryStream(source, writable: false);
        using MimeMessage message = await MimeMessage.LoadAsync(stream, cancellationToken);
        return new OutboxMail
        {
            Entry = entry,
            To = message.To.ToString(),
            Date = message.Date,
            Html = message.HtmlBody,
            Text = message.TextBody,
            Headers = [.. message.Headers.Select(header => new MessageHeader(header.Field, header.Value))],
            Attachments = [.. message.BodyParts.OfType<MimePart>().Where(MessageContent.IsFile).Select(MessageContent.ToAttachment)],
        };
    }

    /// <summary>False when there was no such mail.</summary>
    public bool Delete(long id)
    {
        OutboxEntry entry;
        lock (_lock)
        {
            int at = IndexOf(id);
            if (at < 0)
            {
                return false;
            }

            entry = _entries[at];
            _entries.RemoveAt(at);
        }

        RemoveFile(entry);
        Changed?.Invoke(this, EventArgs.Empty);
        return true;
    }

    public void DeleteAll()
    {
        OutboxEntry[] entries;
        lock (_lock)
        {
            entries = [.. _entries];
            _entries.Clear();
        }

        Array.ForEach(entries, RemoveFile);
        Changed?.Invoke(this, EventArgs.Empty);
    }

    private static DateTimeOffset TimeOf(long id) => DateTimeOffset.FromUnixTimeMilliseconds(id / 1000);

    private static (string Subject, string From, IReadOnlyList<string> Recipients) ReadHeaders(ReadOnlySpan<byte> mime)
    {
        int end = mime.IndexOf("\r\n\r\n"u8);
        using var stream = new MemoryStream(mime[..(end < 0 ? mime.Length : end + 4)].ToArray(), writable: false);
        HeaderList headers = HeaderList.Load(stream);
        string from = headers[HeaderId.From] ?? "";
        return (headers[HeaderId.Subject] ?? "", from, [.. headers.Where(header => header.Field == "Delivered-To").Select(header => header.Value)]);
    }

    private string PathOf(long id) => Path.Combine(_folder, string.Create(CultureInfo.InvariantCulture, $"{id:D18}.eml"));

    private int IndexOf(long id)
    {
        int low = 0;
        int high = _entries.Count - 1;
        while (low <= high)
        {
            int middle = (low + high) / 2;
            long found = _entries[middle].Id;
            if (found == id)
            {
                return middle;
            }

            (low, high) = found < id ? (middle + 1, high) : (low, middle - 1);
        }

        return -1;
    }

    private void LoadIndex()
    {
        byte[] head = new byte[HeaderReadSize];
        foreach (string path in Directory.EnumerateFiles(_folder, "*.eml").Order(StringComparer.Ordinal))
        {
            if (!long.TryParse(Path.GetFileNameWithoutExtension(path), NumberStyles.None, CultureInfo.InvariantCulture, out long id) || PathOf(id) != path)
            {
                continue;
            }

            try
            {
                using SafeFileHandle file = File.OpenHandle(path);
                long size = RandomAccess.GetLength(file);
                int read = RandomAccess.Read(file, head, 0);
                (string subject, string from, IReadOnlyList<string> recipients) = ReadHeaders(head.AsSpan(0, read));
                _entries.Add(new OutboxEntry { Id = id, Subject = subject, From = from, Recipients = recipients, ReceivedAt = TimeOf(id), Size = size });
                _lastId = Math.Max(_lastId, id);
            }
            catch (Exception error) when (error is IOException or UnauthorizedAccessException or FormatException)
            {
                LogUnreadable(id, error);
            }
        }

        while (_entries.Count > _capacity)
        {
            RemoveFile(_entries[0]);
            _entries.RemoveAt(0);
        }
    }

    private void RemoveFile(OutboxEntry entry)
    {
        try
        {
            File.Delete(PathOf(entry.Id));
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            LogNotRemoved(entry.Id, error);
        }
    }

    [LoggerMessage(1311, LogLevel.Warning, "Outbox file {Id} cannot be read and is left out")]
    private partial void LogUnreadable(long id, Exception error);

    [LoggerMessage(1312, LogLevel.Warning, "Outbox file {Id} cannot be removed")]
    private partial void LogNotRemoved(long id, Exception error);
}
