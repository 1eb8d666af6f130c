namespace Listmonk.Core.Bounces.Parsing;

/// <summary>Phrases by which kinds of mail are known, read from <c>Rules/phrases.tsv</c>.</summary>
internal static class MailWords
{
    private static readonly ILookup<(string Kind, string Place), Phrase> Phrases = RuleFile.Read("phrases.tsv", 3)
        .SelectMany(row => Phrase.ParseAll(row[2]).Select(phrase => (Key: (row[0], row[1]), Phrase: phrase)))
        .ToLookup(pair => pair.Key, pair => pair.Phrase);

    /// <summary>The phrase found; null when none is.</summary>
    public static string? Find(string kind, string place, string? text)
    {
        if (string.IsNullOrWhiteSpace(text))
        {
            return null;
        }

        var normalized = ReplyText.Normalize(text);
        return Phrases[(kind, place)].FirstOrDefault(phrase => phrase.Matches(normalized))?.Text.Trim('^', '*');
    }
}
