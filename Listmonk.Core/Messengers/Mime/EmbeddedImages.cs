using System.Net;
using System.Text;
using System.Text.RegularExpressions;
using Listmonk.Core.Templates;

namespace Listmonk.Core.Messengers.Mime;

/// <summary>Finds the pictures that an author wants to travel inside the mail: <c>img</c> elements with the attribute <c>data-embed</c>.</summary>
/// <remarks>Works on the template source and replaces only the value of <c>src</c>; template expressions are masked, as for links.</remarks>
internal static partial class EmbeddedImages
{
    public const string Attribute = "data-embed";

    public static bool Occur(string? source) => source?.Contains(Attribute, StringComparison.OrdinalIgnoreCase) == true;

    /// <summary>The pictures of a source, in order; those without a file name in their address are left alone.</summary>
    public static IReadOnlyList<EmbeddedImage> Find(string source)
    {
        if (!Occur(source))
        {
            return [];
        }

        var masked = new TemplateSource(source).Masked;
        var found = new List<EmbeddedImage>();
        foreach (var tag in Tag().EnumerateMatches(masked))
        {
            if (Read(masked.Slice(tag.Index, tag.Length).ToString(), tag.Index) is { } image)
            {
                found.Add(image);
            }
        }

        return found;
    }

    /// <summary>The source with <c>cid:</c> addresses where a content id is known; everything else stays.</summary>
    public static string Replace(string source, IReadOnlyDictionary<string, string> contentIds)
    {
        var images = Find(source);
        if (images.Count == 0)
        {
            return source;
        }

        var output = new StringBuilder(source.Length);
        var at = 0;
        foreach (var image in images)
        {
            if (contentIds.TryGetValue(image.FileName, out var contentId))
            {
                output.Append(source.AsSpan(at, image.Start - at));
                output.Append(image.IsUnquoted ? "\"" : "").Append("cid:").Append(contentId).Append(image.IsUnquoted ? "\"" : "");
                at = image.Start + image.Length;
            }
        }

        return output.Append(source.AsSpan(at)).ToString();
    }

    private static EmbeddedImage? Read(string tag, int offset)
    {
        var isEmbedded = false;
        Group? address = null;
        var isUnquoted = false;
        foreach (var attribute in AttributePattern().Matches(tag).Cast<Match>())
        {
            var name = attribute.Groups["name"].ValueSpan;
            isEmbedded |= name.Equals(Attribute, StringComparison.OrdinalIgnoreCase);
            if (address is null && name.Equals("src", StringComparison.OrdinalIgnoreCase) && attribute.Groups["value"] is { Success: true } value)
            {
                address = value;
                isUnquoted = tag[value.Index - 1] is not ('"' or '\'');
            }
        }

        return isEmbedded && address is not null && FileName(address.Value) is { Length: > 0 } fileName
            ? new EmbeddedImage(offset + address.Index, address.Length, fileName, isUnquoted)
            : null;
    }

    /// <summary>The last segment of the path, decoded; empty where an expression takes part in it.</summary>
    private static string FileName(string address)
    {
        var path = WebUtility.HtmlDecode(address);
        path = path[..(path.IndexOfAny(['?', '#']) is >= 0 and var end ? end : path.Length)];
        var name = Uri.UnescapeDataString(path[(path.LastIndexOf('/') + 1)..]).Trim();
        return name.Contains(TemplateSource.Mask, StringComparison.Ordinal) || address.StartsWith("cid:", StringComparison.OrdinalIgnoreCase) ? "" : name;
    }

    [GeneratedRegex("""<img(?=[\s/])(?>[^>"']+|"[^"]*"|'[^']*')*>""", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 2000)]
    private static partial Regex Tag();

    [GeneratedRegex("""[\s/"'](?<name>[^\s=/>"']+)(\s*=\s*("(?<value>[^"]*)"|'(?<value>[^']*)'|(?<value>[^\s>"']+)))?""", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 2000)]
    private static partial Regex AttributePattern();
}

/// <summary>A picture to embed: where the value of its <c>src</c> stands, and the file it names.</summary>
internal sealed record EmbeddedImage(int Start, int Length, string FileName, bool IsUnquoted);
