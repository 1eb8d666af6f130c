using System.Globalization;
using Listmonk.Core.Common;
using Listmonk.Core.Messengers.Mime;
using Listmonk.Core.Settings;

namespace Listmonk.Core.Messengers.Dkim;

/// <summary>Makes, switches and removes DKIM keys, and looks whether the DNS has them. A rotation is a new key beside the old one.</summary>
public sealed class DkimKeyService(SettingsStore settings, SettingsService service, ITextRecords records, TimeProvider clock)
{
    /// <summary>Makes a key that does not sign yet: its record must be in the DNS first.</summary>
    /// <param name="selector">Empty makes one of the month.</param>
    public async Task<Outcome<DkimKey>> CreateAsync(string domain, string algorithm, string selector, Actor actor, CancellationToken cancellationToken)
    {
        var name = domain.Trim().TrimStart('@').TrimEnd('.').ToLowerInvariant();
        var address = MailAddressText.ToAsciiDomainAddress($"x@{name}");
        name = address[(address.IndexOf('@', StringComparison.Ordinal) + 1)..];
        var key = DkimPrivateKey.Create(new DkimKey
        {
            Uuid = Guid.NewGuid().ToString(),
            Domain = name,
            Selector = selector.Trim().ToLowerInvariant() is { Length: > 0 } given ? given : NewSelector(name, algorithm),
            Algorithm = algorithm,
            CreatedAt = clock.GetUtcNow(),
        });
        var saved = await SaveAsync([.. settings.Current.Dkim.Keys, key], actor, cancellationToken);
        return saved.IsOk ? key : Outcome<DkimKey>.From(saved);
    }

    /// <summary>Lets a key sign, in place of the one of its domain and algorithm that did, or lets it rest.</summary>
    public Task<Outcome> SetEnabledAsync(string uuid, bool isEnabled, Actor actor, CancellationToken cancellationToken)
    {
        var keys = settings.Current.Dkim.Keys;
        return keys.FirstOrDefault(key => key.Uuid == uuid) is not { } chosen
            ? Task.FromResult(Outcome.NotFound("There is no such key."))
            : SaveAsync(
                [
                    .. keys.Select(key => key.Uuid == uuid ? key with { Enabled = isEnabled }
                        : isEnabled && key.Domain == chosen.Domain && key.Algorithm == chosen.Algorithm ? key with { Enabled = false } : key),
                ],
                actor,
                cancellationToken);
    }

    public Task<Outcome> RemoveAsync(string uuid, Actor actor, CancellationToken cancellationToken) =>
        SaveAsync([.. settings.Current.Dkim.Keys.Where(key => key.Uuid != uuid)], actor, cancellationToken);

    /// <summary>Asks the DNS whether the key is published.</summary>
    public async Task<DkimRecordState> CheckAsync(DkimKey key, CancellationToken cancellationToken) =>
        DkimRecord.Compare(key, await records.ReadTextsAsync(DkimRecord.Name(key), cancellationToken));

    private Task<Outcome> SaveAsync(IReadOnlyList<DkimKey> keys, Actor actor, CancellationToken cancellationToken) =>
        service.SaveSectionAsync(new DkimSettings { Keys = keys }, actor, cancellationToken);

    private string NewSelector(string domain, string algorithm)
    {
        var month = clock.GetUtcNow().ToString("yyyyMM", CultureInfo.InvariantCulture);
        var start = $"lm{month}{(algorithm == DkimKey.Ed25519 ? "e" : "r")}";
        var taken = settings.Current.Dkim.Keys.Where(key => key.Domain == domain).Select(key => key.Selector).ToHashSet(StringComparer.Ordinal);
        return Enumerable.Range(1, taken.Count + 1).Select(number => number == 1 ? start : string.Create(CultureInfo.InvariantCulture, $"{start}{number}")).First(name => !taken.Contains(name));
    }
}
