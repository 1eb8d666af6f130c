using Microsoft.AspNetCore.Http.Metadata;

namespace Listmonk.Web.Api.OpenApi;

/// <summary>
/// What a route says of itself in the OpenAPI document, beside <c>WithSummary</c> and <c>WithDescription</c>. Nothing here changes how it
/// answers: bodies are read by the handlers, so the types they take and give are named.
/// </summary>
internal static class RouteDescription
{
    /// <summary>The routes of one subject.</summary>
    public static RouteGroupBuilder Tagged(this IEndpointRouteBuilder api, string tag) => api.MapGroup("").WithTags(tag);

    /// <summary>A JSON body. No content type is named: routing would refuse all others, where listmonk's clients send forms or none.</summary>
    /// <param name="route">The route.</param>
    /// <param name="example">Where the type has no <see cref="ExampleAttribute"/>, or the route is used in another way.</param>
    public static RouteHandlerBuilder Takes<T>(this RouteHandlerBuilder route, string? example = null)
    {
        route.WithMetadata(new AcceptsMetadata([], typeof(T)));
        return example is null ? route : route.WithMetadata(new RouteExample(example, IsAnswer: false));
    }

    public static RouteHandlerBuilder TakesForm(this RouteHandlerBuilder route, params FormPart[] parts) => route.WithMetadata(new FormBody(parts));

    public static RouteHandlerBuilder TakesText(this RouteHandlerBuilder route, params string[] contentTypes) => route.WithMetadata(new PlainBody(contentTypes));

    /// <summary>Answers with one of these in the envelope.</summary>
    public static RouteHandlerBuilder Gives<T>(this RouteHandlerBuilder route, string? example = null) =>
        route.GivesBare<OutcomeHttp.DataEnvelope<T>>(example);

    /// <summary>Answers with a page of these.</summary>
    public static RouteHandlerBuilder GivesPage<T>(this RouteHandlerBuilder route, string? example = null) =>
        route.Gives<OutcomeHttp.PageEnvelope<T>>(example)
            .WithQuery<int>("page", "The page, from 1.")
            .WithQuery("per_page", "Rows of a page, or 'all'.")
            .WithQuery("order_by", "The field to sort by.")
            .WithQuery("order", "asc or desc.");

    /// <summary>Answers with true once it is done.</summary>
    public static RouteHandlerBuilder GivesTrue(this RouteHandlerBuilder route) => route.Gives<bool>();

    /// <summary>Answers without the envelope.</summary>
    public static RouteHandlerBuilder GivesBare<T>(this RouteHandlerBuilder route, string? example = null)
    {
        route.Produces<T>(StatusCodes.Status200OK, "application/json");
        return example is null ? route : route.WithMetadata(new RouteExample(example, IsAnswer: true));
    }

    public static RouteHandlerBuilder GivesFile(this RouteHandlerBuilder route, string contentType) => route.Produces<string>(StatusCodes.Status200OK, contentType);

    public static RouteHandlerBuilder WithQuery(this RouteHandlerBuilder route, string name, string description) => route.WithQuery<string>(name, description);

    public static RouteHandlerBuilder WithQuery<T>(this RouteHandlerBuilder route, string name, string description) =>
        route.WithMetadata(new QueryParameter(name, description, typeof(T)));

    public static RouteHandlerBuilder WithRouteValue(this RouteHandlerBuilder route, string name, string description, params string[] values) =>
        route.WithMetadata(new RouteValue(name, description, values));

    public static RouteHandlerBuilder Refuses(this RouteHandlerBuilder route, params int[] statuses) => route.WithMetadata(new Refusals(statuses));
}

/// <summary>A parameter of the query string, which the handlers read by themselves.</summary>
/// <param name="Type">A text, number, boolean, time or enum, or an array of such for a parameter that may be repeated.</param>
internal sealed record QueryParameter(string Name, string Description, Type Type);

/// <summary>What a part of the path stands for, where it is not the number of something.</summary>
/// <param name="Values">All that are accepted; empty for any.</param>
internal sealed record RouteValue(string Name, string Description, IReadOnlyList<string> Values);

/// <summary>A field of a multipart form.</summary>
internal sealed record FormPart(string Name, string Description, bool IsFile = false);

/// <summary>A body that is a multipart form.</summary>
internal sealed record FormBody(IReadOnlyList<FormPart> Parts);

/// <summary>A body that is taken as it is, not as JSON.</summary>
internal sealed record PlainBody(IReadOnlyList<string> ContentTypes);

/// <summary>Statuses of refusals beyond those that follow from what the route takes.</summary>
internal sealed record Refusals(IReadOnlyList<int> Statuses);

/// <summary>Examples of one route, where its types have none of their own.</summary>
internal sealed record RouteExample(string Json, bool IsAnswer);
