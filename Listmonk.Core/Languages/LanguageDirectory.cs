using System.Collections.Frozen;
using System.Text.RegularExpressions;
using Listmonk.Core.Data;
using Listmonk.Core.Settings;
using Microsoft.Extensions.Logging;

namespace Listmonk.Core.Languages;

/// <summary>
/// The languages at hand: those built in, and the packs that the operator put into the folder <c>languages</c> of the shared directory, which
/// may also change single texts of a built-in one.
/// </summary>
public sealed partial class LanguageDirectory(DataDirectory directory, SettingsStore settings, ILogger<LanguageDirectory> logger)
{
    private const string EnglishResource = "en.json";

    private readonly Lazy<FrozenDictionary<string, LanguagePack>> _packs = new(() => Load(directory, logger));

    /// <summary>Built in and complete; fills the gaps of every other pack.</summary>
    public static LanguagePack English { get; } = ReadBuiltIn(EnglishResource, null);

    /// <summary>By code.</summary>
    public IReadOnlyList<LanguagePack> All => [.. _packs.Value.Values.OrderBy(pack => pack.Code, StringComparer.Ordinal)];

    /// <summary>The language of the installation.</summary>
    public LanguagePack Current => Find(settings.Current.General.Language);

    /// <summary>English for a language that is not at hand.</summary>
    public LanguagePack Find(string code) => _packs.Value.GetValueOrDefault(code, English);

    /// <summary>
    /// The language for a person: the first of <paramref name="wanted"/> that is at hand, be it by its language alone (de for de-AT), else that
    /// of the installation.
    /// </summary>
    public LanguagePack Choose(IEnumerable<string?> wanted) => Choose(wanted, All) ?? Current;

    /// <summary>The languages that have texts for the admin pages.</summary>
    public IReadOnlyList<LanguagePack> ForAdmin => [.. All.Where(IsForAdmin)];

    /// <summary>As <see cref="Choose(IEnumerable{string})"/> does, among the languages of the admin pages.</summary>
    public LanguagePack ChooseForAdmin(IEnumerable<string?> wanted) =>
        Choose(wanted, ForAdmin) ?? (IsForAdmin(Current) ? Current : English);

    /// <summary>Whether the text can be a language code at all.</summary>
    public static bool IsCode(string text) => CodePattern().IsMatch(text);

    private static bool IsForAdmin(LanguagePack pack) => ReferenceEquals(pack, English) || pack.AdminTexts.Count > 0;

    private static LanguagePack? Choose(IEnumerable<string?> wanted, IReadOnlyList<LanguagePack> packs)
    {
        foreach (var code in wanted)
        {
            if (!string.IsNullOrEmpty(code)
                && (packs.FirstOrDefault(pack => Is(pack.Code, code)) ?? packs.FirstOrDefault(pack => Is(pack.Code, Primary(code))) ?? packs.FirstOrDefault(pack => Is(Primary(pack.Code), Primary(code)))) is { } found)
            {
                return found;
            }
        }

        return null;
    }

    private static bool Is(string code, string other) => code.Equals(other, StringComparison.OrdinalIgnoreCase);

    private static string Primary(string code) => code.Split('-', '_')[0];

    private static LanguagePack ReadBuiltIn(string file, LanguagePack? fallback)
    {
        using var stream = typeof(LanguageDirectory).Assembly.GetManifestResourceStream($"{typeof(LanguageDirectory).Namespace}.{file}")!;
        return LanguagePack.Read(stream, fallback);
    }

    private static IEnumerable<LanguagePack> BuiltIn()
    {
        var prefix = $"{typeof(LanguageDirectory).Namespace}.";
        return typeof(LanguageDirectory).Assembly.GetManifestResourceNames()
            .Where(name => name.StartsWith(prefix, StringComparison.Ordinal) && name.EndsWith(".json", StringComparison.Ordinal))
            .Select(name => name[prefix.Length..])
            .Select(file => file == EnglishResource ? English : ReadBuiltIn(file, English));
    }

    private static FrozenDictionary<string, LanguagePack> Load(DataDirectory directory, ILogger logger)
    {
        var packs = BuiltIn().ToDictionary(pack => pack.Code, StringComparer.Ordinal);
        var folder = Path.Combine(directory.SharedPath, "languages");
        string[] files = Directory.Exists(folder) ? Directory.GetFiles(folder, "*.json") : [];
        foreach (var file in files.Order(StringComparer.Ordinal))
        {
            try
            {
                using var stream = File.OpenRead(file);
                var pack = LanguagePack.Read(stream, code => packs.GetValueOrDefault(code, English));
                packs[pack.Code] = pack;
            }
            catch (Exception exception) when (exception is FormatException or IOException or UnauthorizedAccessException)
            {
                LogUnreadable(logger, Path.GetFileName(file), exception.Message);
            }
        }

        return packs.ToFrozenDictionary(StringComparer.Ordinal);
    }

    [GeneratedRegex("^[A-Za-z0-9_-]{1,6}$", RegexOptions.None, matchTimeoutMilliseconds: 1000)]
    private static partial Regex CodePattern();

    [LoggerMessage(Level = LogLevel.Warning, Message = "The language file {File} is left out: {Reason}")]
    private static partial void LogUnreadable(ILogger logger, string file, string reason);
}
