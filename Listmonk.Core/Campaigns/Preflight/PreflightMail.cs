namespace Listmonk.Core.Campaigns.Preflight;

/// <summary>A campaign rendered for a sample of its audience, with what was found in its sources.</summary>
public sealed record PreflightMail
{
    /// <summary>The texts that hold template expressions: subject, template, body, text part.</summary>
    public required IReadOnlyList<string> Sources { get; init; }

    public required IReadOnlyList<PreflightLink> Links { get; init; }

    public required bool IsPlain { get; init; }

    public required bool HasTextPart { get; init; }

    /// <summary>Whether the mail names its unsubscribe address in its headers (RFC 8058).</summary>
    public required bool HasUnsubscribeHeader { get; init; }

    /// <summary>Pictures that should travel inside the mail, but are not in the media library.</summary>
    public IReadOnlyList<string> MissingImages { get; init; } = [];

    /// <summary>The body as one person gets it.</summary>
    public string Body { get; init; } = "";

    /// <summary>The unsubscribe page of that person.</summary>
    public string UnsubscribeUrl { get; init; } = "";

    /// <summary>The different subjects, as people get them.</summary>
    public IReadOnlyList<string> Subjects { get; init; } = [];

    /// <summary>Bytes of the largest body.</summary>
    public int BodySize { get; init; }

    /// <summary>Bytes of the largest whole mail.</summary>
    public int MessageSize { get; init; }

    /// <summary>For how many people of the sample the templates failed.</summary>
    public int FailedCount { get; init; }

    /// <summary>Why they failed first.</summary>
    public string? Failure { get; init; }
}
