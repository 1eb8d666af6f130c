using Listmonk.Core.Common;

namespace Listmonk.Web.Api;

/// <summary>Reads enum members of bodies and query strings as text, since clients send empty strings for "not given".</summary>
internal static class EnumField
{
    /// <summary>Null when absent or empty.</summary>
    /// <exception cref="ApiException">400 that names the accepted values.</exception>
    public static TEnum? Parse<TEnum>(string? text, string field)
        where TEnum : struct, Enum
    {
        if (string.IsNullOrWhiteSpace(text))
        {
            return null;
        }

        return EnumText.TryParse<TEnum>(text.Trim(), out var value)
            ? value
            : throw new ApiException(StatusCodes.Status400BadRequest, $"Invalid {field}: must be one of {string.Join(", ", EnumText.All<TEnum>())}.");
    }
}
