namespace Listmonk.Core.Templates.Expressions;

/// <summary>The texts of the installation's language, as <c>L</c> offers them to templates.</summary>
public interface ITemplateLanguage
{
    /// <summary>The text of a key; the key itself when it is unknown.</summary>
    string T(string key);

    /// <summary>The text with its parameters filled; <paramref name="pairs"/> holds name, value, name, value, …</summary>
    string Ts(string key, IReadOnlyList<string> pairs);

    /// <summary>The singular or, for more than one, the plural text.</summary>
    string Tc(string key, long count);
}
