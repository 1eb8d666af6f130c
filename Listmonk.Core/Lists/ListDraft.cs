namespace Listmonk.Core.Lists;

/// <summary>What a person enters for a list; null keeps the present value, or takes the default of a new list.</summary>
public sealed record ListDraft
{
    public required string Name { get; init; }

    public ListType? Type { get; init; }

    public ListOptin? Optin { get; init; }

    public ListStatus? Status { get; init; }

    public IReadOnlyList<string>? Tags { get; init; }

    public string? Description { get; init; }
}
