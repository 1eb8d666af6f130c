namespace Listmonk.Core.Tracking.Links;

/// <summary>A place in a mail's source where a link is written: an <c>href</c> value, or an address in a text part.</summary>
/// <param name="Position">Counted from 1 over all places of the source, tracked or not.</param>
/// <param name="Start">Offset in the source, in UTF-16 code units.</param>
/// <param name="Raw">The source from <paramref name="Start"/>, without the quotes around it.</param>
/// <param name="Element">The element's name in lower case; empty in a text part.</param>
/// <param name="Reason">Why the link is left alone; <see cref="LinkReason.None"/> for a tracked one.</param>
/// <param name="Destination">Where a tracked link leads; null for one that is left alone.</param>
public sealed record LinkPlace(int Position, int Start, string Raw, string Element, LinkReason Reason, string? Destination)
{
    public int Length => Raw.Length;

    public int End => Start + Raw.Length;

    public bool IsTracked => Reason == LinkReason.None;

    /// <summary>The destination holds template expressions, to be rendered for the person who follows the link.</summary>
    public bool HasExpressions { get; init; }

    /// <summary>The expressions need a template variable or a loop's current item, so the destination can only be rendered while the mail is.</summary>
    public bool IsScoped { get; init; }

    /// <summary>
    /// An expression decides the scheme, so a person's value may be no web address: then the value itself belongs into the mail. To be asked of
    /// <see cref="RedirectRules.IsAllowed"/> while the mail is rendered.
    /// </summary>
    public bool HasOpenScheme { get; init; }

    /// <summary>The source with parameters appended, for where the link itself stays in the mail; null when nothing is appended.</summary>
    public string? Decorated { get; init; }

    public bool IsUnquoted { get; init; }

    public bool IsInConditionalComment { get; init; }
}

/// <summary>Why a link is not tracked.</summary>
public enum LinkReason
{
    None = 0,
    TrackingOff,
    OptedOut,
    ExcludedDomain,
    Own,
    Unsubscribe,
    Empty,
    Fragment,
    Relative,
    OtherScheme,
    InvalidAddress,
    UserInformation,
    ControlCharacter,
    SwallowedMarkup,
    UnclearExpression,
    ScopedExpression,
    AmpPart,
    TooManyLinks,
}

/// <summary>The reasons in words, for the pre-flight report.</summary>
public static class LinkReasonText
{
    public static string Describe(this LinkReason reason) => reason switch
    {
        LinkReason.None => "tracked",
        LinkReason.TrackingOff => "tracking is switched off",
        LinkReason.OptedOut => "the link is marked as not to be tracked",
        LinkReason.ExcludedDomain => "its domain is excluded from tracking",
        LinkReason.Own => "it leads to this installation",
        LinkReason.Unsubscribe => "it is an unsubscribe link",
        LinkReason.Empty => "it is empty",
        LinkReason.Fragment => "it leads to a place within the mail",
        LinkReason.Relative => "it is no complete address; write it with https://",
        LinkReason.OtherScheme => "it is no web address",
        LinkReason.InvalidAddress => "the address is malformed",
        LinkReason.UserInformation => "the address contains a user name",
        LinkReason.ControlCharacter => "the address contains control characters",
        LinkReason.SwallowedMarkup => "the value contains markup; a quote may be missing",
        LinkReason.UnclearExpression => "it contains a template expression that cannot be understood",
        LinkReason.ScopedExpression => "it depends on a template variable or a loop",
        LinkReason.AmpPart => "AMP parts are never rewritten",
        LinkReason.TooManyLinks => "the mail has too many links",
        _ => throw new ArgumentOutOfRangeException(nameof(reason), reason, message: null),
    };
}
