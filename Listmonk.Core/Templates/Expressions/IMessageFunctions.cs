namespace Listmonk.Core.Templates.Expressions;

/// <summary>The functions of a template that belong to the message being rendered: links, pixel, subscription pages.</summary>
public interface IMessageFunctions
{
    /// <summary>TrackLink: the address to write for <paramref name="url"/> (already free of <c>&amp;amp;</c>); the same URL when it is not tracked.</summary>
    string TrackLink(string url);

    /// <summary>TrackedLink: writes the address of the link that the link rewriter numbered. It goes out as it is: it must need no escaping where the rewriter put it.</summary>
    void WriteTrackedLink(int place, ITemplateWriter writer);

    /// <summary>TrackView: the pixel's markup, or nothing.</summary>
    string TrackView();

    string UnsubscribeUrl { get; }

    string ManageUrl { get; }

    string OptinUrl { get; }

    string MessageUrl { get; }

    string ArchiveUrl { get; }

    string RootUrl { get; }

    string LogoUrl { get; }
}
