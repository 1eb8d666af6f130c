using System.Text;

namespace Listmonk.Core.Tracking.Links;

/// <summary>Finds the links of an HTML template source that are to be tracked, and puts other values in their places.</summary>
public static class LinkRewriter
{
    /// <summary>Never fails: a source that cannot be read is returned without places, with the reason.</summary>
    public static LinkRewrite Find(string html, LinkPolicy policy)
    {
        ArgumentNullException.ThrowIfNull(html);
        ArgumentNullException.ThrowIfNull(policy);
        return Guarded(HtmlLinkScanner.Scan, html, policy);
    }

    /// <summary>The source with the value of each place that is tracked or decorated replaced; every other character stays.</summary>
    /// <remarks>A replacement stands in the source as it is: already escaped, without double quotes unless inside an expression.</remarks>
    public static string Splice(string source, IReadOnlyList<LinkPlace> places, Func<LinkPlace, string> replacement)
    {
        ArgumentNullException.ThrowIfNull(source);
        ArgumentNullException.ThrowIfNull(places);
        ArgumentNullException.ThrowIfNull(replacement);
        var output = new StringBuilder(source.Length + 64 * places.Count);
        var at = 0;
        foreach (var place in places)
        {
            if (!place.IsTracked && place.Decorated is null)
            {
                continue;
            }

            var value = replacement(place);
            var needsQuotes = place.IsUnquoted && value != place.Raw;
            output.Append(source.AsSpan(at, place.Start - at));
            output.Append(needsQuotes ? "\"" : "").Append(value).Append(needsQuotes ? "\"" : "");
            at = place.End;
        }

        return output.Append(source.AsSpan(at)).ToString();
    }

    /// <summary>The last line of defence: whatever goes wrong in a scanner must not stop a campaign or damage its mail.</summary>
    internal static LinkRewrite Guarded(Func<string, LinkPolicy, LinkRewrite> scan, string source, LinkPolicy policy)
    {
        try
        {
            var rewrite = scan(source, policy);
            return IsSound(source, rewrite) ? rewrite : LinkRewrite.Failed("The links found do not match the source.");
        }
        catch (Exception exception) when (exception is not OutOfMemoryException)
        {
            return LinkRewrite.Failed($"The source could not be read ({exception.GetType().Name}).");
        }
    }

    private static bool IsSound(string source, LinkRewrite rewrite)
    {
        var at = 0;
        foreach (var place in rewrite.Places)
        {
            if (place.Start < at || !source.AsSpan(place.Start).StartsWith(place.Raw))
            {
                return false;
            }

            at = place.End;
        }

        return rewrite.PixelOffset is not { } pixel || (pixel >= 0 && pixel <= source.Length);
    }
}
