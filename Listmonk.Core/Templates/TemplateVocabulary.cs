namespace Listmonk.Core.Templates;

/// <summary>The words that one kind of mail may use between braces.</summary>
/// <param name="Subscriber">Fields of the person, the common ones first.</param>
/// <param name="Attributes">Attribute keys that occur among subscribers.</param>
/// <param name="Message">Fields of the campaign or the transactional request.</param>
/// <param name="Functions">Those with a note first.</param>
public sealed record TemplateVocabulary(
    IReadOnlyList<TemplateWord> Subscriber,
    IReadOnlyList<TemplateWord> Attributes,
    IReadOnlyList<TemplateWord> Message,
    IReadOnlyList<TemplateWord> Functions)
{
    public static TemplateVocabulary Empty { get; } = new([], [], [], []);
}

/// <summary>A field or function.</summary>
/// <param name="Name">As lists show it.</param>
/// <param name="Code">What goes between the braces.</param>
/// <param name="Note">What it gives, in a few words; empty for the less common ones.</param>
public sealed record TemplateWord(string Name, string Code, string Note);
