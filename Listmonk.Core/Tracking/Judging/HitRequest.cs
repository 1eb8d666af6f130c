using System.Net;

namespace Listmonk.Core.Tracking.Judging;

/// <summary>What one request tells about who made it, as far as the rules look at it.</summary>
/// <param name="Agent">The User-Agent header, empty when absent.</param>
/// <param name="IsHead">Any method that only looks: HEAD, OPTIONS and so on, all but GET.</param>
/// <param name="IsPrefetch">A header says that a browser fetches ahead (<see cref="RequestRules.IsPrefetch"/>).</param>
/// <param name="Address">The client's address behind declared proxies; null when unknown.</param>
public readonly record struct HitRequest(HitKind Kind, string Agent, bool IsHead = false, bool IsPrefetch = false, IPAddress? Address = null);
