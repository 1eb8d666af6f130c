using Listmonk.Core.Common;
using Listmonk.Web.Shared;
using Microsoft.AspNetCore.Components;

namespace Listmonk.Web.Settings;

/// <summary>What every field of a settings form has: its key, its label, a hint, and its own message when a save was refused.</summary>
public abstract class SettingField<T> : ComponentBase
{
    /// <summary>The key, as refusals name it.</summary>
    [Parameter, EditorRequired]
    public string Field { get; set; } = "";

    [Parameter, EditorRequired]
    public string Label { get; set; } = "";

    [Parameter]
    public string? Hint { get; set; }

    [Parameter, EditorRequired]
    public T Value { get; set; } = default!;

    [Parameter]
    public EventCallback<T> ValueChanged { get; set; }

    [CascadingParameter(Name = "Refusal")]
    private Outcome? Refusal { get; set; }

    protected string? ErrorText => Refusal.ErrorOf(Field);

    protected bool HasError => ErrorText is not null;
}
