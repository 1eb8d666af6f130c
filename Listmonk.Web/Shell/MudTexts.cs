using Microsoft.Extensions.Localization;
using MudBlazor;

namespace Listmonk.Web.Shell;

/// <summary>MudBlazor's own texts, such as the names of the buttons of a date picker, from the language's texts under MudBlazor's keys.</summary>
internal sealed class MudTexts : MudLocalizer
{
    public override LocalizedString this[string key] => new(key, T[key], resourceNotFound: !T.Language.HasAdmin(key));
}
