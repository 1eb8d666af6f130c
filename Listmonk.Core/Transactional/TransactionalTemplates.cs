using Listmonk.Core.Common;
using Listmonk.Core.Data;
using Listmonk.Core.Messengers.Mime;
using Listmonk.Core.Templates;
using Listmonk.Core.Templates.Expressions;
using Microsoft.EntityFrameworkCore;

namespace Listmonk.Core.Transactional;

/// <summary>How a template's body becomes that of a mail.</summary>
internal enum BodyKind
{
    Html,
    Plain,
    Markdown,
}

/// <summary>A transactional template ready to be rendered, with the pictures that its mails carry along.</summary>
internal sealed record TransactionalTemplate(string Subject, CompiledTemplate Body, IReadOnlyList<Attachment> Images);

/// <summary>
/// Keeps transactional templates compiled. Which version is the present one is asked of the database at each call, so that a change,
/// made in whichever process, holds for the next message.
/// </summary>
public sealed class TransactionalTemplates(IDbContextFactory<ListmonkDbContext> databases, ImageEmbedder embedder)
{
    private const int Kept = 200;

    /// <summary>A template with more bytes of pictures is made anew for each call, so that the memory stays small.</summary>
    private const long MostPicturesKept = 1024 * 1024;

    private readonly BoundedCache<Version, TransactionalTemplate> _compiled = new(Kept);

    internal async Task<Outcome<TransactionalTemplate>> FindAsync(int id, BodyKind kind, CancellationToken cancellationToken)
    {
        await using var db = await databases.CreateDbContextAsync(cancellationToken);
        var stored = db.Templates.AsNoTracking().Where(template => template.Id == id && template.Type == TemplateType.Tx);
        var updatedAt = await stored.Select(template => (DateTimeOffset?)template.UpdatedAt).FirstOrDefaultAsync(cancellationToken);
        if (updatedAt is { } known && _compiled.TryGet(new Version(id, known, kind), out var ready))
        {
            return ready;
        }

        if (await stored.FirstOrDefaultAsync(cancellationToken) is not { } template)
        {
            return Outcome<TransactionalTemplate>.Invalid("", $"template {id} not found");
        }

        try
        {
            var compiled = await CompileAsync(template, kind, cancellationToken);
            if (compiled.Images.Sum(image => (long)image.Content.Length) <= MostPicturesKept)
            {
                _compiled.Set(new Version(id, template.UpdatedAt, kind), compiled);
            }

            return compiled;
        }
        catch (TemplateException exception)
        {
            return Outcome<TransactionalTemplate>.Invalid("", $"template {id} does not compile: {exception.Message}");
        }
    }

    private async Task<TransactionalTemplate> CompileAsync(Template template, BodyKind kind, CancellationToken cancellationToken)
    {
        if (kind == BodyKind.Plain)
        {
            return new TransactionalTemplate(template.Subject, CompiledTemplate.Compile(template.Body, TemplateMode.Text, TemplateFunctionSet.Transactional), []);
        }

        var embedded = await embedder.EmbedAsync([kind == BodyKind.Markdown ? MarkdownBody.ToHtml(template.Body) : template.Body], cancellationToken);
        return new TransactionalTemplate(template.Subject, CompiledTemplate.Compile(embedded.Sources[0], TemplateMode.Html, TemplateFunctionSet.Transactional), embedded.Images);
    }

    private sealed record Version(int Id, DateTimeOffset UpdatedAt, BodyKind Kind);
}
