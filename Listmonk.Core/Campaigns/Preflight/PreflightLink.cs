using Listmonk.Core.Tracking.Links;

namespace Listmonk.Core.Campaigns.Preflight;

/// <summary>Where in a mail's sources a link stands.</summary>
public enum PreflightPart
{
    Template,
    Body,
    Text,
}

/// <summary>A link of the mail: whether clicks on it are counted, and how its target answered.</summary>
public sealed record PreflightLink
{
    /// <summary>Where it leads; template expressions stand as they were written.</summary>
    public required string Address { get; init; }

    public required PreflightPart Part { get; init; }

    public required bool IsTracked { get; init; }

    /// <summary>Why it is not tracked, as the rewriter judges it; <see cref="LinkReason.None"/> also when settings keep it from being tracked.</summary>
    public LinkReason Reason { get; init; }

    /// <summary>Why it is not tracked, in words; empty for a tracked link.</summary>
    public string ReasonText { get; init; } = "";

    public bool HasExpressions { get; init; }

    /// <summary>Null when it was not tested.</summary>
    public LinkAnswer? Answer { get; init; }

    /// <summary>Only an address that is the same for everybody is followed: others could act for a person.</summary>
    public bool CanBeTested =>
        !HasExpressions && Reason is not (LinkReason.Own or LinkReason.Unsubscribe or LinkReason.UserInformation)
        && Uri.TryCreate(Address, UriKind.Absolute, out var address) && address.Scheme is "http" or "https";
}

/// <summary>How the target of a link answered.</summary>
public enum LinkState
{
    Works,

    /// <summary>The site answers, but not to a program.</summary>
    Refuses,
    Broken,
    Unreachable,

    /// <summary>It leads into a private network, which is neither tested nor reachable for recipients.</summary>
    Private,
    NotTested,
}

/// <summary>The answer of a link's target.</summary>
/// <param name="Text">In words, such as "the page does not exist (404)".</param>
/// <param name="EndsInsecurely">Whether an https address ended at a plain http one.</param>
public sealed record LinkAnswer(LinkState State, string Text, bool EndsInsecurely = false);
