using Listmonk.Core.Maintenance;
using Listmonk.Core.Settings;
using Listmonk.Web.Auth;
using Microsoft.AspNetCore.OpenApi;
using Microsoft.OpenApi;

namespace Listmonk.Web.Api.OpenApi;

/// <summary>What holds for the whole API: its name, where it is, how one signs in, its subjects and refusals.</summary>
internal sealed class DocumentDescription(SettingsStore settings) : IOpenApiDocumentTransformer
{
    private const string Description =
        "listmonk's API, with additions. Success is 200 with `{\"data\": …}`; lists come in pages with `results`, `total`, `page` and `per_page`. "
        + "A refusal is `{\"message\": …}`, with `errors` where single fields are to blame. Times are RFC 3339. `?pretty` indents any answer. "
        + "For programs, make an API user under Users and send its token.";

    public Task TransformAsync(OpenApiDocument document, OpenApiDocumentTransformerContext context, CancellationToken cancellationToken)
    {
        document.Info = new OpenApiInfo { Title = "Listmonk for .NET", Version = InstanceQueries.Version, Description = Description };
        document.Servers = [new OpenApiServer { Url = settings.Current.RootUrl.TrimEnd('/') }];
        document.Tags = ApiTags.All.Select(tag => new OpenApiTag { Name = tag.Name, Description = tag.Description }).ToHashSet();
        ErrorAnswers.AddTo(document);
        document.Security = [];
        foreach (var (name, scheme) in Schemes())
        {
            document.AddComponent(name, scheme);
            document.Security.Add(new OpenApiSecurityRequirement { [new OpenApiSecuritySchemeReference(name, document)] = [] });
        }

        return Task.CompletedTask;
    }

    /// <summary>Any one of these is enough.</summary>
    private static IEnumerable<(string Name, IOpenApiSecurityScheme Scheme)> Schemes() =>
    [
        ("token", new OpenApiSecurityScheme { Type = SecuritySchemeType.ApiKey, In = ParameterLocation.Header, Name = "Authorization", Description = "`token USER:TOKEN` with the name and token of an API user." }),
        ("basic", new OpenApiSecurityScheme { Type = SecuritySchemeType.Http, Scheme = "basic", Description = "The name and token of an API user." }),
        ("session", new OpenApiSecurityScheme { Type = SecuritySchemeType.ApiKey, In = ParameterLocation.Cookie, Name = SessionCookie.Name, Description = "The session of somebody who signed in to the admin pages." }),
    ];
}
