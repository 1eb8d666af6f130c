using Listmonk.Core.Audit;
using Microsoft.AspNetCore.Components.Server.Circuits;

namespace Listmonk.Web.Auth;

/// <summary>Names the caller to the audit log for the time of a request.</summary>
internal sealed class AuditAuthorship(RequestDelegate next)
{
    public async Task InvokeAsync(HttpContext context)
    {
        AuditAuthor.Current = context.Actor() is { UserId: { } id, Name: var name } ? new AuditAuthor(id, name) : null;
        await next(context);
    }
}

/// <summary>The same for each act on a page: a circuit's calls come outside of any request.</summary>
internal sealed class CircuitAuthorship(CurrentActor current) : CircuitHandler
{
    public override Func<CircuitInboundActivityContext, Task> CreateInboundActivityHandler(Func<CircuitInboundActivityContext, Task> next) => async context =>
    {
        AuditAuthor.Current = await current.GetAsync() is { UserId: { } id, Name: var name } ? new AuditAuthor(id, name) : null;
        await next(context);
    };
}
