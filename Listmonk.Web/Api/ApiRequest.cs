using System.Globalization;
using System.Text.Json;
using Listmonk.Core.Common;

namespace Listmonk.Web.Api;

/// <summary>A request that cannot be understood; answered with its status and message in listmonk's error shape.</summary>
public sealed class ApiException(int status, string message) : Exception(message)
{
    public int Status { get; } = status;
}

/// <summary>Reads what listmonk's clients send, with their habits (spec/api.md 1.2, 1.6).</summary>
internal static class ApiRequest
{
    /// <summary>
    /// The JSON body; an empty body counts as an empty object, and simple forms are accepted in its place. Unknown members are ignored.
    /// </summary>
    /// <exception cref="ApiException">400 for malformed JSON or a wrong type, 415 for another content type.</exception>
    public static async Task<T> ReadBodyAsync<T>(this HttpRequest request, CancellationToken cancellationToken)
    {
        try
        {
            if (request.HasFormContentType)
            {
                var form = await request.ReadFormAsync(cancellationToken);
                return FormAsJson(form).Deserialize<T>(FormOptions)!;
            }

            using var memory = new MemoryStream();
            await request.Body.CopyToAsync(memory, cancellationToken);
            if (memory.Length == 0)
            {
                return JsonSerializer.Deserialize<T>("{}", ApiJson.Options)!;
            }

            if (request.ContentType is { Length: > 0 } type && !type.Contains("json", StringComparison.OrdinalIgnoreCase))
            {
                throw new ApiException(StatusCodes.Status415UnsupportedMediaType, "Unsupported Media Type");
            }

            return ParseBody<T>(memory.GetBuffer().AsSpan(0, (int)memory.Length));
        }
        catch (JsonException exception)
        {
            throw Malformed(exception);
        }
        catch (InvalidDataException exception)
        {
            throw new ApiException(StatusCodes.Status400BadRequest, exception.Message);
        }
    }

    /// <exception cref="ApiException">400 for malformed JSON or a wrong type.</exception>
    public static T ParseBody<T>(ReadOnlySpan<byte> json)
    {
        try
        {
            return JsonSerializer.Deserialize<T>(json, ApiJson.Options) ?? throw new ApiException(StatusCodes.Status400BadRequest, "The body must be a JSON object.");
        }
        catch (JsonException exception)
        {
            throw Malformed(exception);
        }
    }

    /// <exception cref="ApiException">400 unless the text is an integer of at least 1.</exception>
    public static int ParseId(string text) =>
        int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var id) && id >= 1
            ? id
            : throw new ApiException(StatusCodes.Status400BadRequest, "invalid ID");

    /// <summary>Repeated integer parameters, such as <c>id=1&amp;id=2</c>.</summary>
    public static List<int> Ids(this HttpRequest request, string name) =>
        [.. request.Query[name].SelectMany(value => (value ?? "").Split(',', StringSplitOptions.RemoveEmptyEntries)).Select(value => ParseId(value.Trim()))];

    public static bool Flag(this HttpRequest request, string name) =>
        request.Query[name].ToString() is "1" or "t" or "T" or "true" or "TRUE" or "True";

    public static string Text(this HttpRequest request, string name) => request.Query[name].ToString().Trim();

    public static PageRequest Paging(this HttpRequest request)
    {
        var perPageText = request.Query["per_page"].ToString();
        var perPage = PageRequest.DefaultPerPage;
        if (perPageText.Equals("all", StringComparison.OrdinalIgnoreCase))
        {
            perPage = 0;
        }
        else if (int.TryParse(perPageText, CultureInfo.InvariantCulture, out var number))
        {
            perPage = number < 0 ? 0 : number == 0 ? PageRequest.DefaultPerPage : number;
        }

        return new PageRequest
        {
            Page = int.TryParse(request.Query["page"].ToString(), CultureInfo.InvariantCulture, out var page) && page > 0 ? page : 1,
            PerPage = perPage,
            OrderBy = request.Text("order_by"),
            Ascending = request.Text("order").Equals("asc", StringComparison.OrdinalIgnoreCase),
        };
    }

    private static ApiException Malformed(JsonException exception)
    {
        var field = (exception.Path ?? "").TrimStart('$', '.');
        return new ApiException(
            StatusCodes.Status400BadRequest,
            field.Length > 0 ? $"Invalid value in field '{field}'." : $"Syntax error in the JSON body, line {exception.LineNumber + 1}.");
    }

    private static readonly JsonSerializerOptions FormOptions = new(ApiJson.Options)
    {
        NumberHandling = System.Text.Json.Serialization.JsonNumberHandling.AllowReadingFromString,
    };

    private static System.Text.Json.Nodes.JsonObject FormAsJson(IFormCollection form)
    {
        var body = new System.Text.Json.Nodes.JsonObject();
        foreach (var (name, values) in form)
        {
            body[name] = values.Count == 1 ? values[0] : new System.Text.Json.Nodes.JsonArray([.. values.Select(value => (System.Text.Json.Nodes.JsonNode?)value)]);
        }

        return body;
    }
}
