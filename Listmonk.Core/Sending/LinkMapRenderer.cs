using Listmonk.Core.Campaigns;
using Listmonk.Core.Campaigns.Preflight;
using Listmonk.Core.Common;
using Listmonk.Core.Templates.Expressions;

namespace Listmonk.Core.Sending;

/// <summary>A link of a mail as it is written.</summary>
/// <param name="Number">Its place among the links that may be tracked, as reports number them; null for one that is never tracked.</param>
public sealed record MappedLink(int? Number, PreflightLink Link);

/// <summary>A campaign's mail in which every numbered link leads to <c>#link-NUMBER</c>, so that figures can be laid over it.</summary>
public sealed record LinkMap(string Body, bool IsPlain, IReadOnlyList<MappedLink> Links)
{
    /// <summary>The address that stands for a numbered link.</summary>
    public static string MarkOf(int number) => string.Create(System.Globalization.CultureInfo.InvariantCulture, $"{CompiledCampaign.PlaceMark}{number}");
}

/// <summary>Renders campaigns for the click map, with the very code that sends them, for a person who does not exist.</summary>
public sealed class LinkMapRenderer(CampaignCompiler compiler)
{
    public async Task<Outcome<LinkMap>> RenderAsync(Campaign campaign, CancellationToken cancellationToken)
    {
        var marked = await compiler.CompileAsync(campaign, CompilePurpose.Map, cancellationToken);
        var sent = marked.IsOk ? await compiler.CompileAsync(campaign, CompilePurpose.Check, cancellationToken) : marked;
        if (!sent.IsOk)
        {
            return Outcome<LinkMap>.From(sent);
        }

        var numbers = marked.Value.Sources.Numbers();
        var links = sent.Value.Sources.Links(sent.Value.Level)
            .Select((link, i) => new MappedLink(i < numbers.Count ? numbers[i] : null, PreflightRenderer.Link(sent.Value, link.Part, link.Place, link.IsTracked)))
            .ToList();
        using var composer = marked.Value.Rent();
        try
        {
            return new LinkMap(composer.ComposeBody(MessageRenderer.DemoRecipient), marked.Value.Sources.IsPlain, links);
        }
        catch (TemplateException exception)
        {
            return Outcome<LinkMap>.Invalid("body", exception.Message);
        }
    }
}
