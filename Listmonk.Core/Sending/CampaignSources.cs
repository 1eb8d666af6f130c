using System.Globalization;
using Listmonk.Core.Campaigns;
using Listmonk.Core.Templates;
using Listmonk.Core.Templates.Expressions;
using Listmonk.Core.Tracking;
using Listmonk.Core.Tracking.Links;

namespace Listmonk.Core.Sending;

/// <summary>The texts a campaign's bodies are made from, with the links and the pixel found in them.</summary>
/// <remarks>
/// Links are found once, on the sources, and numbered through wrapper, body and text part in reading order; the number is the position
/// that the click report shows. A tracked link's value becomes <c>{{ TrackedLink n }}</c>, which writes the recipient's address. Every
/// other character of the source stays.
/// </remarks>
internal sealed class CampaignSources
{
    private static readonly string[] ContentMarks = ["{{ template \"content\" . }}", "{{template \"content\" .}}"];

    private static readonly LinkRewrite NoLinks = new([], PixelOffset: null, HasTrackView: false, Failure: null);

    private readonly string? _wrapper;
    private readonly string _body;
    private readonly string? _altBody;
    private readonly LinkRewrite _wrapperLinks;
    private readonly LinkRewrite _bodyLinks;
    private readonly LinkRewrite _altBodyLinks;
    private readonly Dictionary<(Part Part, int Position), int> _numbers = [];
    private readonly bool _tracksOpens;

    public CampaignSources(CampaignContentType contentType, string? wrapper, string body, string? altBody, LinkPolicy policy, LinkTracking tracking)
    {
        IsPlain = contentType == CampaignContentType.Plain;
        Policy = policy;
        _wrapper = IsPlain && wrapper is not null && IsPage(wrapper) ? null : wrapper;
        _body = contentType == CampaignContentType.Markdown ? MarkdownBody.ToHtml(body) : body;
        _altBody = IsPlain || string.IsNullOrWhiteSpace(altBody) ? null : altBody;
        _tracksOpens = tracking.Opens && !IsPlain;
        _wrapperLinks = Find(_wrapper, IsPlain);
        _bodyLinks = Find(_body, IsPlain);
        _altBodyLinks = Find(_altBody, isText: true);
        TrackedPlaces = tracking.Clicks ? [.. Number(tracking.AllLinks)] : [];
    }

    public bool IsPlain { get; }

    public bool HasAltBody => _altBody is not null;

    public LinkPolicy Policy { get; }

    /// <summary>The links to register, in the order of their numbers.</summary>
    public IReadOnlyList<LinkPlace> TrackedPlaces { get; }

    /// <summary>Every text that may hold expressions, wrapper first.</summary>
    public IEnumerable<string> Texts => new[] { _wrapper, _body, _altBody }.OfType<string>();

    /// <summary>
    /// All links in reading order with their part and whether they are tracked. Each is judged as if tracking were on, because a
    /// malformed address is one at any level.
    /// </summary>
    public IEnumerable<(Part Part, LinkPlace Place, bool IsTracked)> Links(TrackingLevel level)
    {
        var judged = Policy.IsTrackingOff ? new CampaignSources(this) : this;
        return judged.InReadingOrder().Select(link => (link.Part, link.Place,
            !Policy.IsTrackingOff && _numbers.ContainsKey((link.Part, link.Place.Position)) && (level == TrackingLevel.Individual || !link.Place.HasExpressions)));
    }

    /// <summary>For each link in reading order its number among the tracked ones; null for one that has none.</summary>
    public IReadOnlyList<int?> Numbers() =>
        [.. InReadingOrder().Select(link => _numbers.TryGetValue((link.Part, link.Place.Position), out var number) ? number : (int?)null)];

    /// <exception cref="TemplateException">A source is not a valid template.</exception>
    public CompiledBodies Compile(TrackingLevel level)
    {
        var mode = IsPlain ? TemplateMode.Text : TemplateMode.Html;
        var body = Source(Part.Body, _body, _bodyLinks, level);
        var main = _wrapper is null
            ? CompiledTemplate.Compile(body, mode, TemplateFunctionSet.Campaign)
            : CompiledTemplate.Compile(Source(Part.Wrapper, _wrapper, _wrapperLinks, level), body, mode, TemplateFunctionSet.Campaign);
        var alt = _altBody is null
            ? null
            : CompiledTemplate.Compile(Source(Part.AltBody, _altBody, _altBodyLinks, level), TemplateMode.Text, TemplateFunctionSet.Campaign);
        return new CompiledBodies(main, alt);
    }

