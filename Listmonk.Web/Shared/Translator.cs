using System.Globalization;
using Listmonk.Core.Languages;

namespace Listmonk.Web.Shared;

/// <summary>
/// The texts of the admin pages in the language of whom they are drawn for. The English text is the key, so a page reads as it looks:
/// <c>T["New list"]</c>, <c>T["{0} of {1} done", sent, total]</c>. A text without a translation stays English.
/// </summary>
public sealed class Translator
{
    private readonly AsyncLocal<LanguagePack?> _language = new();

    /// <summary>English until <see cref="Use"/> was called in this flow of work.</summary>
    public LanguagePack Language => _language.Value ?? LanguageDirectory.English;

    /// <summary>How dates and numbers are written.</summary>
    public CultureInfo Culture => IsEnglish ? CultureInfo.InvariantCulture : Language.Culture;

    public bool IsEnglish => ReferenceEquals(Language, LanguageDirectory.English);

    public string this[string english] => Language.FindAdmin(english);

    /// <summary>The text with its values put in, written as the language does.</summary>
    public string this[string english, params ReadOnlySpan<object?> values] => string.Format(Culture, Language.FindAdmin(english), values);

    /// <summary>Everything that this flow of work draws from now on is in this language; a circuit is one flow, from its first request on.</summary>
    public void Use(LanguagePack language)
    {
        _language.Value = language;
        CultureInfo.CurrentUICulture = language.Culture;
    }

    /// <summary>Marks a text that is kept in English and translated where it is shown.</summary>
    public string Later(string english)
    {
        _ = this;
        return english;
    }

    /// <summary>A number with its noun, in the form that the language has for it: <c>1 list</c>, <c>3 lists</c>.</summary>
    /// <param name="plural">Null adds an s.</param>
    public string Count(long value, string singular, string? plural = null)
    {
        plural ??= singular + "s";
        var number = value.ToString("N0", Culture);
        var key = $"{{0}} {plural}";
        return IsEnglish || !Language.HasAdmin(key)
            ? $"{number} {(value == 1 ? singular : plural)}"
            : string.Format(Culture, PluralForms.Choose(Language.FindAdmin(key), Language.Code, value), number);
    }

    /// <summary>What a service said, such as a refusal: a whole text, or one with values that a text of the language with <c>{0}</c> stands for.</summary>
    public string Message(string english) => IsEnglish ? english : Language.FindAdminMessage(english);
}
