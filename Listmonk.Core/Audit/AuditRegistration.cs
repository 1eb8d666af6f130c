using Microsoft.Extensions.DependencyInjection;

namespace Listmonk.Core.Audit;

/// <summary>Registers the reading side of the audit log; the writing side is part of the database context.</summary>
public static class AuditRegistration
{
    public static IServiceCollection AddAudit(this IServiceCollection services) => services.AddSingleton<AuditQueries>();
}
