using System.Collections.Frozen;
using System.Text.RegularExpressions;
using Listmonk.Core.Data;
using Listmonk.Core.Settings;
using Microsoft.Extensions.Logging;

namespace Listmonk.Core.Languages;

/// <summary>The languages at hand: English, and the packs that the operator put into the folder <c>languages</c> of the shared directory.</summary>
public sealed partial class LanguageDirectory(DataDirectory directory, SettingsStore settings, ILogger<LanguageDirectory> logger)
{
    private readonly Lazy<FrozenDictionary<string, LanguagePack>> _packs = new(() => Load(directory, logger));

    /// <summary>Built in and complete; fills the gaps of every other pack.</summary>
    public static LanguagePack English { get; } = ReadEnglish();

    /// <summary>By code.</summary>
    public IReadOnlyList<LanguagePack> All => [.. _packs.Value.Values.OrderBy(pack => pack.Code, StringComparer.Ordinal)];

    /// <summary>The language of the installation.</summary>
    public LanguagePack Current => Find(settings.Current.General.Language);

    /// <summary>English for a language that is not at hand.</summary>
    public LanguagePack Find(string code) => _packs.Value.GetValueOrDefault(code, English);

    /// <summary>Whether the text can be a language code at all.</summary>
    public static bool IsCode(string text) => CodePattern().IsMatch(text);

    private static LanguagePack ReadEnglish()
    {
        using var stream = typeof(LanguageDirectory).Assembly.GetManifestResourceStream($"{typeof(LanguageDirectory).Namespace}.en.json")!;
        return LanguagePack.Read(stream, null);
    }

    private static FrozenDictionary<string, LanguagePack> Load(DataDirectory directory, ILogger logger)
    {
        var packs = new Dictionary<string, LanguagePack>(StringComparer.Ordinal) { [English.Code] = English };
        var folder = Path.Combine(directory.SharedPath, "languages");
        string[] files = Directory.Exists(folder) ? Directory.GetFiles(folder, "*.json") : [];
        foreach (var file in files.Order(StringComparer.Ordinal))
        {
            try
            {
                using var stream = File.OpenRead(file);
                var pack = LanguagePack.Read(stream, English);
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
