namespace Listmonk.Web.Tracking;

/// <summary>The headers by which browsers say why they fetch.</summary>
internal static class PurposeHeaders
{
    public static readonly string[] Names = ["Sec-Purpose", "Purpose", "X-Purpose", "X-Moz"];
}
