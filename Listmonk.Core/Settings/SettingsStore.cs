using System.Collections.Immutable;
using System.Security.Cryptography;
using System.Text.Json.Nodes;
using Listmonk.Core.Common;
using Listmonk.Core.Data;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Logging;

namespace Listmonk.Core.Settings;

/// <summary>
/// Holds the settings in memory as one immutable snapshot and replaces it after each save, so that everybody sees a change at once
/// (architecture invariant 8).
/// </summary>
public sealed partial class SettingsStore(
    IDbContextFactory<ListmonkDbContext> databases, ISecretProtector protector, TimeProvider clock, ILogger<SettingsStore> logger) : IRevised, IDisposable
{
    /// <summary>One at a time, or an older state could replace a newer one.</summary>
    private readonly SemaphoreSlim _loading = new(1, 1);
    private SettingsSnapshot _current = new(SettingsKeys.Defaults.ToImmutableDictionary(StringComparer.Ordinal));

    public SettingsSnapshot Current => Volatile.Read(ref _current);

    string IRevised.Revision => Revision.Settings;

    /// <summary>Published after the commit, with the new snapshot.</summary>
    public LiveFeed<SettingsSnapshot> Changed { get; } = new();

    /// <summary>Reads everything from the database; called at start, after each save, and when another process saved.</summary>
    public async Task LoadAsync(CancellationToken cancellationToken)
    {
        await _loading.WaitAsync(cancellationToken);
        try
        {
            var values = await ReadAsync(cancellationToken);
            if (!IsCurrent(values))
            {
                var snapshot = new SettingsSnapshot(values);
                Volatile.Write(ref _current, snapshot);
                Changed.Publish(snapshot);
            }
        }
        finally
        {
            _loading.Release();
        }
    }

    Task IRevised.ReloadAsync(CancellationToken cancellationToken) => LoadAsync(cancellationToken);

    public void Dispose() => _loading.Dispose();

    private bool IsCurrent(ImmutableDictionary<string, string> values)
    {
        var current = Current.Values;
        return current.Count == values.Count && values.All(pair => current.TryGetValue(pair.Key, out var value) && value == pair.Value);
    }

    private async Task<ImmutableDictionary<string, string>> ReadAsync(CancellationToken cancellationToken)
    {
        await using var db = await databases.CreateDbContextAsync(cancellationToken);
        var values = SettingsKeys.Defaults.ToImmutableDictionary(StringComparer.Ordinal).ToBuilder();
        await foreach (var row in db.Settings.AsNoTracking().AsAsyncEnumerable().WithCancellation(cancellationToken))
        {
            values[row.Key] = Reveal(row.Key, row.Value);
        }

        return values.ToImmutable();
    }

    /// <summary>Stores the given keys (JSON text in the clear) and publishes the new snapshot.</summary>
    internal async Task SaveAsync(IReadOnlyDictionary<string, string> changes, CancellationToken cancellationToken)
    {
        var now = clock.GetUtcNow();
        await databases.WriteAsync(
            async db =>
            {
                var keys = changes.Keys.ToList();
                var rows = await db.Settings.Where(row => keys.Contains(row.Key)).ToDictionaryAsync(row => row.Key, StringComparer.Ordinal, cancellationToken);
                foreach (var (key, value) in changes)
                {
                    var stored = SettingsSecrets.Transform(key, JsonNode.Parse(value), protector.Protect)?.ToJsonString(SettingsSnapshot.Json) ?? "null";
                    if (rows.TryGetValue(key, out var row))
                    {
                        row.Value = stored;
                        row.UpdatedAt = now;
                    }
                    else
                    {
                        db.Settings.Add(new SettingsRow { Key = key, Value = stored, UpdatedAt = now });
                    }
                }
            },
            cancellationToken);
        await LoadAsync(cancellationToken);
    }

    private string Reveal(string key, string value) =>
        SettingsKeys.Secrets.ContainsKey(key)
            ? SettingsSecrets.Transform(key, JsonNode.Parse(value), secret => Unprotect(key, secret))?.ToJsonString(SettingsSnapshot.Json) ?? "null"
            : value;

    private string Unprotect(string key, string secret)
    {
        try
        {
            return protector.Unprotect(secret);
        }
        catch (CryptographicException)
        {
            LogSecretLost(key);
            return "";
        }
    }

    [LoggerMessage(Level = LogLevel.Error, Message = "The secret in setting {Key} cannot be decrypted with this installation's keys; enter it again")]
    private partial void LogSecretLost(string key);
}