    /// <summary>The same texts, for looking at their links only.</summary>
    private CampaignSources(CampaignSources other)
    {
        (IsPlain, _wrapper, _body, _altBody) = (other.IsPlain, other._wrapper, other._body, other._altBody);
        Policy = other.Policy with { IsTrackingOff = false };
        _wrapperLinks = Find(_wrapper, IsPlain);
        _bodyLinks = Find(_body, IsPlain);
        _altBodyLinks = Find(_altBody, isText: true);
        TrackedPlaces = [];
    }

    private LinkRewrite Find(string? source, bool isText) => source is null
        ? NoLinks
        : isText ? TextLinkRewriter.Find(source, Policy) : LinkRewriter.Find(source, Policy);

    private IEnumerable<(Part Part, LinkPlace Place)> InReadingOrder()
    {
        var content = _wrapper is null ? 0 : ContentMarks.Select(mark => _wrapper.IndexOf(mark, StringComparison.Ordinal)).FirstOrDefault(at => at >= 0);
        return _wrapperLinks.Places.Where(place => place.Start < content).Select(place => (Part.Wrapper, place))
            .Concat(_bodyLinks.Places.Select(place => (Part.Body, place)))
            .Concat(_wrapperLinks.Places.Where(place => place.Start >= content).Select(place => (Part.Wrapper, place)))
            .Concat(_altBodyLinks.Places.Select(place => (Part.AltBody, place)));
    }

    private IEnumerable<LinkPlace> Number(bool allLinks)
    {
        foreach (var (part, place) in InReadingOrder())
        {
            if (place.IsTracked && (allLinks || IsMarked(place)) && _numbers.Count < TrackingToken.HoneypotPosition - 1)
            {
                _numbers.Add((part, place.Position), _numbers.Count + 1);
                yield return place;
            }
        }
    }

    private string Source(Part part, string source, LinkRewrite links, TrackingLevel level)
    {
        if (level == TrackingLevel.Off)
        {
            return Policy.Utm is null ? source : Splice(part, source, links, level, 0, source.Length);
        }

        // From the end, so that offsets before stay true; the pixel's place is one of the source as it was.
        if (PixelOffset(part) is { } pixel)
        {
            var tail = Splice(part, source[pixel..], links, level, pixel, source.Length);
            return Splice(part, source[..pixel], links, level, 0, pixel) + "{{ TrackView }}" + tail;
        }

        return Splice(part, source, links, level, 0, source.Length);
    }

    private string Splice(Part part, string source, LinkRewrite links, TrackingLevel level, int from, int to)
    {
        var places = links.Places.Where(place => place.Start >= from && place.End <= to).Select(place => place with { Start = place.Start - from }).ToList();
        return LinkRewriter.Splice(source, places, place => Replacement(part, place, level));
    }

    /// <summary>An address with merge fields is rendered when it is followed, which takes a person: without one it stays in the mail.</summary>
    private string Replacement(Part part, LinkPlace place, TrackingLevel level) =>
        level != TrackingLevel.Off && _numbers.TryGetValue((part, place.Position), out var number) && (level == TrackingLevel.Individual || !place.HasExpressions)
            ? string.Create(CultureInfo.InvariantCulture, $"{{{{ TrackedLink {number} }}}}")
            : place.Decorated ?? place.Raw;

    /// <summary>The pixel goes to the end of the document, unless the sources say where. A wrapper may leave the document to the body.</summary>
    private int? PixelOffset(Part part)
    {
        var outer = _wrapper is null || (_bodyLinks.IsPixelLast && !_wrapperLinks.IsPixelLast) ? Part.Body : Part.Wrapper;
        if (!_tracksOpens || part != outer || _wrapperLinks.HasTrackView || _bodyLinks.HasTrackView)
        {
            return null;
        }

        return part == Part.Wrapper ? _wrapperLinks.PixelOffset : _bodyLinks.PixelOffset;
    }

    private static bool IsMarked(LinkPlace place) => place.Raw.Contains("TrackLink", StringComparison.Ordinal);

    /// <summary>The installation's default template is a page of HTML, in which a plain text would be lost.</summary>
    private static bool IsPage(string wrapper) =>
        wrapper.Contains("<html", StringComparison.OrdinalIgnoreCase) || wrapper.Contains("<body", StringComparison.OrdinalIgnoreCase);

    internal enum Part
    {
        Wrapper,
        Body,
        AltBody,
    }
}

/// <summary>Which reactions are recorded at all.</summary>
/// <param name="AllLinks">False tracks only links that the author marked.</param>
internal readonly record struct LinkTracking(bool Opens, bool Clicks, bool AllLinks);
