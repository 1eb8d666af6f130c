using Listmonk.Core.Languages;
using Listmonk.Core.Messengers.Mime;

namespace Listmonk.Core.Notifications;

/// <summary>A mail from the installation itself: a heading, some paragraphs, facts, and at most one thing to do.</summary>
public sealed record SystemMail
{
    /// <summary>In which the texts are.</summary>
    public LanguagePack Language { get; init; } = LanguageDirectory.English;

    public required string Subject { get; init; }

    public required string Heading { get; init; }

    public IReadOnlyList<string> Paragraphs { get; init; } = [];

    public IReadOnlyList<KeyValuePair<string, string>> Facts { get; init; } = [];

    public SystemMailAction? Action { get; init; }

    public IReadOnlyList<Attachment> Attachments { get; init; } = [];
}

/// <summary>The button of a system mail.</summary>
public sealed record SystemMailAction(string Label, string Url);
