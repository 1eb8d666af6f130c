namespace Listmonk.Core.Data;

/// <summary>A copy in memory of rows whose changes move a <see cref="Data.Revision"/>.</summary>
public interface IRevised
{
    /// <summary>Name of the revision.</summary>
    string Revision { get; }

    /// <summary>Reads the rows again; often nothing has changed, since the process hears of its own changes too.</summary>
    Task ReloadAsync(CancellationToken cancellationToken);
}
