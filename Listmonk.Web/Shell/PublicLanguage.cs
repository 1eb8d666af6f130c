using Listmonk.Core.Languages;

namespace Listmonk.Web.Shell;

/// <summary>The language of one answer to a recipient: the person's own where it is known, else the browser's, else the installation's.</summary>
internal sealed class PublicLanguage(LanguageDirectory languages, IHttpContextAccessor accessor)
{
    private LanguagePack? _pack;

    public LanguagePack Pack => _pack ??= languages.Choose(Accepted());

    /// <summary>The text of a key; a text that is no key comes back as it is.</summary>
    public string this[string key] => Pack.Find(key);

    /// <param name="code">Of the person's own language; null leaves it to the browser.</param>
    public void Prefer(string? code) => _pack = languages.Choose([code, .. Accepted()]);

    public string Date(DateTimeOffset time) => time.ToString(Pack.Code == LanguageDirectory.English.Code ? "d MMMM yyyy" : "D", Pack.Culture);

    private IEnumerable<string?> Accepted() => accessor.HttpContext is { } context ? AdminLanguage.Accepted(context.Request) : [];
}
