using System.Runtime.CompilerServices;
using System.Text.Json;
using System.Text.RegularExpressions;
using Listmonk.Core;
using Listmonk.Core.Languages;
using Listmonk.Tests.Support;

namespace Listmonk.Tests.Languages;

/// <summary>Each built-in language has exactly the texts that the admin pages show: the sources are read for what stands in <c>T["…"]</c>.</summary>
public sealed partial class AdminTextsTests
{
    private static readonly string Root = FindRoot();

    private static readonly IReadOnlyList<string> Sources =
    [
        .. new[] { "Listmonk.Web", "Listmonk.Core" }
            .SelectMany(project => Directory.EnumerateFiles(Path.Combine(Root, project), "*", SearchOption.AllDirectories))
            .Where(file => Path.GetExtension(file) is ".cs" or ".razor" or ".tsv")
            .Select(File.ReadAllText),
    ];

    private static readonly HashSet<string> Keys = [.. Sources.SelectMany(KeysOf)];

    [Fact]
    public async Task Every_text_is_translated()
    {
        foreach (var pack in await TranslationsAsync())
        {
            Assert.Empty(Keys.Where(key => !pack.HasAdmin(key)).Order(StringComparer.Ordinal));
        }
    }

    [Fact]
    public async Task A_translation_has_the_same_places_for_values()
    {
        foreach (var pack in await TranslationsAsync())
        {
            Assert.Empty(pack.AdminTexts.Where(text => !text.Key.StartsWith("Mud", StringComparison.Ordinal) && text.Value.Split(" | ").Any(form => Places(form) != Places(text.Key))).Select(text => text.Key));
        }
    }

    /// <summary>What no page names must at least be said somewhere, such as a service's refusal, by each of its fixed parts.</summary>
    [Fact]
    public async Task No_translation_is_left_over()
    {
        var sources = string.Join('\n', Sources).Replace("_", "", StringComparison.Ordinal);
        foreach (var pack in await TranslationsAsync())
        {
            Assert.DoesNotContain(pack.AdminTexts.Keys, key => !Keys.Contains(key) && !OfMudBlazor().IsMatch(key) && !Parts(key).All(part => sources.Contains(part, StringComparison.OrdinalIgnoreCase)));
        }
    }

    private static async Task<IReadOnlyList<LanguagePack>> TranslationsAsync()
    {
        await using var database = await TestDatabase.CreateAsync(DatabaseProvider.Sqlite);
        return [.. database.Get<LanguageDirectory>().ForAdmin.Where(pack => pack.Code != "en")];
    }

    private static IEnumerable<string> KeysOf(string source) =>
        [.. Looked().Matches(source).Select(match => Text(match.Groups[1].Value)), .. Counts().Matches(source).Select(match => CountKey(source, match.Index + match.Length)).OfType<string>()];

    /// <summary>The key of a number with its noun; null where the nouns are variables.</summary>
    private static string? CountKey(string source, int from)
    {
        var (depth, end) = (1, from);
        for (; depth > 0; end++)
        {
            depth += source[end] is '(' or '[' ? 1 : source[end] is ')' or ']' ? -1 : 0;
        }

        var nouns = Literal().Matches(source[from..end]).Select(match => Text(match.Groups[1].Value)).ToList();
        return nouns.Count == 0 ? null : $"{{0}} {(nouns.Count > 1 ? nouns[1] : nouns[0] + "s")}";
    }

    private static string Text(string literal) => JsonSerializer.Deserialize<string>($"\"{literal}\"")!;

    private static string Places(string text) => string.Join(' ', Place().Matches(text).Select(match => match.Value).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal));

    private static IEnumerable<string> Parts(string key) =>
        Place().Split(key).Select(part => part.Trim().Replace("_", "", StringComparison.Ordinal).Replace("\"", "\\\"", StringComparison.Ordinal)).Where(part => part.Length > 2);

    private static string FindRoot([CallerFilePath] string here = "") => Path.GetFullPath(Path.Combine(Path.GetDirectoryName(here)!, "..", ".."));

    [GeneratedRegex(@"\bT(?:\[|\.Later\()""((?:[^""\\]|\\.)*)""", RegexOptions.None, matchTimeoutMilliseconds: 10_000)]
    private static partial Regex Looked();

    [GeneratedRegex("""\b(?:Figures|T)\.Count\(""", RegexOptions.None, matchTimeoutMilliseconds: 10_000)]
    private static partial Regex Counts();

    [GeneratedRegex(@"(?<!\$)""((?:[^""\\]|\\.)*)""", RegexOptions.None, matchTimeoutMilliseconds: 10_000)]
    private static partial Regex Literal();

    [GeneratedRegex("""\{[0-9][^}]*\}""", RegexOptions.None, matchTimeoutMilliseconds: 10_000)]
    private static partial Regex Place();

    [GeneratedRegex("^(Mud|Converter_)", RegexOptions.None, matchTimeoutMilliseconds: 10_000)]
    private static partial Regex OfMudBlazor();
}
