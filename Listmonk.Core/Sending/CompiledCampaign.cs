using System.Collections.Concurrent;
using System.Runtime.InteropServices;
using Listmonk.Core.Messengers.Mime;
using Listmonk.Core.Settings;
using Listmonk.Core.Templates;
using Listmonk.Core.Templates.Expressions;
using Listmonk.Core.Tracking;
using Listmonk.Core.Tracking.Links;

namespace Listmonk.Core.Sending;

/// <summary>One campaign made ready for any number of recipients: everything that is the same for all is worked out and encoded.</summary>
/// <remarks>
/// The bodies exist once for each tracking level that occurs. The untracked one is compiled from the sources as they were written, so a
/// person without tracking gets, byte for byte, the mail that a campaign without tracking would send.
/// </remarks>
public sealed class CompiledCampaign
{
    /// <summary>Addresses that templates compute are registered while sending; beyond so many they stay untracked.</summary>
    private const int MaxComputedLinks = 5_000;

    private readonly Lazy<CompiledBodies>[] _bodies;
    private readonly ConcurrentDictionary<string, PlacedLink?> _links = new(StringComparer.Ordinal);
    private readonly ConcurrentBag<MessageComposer> _composers = [];
    private int _computedLinks;

    internal CompiledCampaign(CampaignSources sources, IReadOnlyList<int> linkIds)
    {
        Sources = sources;
        LinkIds = linkIds;
        _bodies = [.. Enum.GetValues<TrackingLevel>().Select(level => new Lazy<CompiledBodies>(() => sources.Compile(level)))];
        for (var i = 0; i < linkIds.Count; i++)
        {
            _links.TryAdd(sources.TrackedPlaces[i].Destination!, new PlacedLink(linkIds[i], i + 1));
        }
    }

    public required Guid CampaignUuid { get; init; }

    public required int CampaignId { get; init; }

    public required MessageBlueprint Blueprint { get; init; }

    public required CompiledTemplate Subject { get; init; }

    /// <summary>The templates of <see cref="MessageBlueprint.RenderedHeaders"/>, in that order.</summary>
    public required IReadOnlyList<CompiledTemplate> Headers { get; init; }

    /// <summary>The most that any recipient's reaction may be recorded.</summary>
    public required TrackingLevel Level { get; init; }

    public required bool TracksOpens { get; init; }

    public required bool TracksClicks { get; init; }

    public required string LogoUrl { get; init; }

    public required TrackingPaths Paths { get; init; }

    public required CampaignTemplateObject TemplateObject { get; init; }

    public required TrackingTokens Tokens { get; init; }

    public required TimeProvider Clock { get; init; }

    public required ITemplateLanguage? Language { get; init; }

    /// <summary>The settings it was made with; others make it stale.</summary>
    public required SettingsSnapshot Settings { get; init; }

    internal CampaignSources Sources { get; }

    internal IReadOnlyList<int> LinkIds { get; }

    /// <summary>Pictures that should travel inside the mail, but are not in the media library.</summary>
    internal IReadOnlyList<string> MissingImages { get; init; } = [];

    /// <summary>Whether messengers other than e-mail get what they show about the person.</summary>
    public required bool NeedsProfiles { get; init; }

    /// <summary>The link that people cannot see, beside the pixel; null without one.</summary>
    internal int? HoneypotLinkId { get; init; }

    /// <summary>Begins the address that a tracked link has in the click map; its number follows.</summary>
    internal const string PlaceMark = "#link-";

    /// <summary>For the click map: a tracked link leads to its number instead of anywhere.</summary>
    internal bool MarksPlaces { get; init; }

    /// <summary>A test must not look like a repeat of the real mail.</summary>
    internal bool HasUniqueMessageIds { get; init; }

    internal CompiledBodies Bodies(TrackingLevel level) => _bodies[(int)level].Value;

    /// <summary>A composer of this campaign; give it back with <see cref="Return"/>.</summary>
    internal MessageComposer Rent() => _composers.TryTake(out var composer) ? composer : new MessageComposer(this);

    internal void Return(MessageComposer composer) => _composers.Add(composer);

    /// <summary>The link of an address that a template computed.</summary>
    /// <returns>False when it must be registered first; a null link means that it is not tracked.</returns>
    internal bool TryFindLink(string url, out PlacedLink? link)
    {
        if (_links.TryGetValue(url, out link))
        {
            return true;
        }

        var place = TextLinkRewriter.Find(url, Sources.Policy).Places;
        if (place is [{ IsTracked: true, HasExpressions: false }] && place[0].Length == url.Length && Volatile.Read(ref _computedLinks) < MaxComputedLinks)
        {
            return false;
        }

        _links.TryAdd(url, null);
        return true;
    }

    internal void AddLink(string url, int linkId)
    {
        if (_links.TryAdd(url, new PlacedLink(linkId, TrackingToken.MaxPosition)))
        {
            Interlocked.Increment(ref _computedLinks);
        }
    }
}

/// <summary>A registered link and its place in the mail; computed addresses share the last place there is.</summary>
[StructLayout(LayoutKind.Auto)]
internal readonly record struct PlacedLink(int LinkId, int Position);

/// <summary>The bodies of a campaign at one tracking level.</summary>
/// <param name="Main">The HTML body, or the text body of a plain campaign.</param>
internal sealed record CompiledBodies(CompiledTemplate Main, CompiledTemplate? AltBody);
