using Listmonk.Core.Templates.Expressions;

namespace Listmonk.Core.Languages;

/// <summary>The texts behind <c>L</c> in templates of mails, in the language of the installation.</summary>
internal sealed class InstalledLanguage(LanguageDirectory languages) : ITemplateLanguage
{
    public string T(string key) => languages.Current.Find(key);

    public string Ts(string key, IReadOnlyList<string> pairs)
    {
        var text = T(key);
        for (var i = 0; i + 1 < pairs.Count; i += 2)
        {
            text = text.Replace($"{{{pairs[i]}}}", pairs[i + 1], StringComparison.Ordinal);
        }

        return text;
    }

    public string Tc(string key, long count) => languages.Current.Find(key, count);
}
