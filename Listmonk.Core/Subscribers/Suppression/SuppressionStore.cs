using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;
using Listmonk.Core.Common;
using Listmonk.Core.Data;
using Microsoft.EntityFrameworkCore;

namespace Listmonk.Core.Subscribers.Suppression;

/// <summary>
/// The whole suppression list in memory, 64 bits an entry: each mail and each imported line asks it. Other processes follow by the revision,
/// within a second.
/// </summary>
/// <remarks>Of a million entries, one in 10¹³ foreign addresses is taken for one of them.</remarks>
public sealed class SuppressionStore(IDbContextFactory<ListmonkDbContext> databases) : IRevised
{
    private Entries _entries = new([], []);

    string IRevised.Revision => Revision.Suppressions;

    /// <summary>Whether the address, its domain, or a domain above that is suppressed.</summary>
    /// <param name="email">A normalised address.</param>
    public bool Covers(string email)
    {
        var entries = Volatile.Read(ref _entries);
        return (entries.Addresses.Count > 0 && entries.Addresses.Contains(Key(email)))
            || (entries.Domains.Count > 0 && CoversDomain(entries.Domains, EmailAddress.Domain(email)));
    }

    public async Task LoadAsync(CancellationToken cancellationToken)
    {
        var addresses = new HashSet<ulong>();
        var domains = new HashSet<string>(StringComparer.Ordinal);
        await using var db = await databases.CreateDbContextAsync(cancellationToken);
        var rows = db.SuppressedAddresses.AsNoTracking().Select(entry => new { entry.Kind, entry.Value }).AsAsyncEnumerable();
        await foreach (var row in rows.WithCancellation(cancellationToken))
        {
            if (row.Kind == SuppressionKind.Domain)
            {
                domains.Add(row.Value);
            }
            else
            {
                addresses.Add(Key(row.Value));
            }
        }

        Volatile.Write(ref _entries, new Entries(addresses, domains));
    }

    Task IRevised.ReloadAsync(CancellationToken cancellationToken) => LoadAsync(cancellationToken);

    /// <summary>Whether a domain or one above it is among those given.</summary>
    public static bool CoversDomain(IReadOnlySet<string> domains, string domain)
    {
        for (var at = 0; at >= 0; at = domain.IndexOf('.', at) + 1 is var next and > 0 ? next : -1)
        {
            if (domains.Contains(domain[at..]))
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>64 bits of a cryptographic hash: what stands for an address where millions are kept in memory.</summary>
    internal static ulong Key(string email)
    {
        Span<byte> text = stackalloc byte[256];
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        if (Encoding.UTF8.TryGetBytes(email, text, out var length))
        {
            SHA256.HashData(text[..length], hash);
        }
        else
        {
            SHA256.HashData(Encoding.UTF8.GetBytes(email), hash);
        }

        return BinaryPrimitives.ReadUInt64LittleEndian(hash);
    }

    private sealed record Entries(HashSet<ulong> Addresses, HashSet<string> Domains);
}
