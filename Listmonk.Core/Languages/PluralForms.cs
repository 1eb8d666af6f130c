namespace Listmonk.Core.Languages;

/// <summary>
/// Which of a text's forms stands for a number. A text lists its forms in the order of the Unicode CLDR, from one to other, with bars
/// between: <c>{0} lista | {0} listy | {0} list</c>. With a single form it stands for every number.
/// </summary>
public static class PluralForms
{
    public static string Choose(string text, string code, long count)
    {
        var forms = text.Split(" | ");
        return forms[Math.Min(Index(code.Split('-', '_')[0].ToLowerInvariant(), Math.Abs(count)), forms.Length - 1)];
    }

    /// <summary>The rules of the CLDR for whole numbers (unicode.org/cldr/charts/latest/supplemental/language_plural_rules.html).</summary>
    private static int Index(string language, long count) => language switch
    {
        "zh" or "ja" or "ko" or "vi" or "th" or "id" or "ms" or "lo" or "my" => 0,
        "fr" or "pt" or "hy" or "hi" or "bn" or "fa" => count <= 1 ? 0 : 1,
        "ru" or "uk" or "be" or "sr" or "hr" or "bs" => count % 10 == 1 && count % 100 != 11 ? 0 : IsFew(count) ? 1 : 2,
        "pl" => count == 1 ? 0 : IsFew(count) ? 1 : 2,
        "cs" or "sk" => count == 1 ? 0 : count is >= 2 and <= 4 ? 1 : 2,
        "lt" => count % 10 == 1 && count % 100 != 11 ? 0 : count % 10 >= 2 && count % 100 is < 11 or > 19 ? 1 : 2,
        "ro" => count == 1 ? 0 : count == 0 || count % 100 is >= 1 and <= 19 ? 1 : 2,
        "ar" => count switch { 0 => 0, 1 => 1, 2 => 2, _ => count % 100 is >= 3 and <= 10 ? 3 : count % 100 >= 11 ? 4 : 5 },
        _ => count == 1 ? 0 : 1,
    };

    private static bool IsFew(long count) => count % 10 is >= 2 and <= 4 && count % 100 is < 12 or > 14;
}
