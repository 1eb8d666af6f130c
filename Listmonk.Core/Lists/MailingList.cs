namespace Listmonk.Core.Lists;

/// <summary>Who may see a list: everyone on the public pages, or only the people who manage it.</summary>
public enum ListType
{
    Private,
    Public,
}

/// <summary>Whether a subscription counts at once or only after the person confirmed it by mail.</summary>
public enum ListOptin
{
    Single,
    Double,
}

public enum ListStatus
{
    Active,
    Archived,
}

/// <summary>A mailing list (spec/api.md 2.2).</summary>
public sealed class MailingList
{
    public const int MaxNameLength = 2000;

    public int Id { get; set; }

    public Guid Uuid { get; set; }

    public required string Name { get; set; }

    public ListType Type { get; set; }

    public ListOptin Optin { get; set; }

    public ListStatus Status { get; set; }

    public List<string> Tags { get; set; } = [];

    public string Description { get; set; } = "";

    public DateTimeOffset CreatedAt { get; set; }

    public DateTimeOffset UpdatedAt { get; set; }
}
