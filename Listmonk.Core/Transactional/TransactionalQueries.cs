using System.Linq.Expressions;
using Listmonk.Core.Common;
using Listmonk.Core.Data;
using Listmonk.Core.Messengers;
using Listmonk.Core.Templates;
using Microsoft.EntityFrameworkCore;

namespace Listmonk.Core.Transactional;

/// <summary>Which messages of the log somebody wants to see.</summary>
/// <param name="State">Null for all.</param>
/// <param name="Search">Part of a recipient's address or of a subject; empty for all.</param>
public sealed record TransactionalFilter(TransactionalState? State, string Search);

/// <summary>A message as the log shows it, without its content.</summary>
public sealed record TransactionalDetails
{
    public required int Id { get; init; }

    public required TransactionalState State { get; init; }

    public required string Recipient { get; init; }

    public required int? SubscriberId { get; init; }

    public required string Subject { get; init; }

    public required string Messenger { get; init; }

    public required string MessageId { get; init; }

    public required int? TemplateId { get; init; }

    /// <summary>Null once the template was deleted.</summary>
    public required string? TemplateName { get; init; }

    public required int Attempts { get; init; }

    public required DateTimeOffset DueAt { get; init; }

    public required DateTimeOffset QueuedAt { get; init; }

    public required DateTimeOffset? SentAt { get; init; }

    public required int? Code { get; init; }

    public required string? Reply { get; init; }

    public required string? Server { get; init; }
}

/// <summary>Reads the log of transactional messages.</summary>
public sealed class TransactionalQueries(IDbContextFactory<ListmonkDbContext> databases)
{
    /// <summary>Newest first.</summary>
    public async Task<PagedList<TransactionalDetails>> PageAsync(TransactionalFilter filter, PageRequest page, CancellationToken cancellationToken)
    {
        await using var db = await databases.CreateDbContextAsync(cancellationToken);
        var messages = db.TransactionalMessages.AsNoTracking();
        if (filter.State is { } state)
        {
            messages = messages.Where(message => message.State == state);
        }

        if (filter.Search.Trim() is { Length: > 0 } search)
        {
            var lower = search.ToLowerInvariant();
#pragma warning disable CA1304, CA1311, CA1862 // Translated to the database's lower(); no culture takes part.
            messages = messages.Where(message => message.Recipient.Contains(lower) || message.Subject.ToLower().Contains(lower) || message.Subject.Contains(search));
#pragma warning restore CA1304, CA1311, CA1862
        }

        var total = await messages.CountAsync(cancellationToken);
        var rows = await messages.OrderByDescending(message => message.Id).Skip(page.Skip).Take(page.Take).Select(Details(db)).ToListAsync(cancellationToken);
        return new PagedList<TransactionalDetails>(rows, total, page);
    }

    public async Task<TransactionalDetails?> FindAsync(int id, CancellationToken cancellationToken)
    {
        await using var db = await databases.CreateDbContextAsync(cancellationToken);
        return await db.TransactionalMessages.AsNoTracking().Where(message => message.Id == id).Select(Details(db)).FirstOrDefaultAsync(cancellationToken);
    }

    /// <summary>The mail as it went out, taken apart; null when it is not on record any more.</summary>
    public async Task<MessageContent?> ContentAsync(int id, CancellationToken cancellationToken)
    {
        await using var db = await databases.CreateDbContextAsync(cancellationToken);
        var stored = await db.TransactionalMessages.AsNoTracking()
            .Where(message => message.Id == id)
            .Join(db.TransactionalRequests, message => message.RequestId, request => request.Id, (message, request) => new { message.Content!.Mime, request.Files })
            .FirstOrDefaultAsync(cancellationToken);
        return stored is null ? null : MessageContent.Parse((byte[])[.. stored.Mime, .. stored.Files ?? []]);
    }

    private static Expression<Func<TransactionalMessage, TransactionalDetails>> Details(ListmonkDbContext db) => message => new TransactionalDetails
    {
        Id = message.Id,
        State = message.State,
        Recipient = message.Recipient,
        SubscriberId = message.SubscriberId,
        Subject = message.Subject,
        Messenger = message.Messenger,
        MessageId = message.MessageId,
        TemplateId = db.Set<TransactionalRequest>().Where(request => request.Id == message.RequestId).Select(request => request.TemplateId).FirstOrDefault(),
        TemplateName = db.Set<TransactionalRequest>().Where(request => request.Id == message.RequestId)
            .Join(db.Set<Template>(), request => request.TemplateId, template => template.Id, (_, template) => template.Name).FirstOrDefault(),
        Attempts = message.Attempts,
        DueAt = message.DueAt,
        QueuedAt = message.QueuedAt,
        SentAt = message.SentAt,
        Code = message.Code,
        Reply = message.Reply,
        Server = message.Server,
    };
}
