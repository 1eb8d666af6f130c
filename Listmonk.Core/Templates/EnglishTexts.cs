using System.Collections.Frozen;
using Listmonk.Core.Templates.Expressions;

namespace Listmonk.Core.Templates;

/// <summary>The texts behind the keys of <c>L</c> that templates of mails use.</summary>
internal sealed class EnglishTexts : ITemplateLanguage
{
    private static readonly FrozenDictionary<string, string> Texts = new Dictionary<string, string>(StringComparer.Ordinal)
    {
        ["email.unsub"] = "Unsubscribe",
        ["email.unsubHelp"] = "No more of these mails?",
        ["email.viewInBrowser"] = "View in browser",
        ["email.optin.confirmSub"] = "Confirm subscription",
        ["email.optin.confirmSubTitle"] = "Please confirm your subscription",
        ["email.optin.privateList"] = "Private list",
        ["public.poweredBy"] = "Sent with",
    }.ToFrozenDictionary(StringComparer.Ordinal);

    public string T(string key) => Texts.GetValueOrDefault(key, key);

    public string Ts(string key, IReadOnlyList<string> pairs)
    {
        var text = T(key);
        for (var i = 0; i + 1 < pairs.Count; i += 2)
        {
            text = text.Replace($"{{{pairs[i]}}}", pairs[i + 1], StringComparison.Ordinal);
        }

        return text;
    }

    /// <summary>None of the texts has a plural.</summary>
    public string Tc(string key, long count) => T(key);
}
