using Microsoft.AspNetCore.Authorization;

namespace Listmonk.Web.Auth;

/// <summary>
/// Names the permissions of a page or endpoint, any one of which suffices; none named means any signed-in account. Whatever carries
/// neither this nor AllowAnonymous is refused (default deny).
/// </summary>
[AttributeUsage(AttributeTargets.Class | AttributeTargets.Method)]
public sealed class HasPermissionAttribute : AuthorizeAttribute
{
    internal const string PolicyPrefix = "permission:";

    public HasPermissionAttribute(params string[] anyOf)
    {
        AnyOf = anyOf;
        Policy = PolicyPrefix + string.Join('|', anyOf);
    }

    public IReadOnlyList<string> AnyOf { get; }
}

/// <summary>Builds the policy that a <see cref="HasPermissionAttribute"/> names.</summary>
internal sealed class PermissionPolicyProvider(Microsoft.Extensions.Options.IOptions<AuthorizationOptions> options) : DefaultAuthorizationPolicyProvider(options)
{
    public override Task<AuthorizationPolicy?> GetPolicyAsync(string policyName) =>
        policyName.StartsWith(HasPermissionAttribute.PolicyPrefix, StringComparison.Ordinal)
            ? Task.FromResult<AuthorizationPolicy?>(new AuthorizationPolicyBuilder()
                .AddRequirements(new PermissionRequirement(
                    policyName[HasPermissionAttribute.PolicyPrefix.Length..].Split('|', StringSplitOptions.RemoveEmptyEntries)))
                .Build())
            : base.GetPolicyAsync(policyName);
}

internal sealed record PermissionRequirement(IReadOnlyList<string> AnyOf) : IAuthorizationRequirement;

internal sealed class PermissionHandler(Core.Users.UserDirectory directory, Core.Auth.SessionDirectory sessions) : AuthorizationHandler<PermissionRequirement>
{
    protected override Task HandleRequirementAsync(AuthorizationHandlerContext context, PermissionRequirement requirement)
    {
        if (context.User.FindActor(directory, sessions) is { } actor && (requirement.AnyOf.Count == 0 || requirement.AnyOf.Any(actor.Can)))
        {
            context.Succeed(requirement);
        }
        else
        {
            context.Fail(new AuthorizationFailureReason(this, requirement.AnyOf.Count == 0 ? "" : $"permission denied: {requirement.AnyOf[^1]}"));
        }

        return Task.CompletedTask;
    }
}
