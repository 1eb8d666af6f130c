using System.Linq.Expressions;
using Listmonk.Core.Common;
using Listmonk.Core.Data;
using Microsoft.EntityFrameworkCore;

namespace Listmonk.Core.Templates;

/// <summary>Reads templates.</summary>
public sealed class TemplateQueries(IDbContextFactory<ListmonkDbContext> databases)
{
    /// <summary>All templates, oldest first.</summary>
    public async Task<IReadOnlyList<TemplateDetails>> AllAsync(bool withBodies, CancellationToken cancellationToken)
    {
        await using var db = await databases.CreateDbContextAsync(cancellationToken);
        return await db.Templates.AsNoTracking().OrderBy(template => template.Id).Select(Details(withBodies)).ToListAsync(cancellationToken);
    }

    public async Task<Outcome<TemplateDetails>> FindAsync(int id, CancellationToken cancellationToken)
    {
        await using var db = await databases.CreateDbContextAsync(cancellationToken);
        return await db.Templates.AsNoTracking().Where(template => template.Id == id).Select(Details(withBody: true)).FirstOrDefaultAsync(cancellationToken)
            is { } template
            ? template
            : Outcome<TemplateDetails>.NotFound("Template not found");
    }

    /// <summary>The campaign template that is used where none is chosen.</summary>
    public async Task<TemplateDetails?> DefaultAsync(CancellationToken cancellationToken)
    {
        await using var db = await databases.CreateDbContextAsync(cancellationToken);
        return await db.Templates.AsNoTracking().Where(template => template.IsDefault).Select(Details(withBody: true)).FirstOrDefaultAsync(cancellationToken);
    }

    private static Expression<Func<Template, TemplateDetails>> Details(bool withBody) => template => new TemplateDetails
    {
        Id = template.Id,
        Name = template.Name,
        Type = template.Type,
        Subject = template.Subject,
        Body = withBody ? template.Body : "",
        BodySource = withBody ? template.BodySource : null,
        IsDefault = template.IsDefault,
        CreatedAt = template.CreatedAt,
        UpdatedAt = template.UpdatedAt,
    };
}
