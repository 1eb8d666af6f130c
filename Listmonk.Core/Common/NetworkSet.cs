using System.Buffers.Binary;
using System.Globalization;
using System.Net;

namespace Listmonk.Core.Common;

/// <summary>Addresses and networks (CIDR) of both families, asked by binary search. An IPv4 address inside IPv6 is the IPv4 one.</summary>
public sealed class NetworkSet
{
    private readonly UInt128[] _firsts;
    private readonly UInt128[] _lasts;

    /// <summary>Texts that are no networks are left out; <see cref="TryParse"/> tells which.</summary>
    public NetworkSet(IEnumerable<string> networks)
    {
        var ranges = networks.Select(text => TryParse(text, out var first, out var last) ? ((UInt128 First, UInt128 Last)?)(first, last) : null)
            .OfType<(UInt128 First, UInt128 Last)>().OrderBy(range => range.First).ThenByDescending(range => range.Last);
        var merged = new List<(UInt128 First, UInt128 Last)>();
        foreach (var range in ranges)
        {
            if (merged.Count == 0 || range.First > merged[^1].Last)
            {
                merged.Add(range);
            }
            else if (range.Last > merged[^1].Last)
            {
                merged[^1] = (merged[^1].First, range.Last);
            }
        }

        _firsts = [.. merged.Select(range => range.First)];
        _lasts = [.. merged.Select(range => range.Last)];
    }

    public bool Contains(IPAddress address)
    {
        var number = Number(address);
        var at = Array.BinarySearch(_firsts, number);
        at = at >= 0 ? at : ~at - 1;
        return at >= 0 && number <= _lasts[at];
    }

    /// <summary>Whether all of a truncated network (<see cref="Truncate"/>) is inside.</summary>
    public bool ContainsNetwork(IPAddress truncated)
    {
        var first = Number(truncated);
        var last = first | (truncated.AddressFamily == System.Net.Sockets.AddressFamily.InterNetwork ? 0xFF : (UInt128.One << 80) - 1);
        var at = Array.BinarySearch(_firsts, first);
        at = at >= 0 ? at : ~at - 1;
        return at >= 0 && last <= _lasts[at];
    }

    public static bool IsNetwork(string text) => TryParse(text, out _, out _);

    /// <summary>The network that is kept of an address: 24 bits of IPv4, 48 of IPv6.</summary>
    public static string Truncate(IPAddress address)
    {
        Span<byte> bytes = stackalloc byte[16];
        bytes.Clear();
        var plain = address.IsIPv4MappedToIPv6 ? address.MapToIPv4() : address;
        plain.TryWriteBytes(bytes, out var length);
        bytes[(length == 4 ? 3 : 6)..].Clear();
        return new IPAddress(bytes[..length]).ToString();
    }

    private static bool TryParse(string text, out UInt128 first, out UInt128 last)
    {
        first = last = default;
        var trimmed = text.AsSpan().Trim();
        var slash = trimmed.IndexOf('/');
        var name = slash < 0 ? trimmed : trimmed[..slash];
        if (!ClientAddress.TryParse(name, out var address))
        {
            return false;
        }

        var most = address.AddressFamily == System.Net.Sockets.AddressFamily.InterNetwork ? 32 : 128;
        var bits = most;
        if (slash >= 0 && (!int.TryParse(trimmed[(slash + 1)..], NumberStyles.None, CultureInfo.InvariantCulture, out bits) || bits > most))
        {
            return false;
        }

        var free = most - bits;
        var mask = free == 128 ? UInt128.MaxValue : (UInt128.One << free) - 1;
        first = Number(address) & ~mask;
        last = first | mask;
        return true;
    }

    /// <summary>IPv4 stands where its mapped form does.</summary>
    private static UInt128 Number(IPAddress address)
    {
        Span<byte> bytes = stackalloc byte[16];
        address.TryWriteBytes(bytes, out var length);
        return length == 4
            ? new UInt128(0, 0xFFFF_0000_0000UL | BinaryPrimitives.ReadUInt32BigEndian(bytes))
            : BinaryPrimitives.ReadUInt128BigEndian(bytes);
    }
}
