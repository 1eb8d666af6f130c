namespace Listmonk.Core.Tracking;

/// <summary>The addresses that mails carry for opens and clicks: the product's own, and those of mails sent by listmonk before a migration.</summary>
public sealed class TrackingPaths
{
    public const string OpenRoute = "/track/open/";
    public const string LinkRoute = "/track/link/";

    /// <param name="rootUrl">The public address of the installation; a path prefix is kept, slashes at the end are not.</param>
    public TrackingPaths(string rootUrl)
    {
        ArgumentNullException.ThrowIfNull(rootUrl);
        RootUrl = rootUrl.Trim().TrimEnd('/');
        OpenPrefix = RootUrl + OpenRoute;
        LinkPrefix = RootUrl + LinkRoute;
    }

    public string RootUrl { get; }

    /// <summary>All of an open's address but the token.</summary>
    public string OpenPrefix { get; }

    /// <summary>All of a link's address but the token.</summary>
    public string LinkPrefix { get; }

    public string Open(ReadOnlySpan<char> token) => string.Concat(OpenPrefix, token);

    public string Link(ReadOnlySpan<char> token) => string.Concat(LinkPrefix, token);

    /// <summary>Without individual tracking there is no subscriber; listmonk then writes the zero UUID.</summary>
    public string LegacyOpen(Guid campaign, Guid? subscriber) => $"{RootUrl}/campaign/{campaign:D}/{subscriber ?? Guid.Empty:D}/px.png";

    /// <inheritdoc cref="LegacyOpen"/>
    public string LegacyLink(Guid link, Guid campaign, Guid? subscriber) => $"{RootUrl}/link/{link:D}/{campaign:D}/{subscriber ?? Guid.Empty:D}";

    /// <summary>Reads a UUID of a listmonk path: 8-4-4-4-12 hexadecimal digits of either case and nothing else, stricter than <see cref="Guid.TryParse(ReadOnlySpan{char}, out Guid)"/>.</summary>
    public static bool TryReadUuid(ReadOnlySpan<char> text, out Guid uuid)
    {
        uuid = default;
        if (text.Length != 36)
        {
            return false;
        }

        for (var i = 0; i < text.Length; i++)
        {
            if (i is 8 or 13 or 18 or 23 ? text[i] != '-' : !char.IsAsciiHexDigit(text[i]))
            {
                return false;
            }
        }

        return Guid.TryParseExact(text, "D", out uuid);
    }

    /// <summary>As <see cref="TryReadUuid"/>, where the zero UUID stands for nobody.</summary>
    public static bool TryReadSubscriberUuid(ReadOnlySpan<char> text, out Guid? uuid)
    {
        var isUuid = TryReadUuid(text, out var value);
        uuid = isUuid && value != Guid.Empty ? value : null;
        return isUuid;
    }
}
