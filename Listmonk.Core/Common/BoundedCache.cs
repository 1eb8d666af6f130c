using System.Collections.Concurrent;

namespace Listmonk.Core.Common;

/// <summary>
/// A cache that never holds more than twice its size: when the young generation is full it becomes the old one, and what is not
/// asked for again before the next turn is forgotten. Lookups take no lock and allocate nothing.
/// </summary>
public sealed class BoundedCache<TKey, TValue>(int size)
    where TKey : notnull
{
    private volatile ConcurrentDictionary<TKey, TValue> _young = new();
    private volatile ConcurrentDictionary<TKey, TValue> _old = new();
    private int _count;

    public bool TryGet(TKey key, [System.Diagnostics.CodeAnalysis.MaybeNullWhen(false)] out TValue value)
    {
        if (_young.TryGetValue(key, out value))
        {
            return true;
        }

        if (!_old.TryGetValue(key, out value))
        {
            return false;
        }

        Set(key, value);
        return true;
    }

    public void Set(TKey key, TValue value)
    {
        if (!_young.TryAdd(key, value))
        {
            _young[key] = value;
        }
        else if (Interlocked.Increment(ref _count) >= size)
        {
            Interlocked.Exchange(ref _count, 0);
            _old = _young;
            _young = new ConcurrentDictionary<TKey, TValue>();
        }
    }

    public void Remove(TKey key)
    {
        _young.TryRemove(key, out _);
        _old.TryRemove(key, out _);
    }

    public void Clear()
    {
        _young = new ConcurrentDictionary<TKey, TValue>();
        _old = new ConcurrentDictionary<TKey, TValue>();
        Interlocked.Exchange(ref _count, 0);
    }
}
