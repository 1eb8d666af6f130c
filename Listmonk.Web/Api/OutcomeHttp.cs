using System.Text.Json;
using Listmonk.Core.Common;

namespace Listmonk.Web.Api;

/// <summary>Turns outcomes into listmonk's answers: <c>{"data": …}</c> or <c>{"message": …}</c> (spec/api.md 1.1, 1.3).</summary>
internal static class OutcomeHttp
{
    /// <summary>200 with the payload in its envelope; <c>?pretty</c> indents.</summary>
    public static IResult Data<T>(T data) => new EnvelopeResult<DataEnvelope<T>>(new DataEnvelope<T>(data), StatusCodes.Status200OK);

    public static IResult True() => Data(true);

    /// <summary>200 without an envelope, for the few endpoints that listmonk answers bare.</summary>
    public static IResult Bare<T>(T data) => new EnvelopeResult<T>(data, StatusCodes.Status200OK);

    public static IResult Page<T>(PagedList<T> page, string query = "", string search = "") =>
        Data(new PageEnvelope<T>(page.Results, search, query, page.Total, page.Request.PerPage, page.Request.PerPage == 0 ? 1 : Math.Max(1, page.Request.Page)));

    public static IResult Error(int status, string message, IReadOnlyList<FieldError>? errors = null) =>
        new EnvelopeResult<ErrorEnvelope>(new ErrorEnvelope(message, errors is { Count: > 0 } && errors.Any(error => error.Field.Length > 0) ? errors : null), status);

    /// <summary>True or the refusal.</summary>
    public static IResult ToHttp(this Outcome outcome, int notFound = StatusCodes.Status400BadRequest) =>
        outcome.IsOk ? True() : Refusal(outcome, notFound);

    /// <summary>The value, as the contract shows it, or the refusal. Unknown entities are 400 because clients test for it.</summary>
    public static IResult ToHttp<T, TContract>(this Outcome<T> outcome, Func<T, TContract> contract, int notFound = StatusCodes.Status400BadRequest) =>
        outcome.IsOk ? Data(contract(outcome.Value)) : Refusal(outcome, notFound);

    private static IResult Refusal(Outcome outcome, int notFound) => Error(
        outcome.Kind switch
        {
            OutcomeKind.Conflict => StatusCodes.Status409Conflict,
            OutcomeKind.Forbidden => StatusCodes.Status403Forbidden,
            OutcomeKind.NotFound => notFound,
            _ => StatusCodes.Status400BadRequest,
        },
        outcome.Message,
        outcome.Errors);

    internal sealed record DataEnvelope<T>(T Data);

    internal sealed record PageEnvelope<T>(IReadOnlyList<T> Results, string Search, string Query, int Total, int PerPage, int Page);

    private sealed record ErrorEnvelope(
        string Message,
        [property: System.Text.Json.Serialization.JsonIgnore(Condition = System.Text.Json.Serialization.JsonIgnoreCondition.WhenWritingNull)]
        IReadOnlyList<FieldError>? Errors);

    private sealed class EnvelopeResult<T>(T body, int status) : IResult
    {
        private static readonly JsonSerializerOptions Indented = ApiJson.Configure(new JsonSerializerOptions(JsonSerializerDefaults.Web) { WriteIndented = true });

        public Task ExecuteAsync(HttpContext httpContext)
        {
            httpContext.Response.StatusCode = status;
            return httpContext.Response.WriteAsJsonAsync(
                body, httpContext.Request.Query.ContainsKey("pretty") ? Indented : ApiJson.Options, httpContext.RequestAborted);
        }
    }
}
