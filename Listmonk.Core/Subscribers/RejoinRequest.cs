using System.Text.Json.Nodes;

namespace Listmonk.Core.Subscribers;

/// <summary>
/// The wish to come back to a list that the person had left, kept in the subscription's meta. Anybody can type an address into a form, so
/// the subscription stays unsubscribed until the person confirms by mail, also on single opt-in lists.
/// </summary>
internal static class RejoinRequest
{
    private const string Member = "rejoin_asked";

    public static bool IsIn(string meta) => Parse(meta)[Member]?.GetValueKind() == System.Text.Json.JsonValueKind.True;

    public static string AddTo(string meta)
    {
        var parsed = Parse(meta);
        parsed[Member] = true;
        return parsed.ToJsonString();
    }

    public static string RemoveFrom(string meta)
    {
        var parsed = Parse(meta);
        return parsed.Remove(Member) ? parsed.ToJsonString() : meta;
    }

    private static JsonObject Parse(string meta) => JsonNode.Parse(meta) as JsonObject ?? [];
}
