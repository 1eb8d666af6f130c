using Listmonk.Core.Import;
using Listmonk.Core.Subscribers;
using Listmonk.Web.Api;
using Listmonk.Web.Api.OpenApi;

namespace Listmonk.Web.Import;

/// <summary>The state of the running or else the newest import (spec/api.md 2.9); <c>rejected</c> is ours.</summary>
[Example("""{"name": "people.csv", "total": 250, "imported": 248, "status": "finished", "rejected": 2}""")]
internal sealed record ImportStatusResponse(string Name, int Total, int Imported, ImportStatus Status, int Rejected)
{
    public static ImportStatusResponse From(ImportProgress progress) =>
        new(progress.Filename, progress.Total, progress.Imported, Known(progress.Status), progress.Rejected);

    /// <summary>listmonk's programs know no undoing: for them that import has ended.</summary>
    private static ImportStatus Known(ImportStatus status) => status is ImportStatus.Undoing or ImportStatus.Undone ? ImportStatus.Finished : status;
}

/// <summary>The <c>params</c> part of an upload.</summary>
internal sealed record ImportParams
{
    /// <summary>subscribe or blocklist.</summary>
    public string? Mode { get; init; }

    public string? SubscriptionStatus { get; init; }

    public string? Delim { get; init; }

    public List<int>? Lists { get; init; }

    public bool OverwriteUserinfo { get; init; }

    public bool OverwriteSubscriptionStatus { get; init; }

    /// <summary>The old flag for both.</summary>
    public bool Overwrite { get; init; }

    public ImportRequest ToRequest() => new()
    {
        Mode = EnumField.Parse<ImportMode>(Mode, "mode") ?? throw new ApiException(StatusCodes.Status400BadRequest, "Invalid mode"),
        SubscriptionStatus = EnumField.Parse<SubscriptionStatus>(SubscriptionStatus, "subscription status"),
        Delimiter = Delim ?? "",
        ListIds = Lists ?? [],
        OverwritesPeople = OverwriteUserinfo || Overwrite,
        OverwritesSubscriptions = OverwriteSubscriptionStatus || Overwrite,
    };
}
