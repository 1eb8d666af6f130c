using System.Collections.Concurrent;
using System.Security.Cryptography;
using Listmonk.Core.Messengers.Mime;
using Listmonk.Core.Settings;
using Microsoft.Extensions.Logging;

namespace Listmonk.Core.Messengers.Dkim;

/// <summary>
/// Signs mails by the keys of their sender's domain (DKIM, RFC 6376): relaxed/relaxed, one signature for each algorithm that has a key in use.
/// Follows the settings at once. Decision 0019 has the figures.
/// </summary>
public sealed partial class DkimSigner : IDisposable
{
    private readonly TimeProvider _clock;
    private readonly ILogger<DkimSigner> _logger;
    private readonly IDisposable _subscription;
    private Dictionary<string, Domain> _domains = [];
    private IReadOnlyList<DkimKey> _keys = [];

    public DkimSigner(SettingsStore settings, TimeProvider clock, ILogger<DkimSigner> logger)
    {
        _clock = clock;
        _logger = logger;
        _subscription = settings.Changed.Subscribe(snapshot => Use(snapshot.Dkim.Keys));
        Use(settings.Current.Dkim.Keys);
    }

    /// <summary>Adds the signature to a message whose From domain has a key, if it has none yet.</summary>
    public void Sign(OutboundMessage message)
    {
        if (!message.Signature.IsEmpty || Find(message.FromAddress) is not { } domain)
        {
            return;
        }

        DkimLane lane = domain.Rent();
        message.Signature = lane.Sign(message.Mime.Span, _clock.GetUtcNow());
        domain.Return(lane);
    }

    public void Dispose() => _subscription.Dispose();

    /// <summary>The nearest domain with a key: that of the address or one above it.</summary>
    private Domain? Find(string fromAddress)
    {
        Dictionary<string, Domain> domains = Volatile.Read(ref _domains);
        if (domains.Count == 0)
        {
            return null;
        }

        Dictionary<string, Domain>.AlternateLookup<ReadOnlySpan<char>> lookup = domains.GetAlternateLookup<ReadOnlySpan<char>>();
        ReadOnlySpan<char> name = new MailAddressText("", fromAddress).Domain;
        while (true)
        {
            if (lookup.TryGetValue(name, out Domain? domain))
            {
                return domain;
            }

            int dot = name.IndexOf('.');
            if (dot < 0)
            {
                return null;
            }

            name = name[(dot + 1)..];
        }
    }

    private void Use(IReadOnlyList<DkimKey> keys)
    {
        // Saving any other setting must not throw away imported keys.
        if (keys.SequenceEqual(_keys))
        {
            return;
        }

        _keys = keys;
        var domains = new Dictionary<string, Domain>(StringComparer.OrdinalIgnoreCase);
        foreach (IGrouping<string, DkimKey> group in keys.Where(IsUsable).GroupBy(key => key.Domain, StringComparer.OrdinalIgnoreCase))
        {
            DkimKey[] signing = [.. group.GroupBy(key => key.Algorithm, StringComparer.Ordinal).Select(same => same.MaxBy(key => key.CreatedAt)!)];
            domains.Add(group.Key, new Domain(signing));
        }

        Volatile.Write(ref _domains, domains);
    }

    /// <summary>A key that was lost with the installation's protection must not stop the mail.</summary>
    private bool IsUsable(DkimKey key)
    {
        if (!key.Enabled)
        {
            return false;
        }

        try
        {
            DkimPrivateKey.Import(key).Dispose();
            return true;
        }
        catch (CryptographicException exception)
        {
            LogUnusable(exception, key.Selector, key.Domain);
            return false;
        }
    }

    [LoggerMessage(Level = LogLevel.Error, Message = "The DKIM key {Selector} of {Domain} cannot be used; mails leave without its signature")]
    private partial void LogUnusable(Exception exception, string selector, string domain);

    private sealed class Domain(DkimKey[] keys)
    {
        private readonly ConcurrentBag<DkimLane> _lanes = [];

        public DkimLane Rent() => _lanes.TryTake(out DkimLane? lane) ? lane : new DkimLane(keys);

        public void Return(DkimLane lane) => _lanes.Add(lane);
    }
}
