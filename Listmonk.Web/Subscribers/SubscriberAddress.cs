using Listmonk.Core.Common;
using Listmonk.Core.Subscribers;
using Listmonk.Web.Shell;
using Microsoft.AspNetCore.Http.Extensions;

namespace Listmonk.Web.Subscribers;

/// <summary>The address of the subscribers page that shows the people of a filter.</summary>
internal static class SubscriberAddress
{
    public static string Of(SubscriberFilter filter)
    {
        var query = new QueryBuilder();
        Add("q", filter.Search);
        Add("list", filter.ListIds.Count == 1 ? filter.ListIds[0].ToString(System.Globalization.CultureInfo.InvariantCulture) : "");
        Add("subscription", filter.SubscriptionStatus is { } subscription ? EnumText.Of(subscription) : "");
        Add("status", filter.Status is { } status ? EnumText.Of(status) : "");
        Add("segment", filter.SegmentId?.ToString(System.Globalization.CultureInfo.InvariantCulture) ?? "");
        Add("finding", filter.Finding is { } finding ? EnumText.Of(finding) : "");
        Add("query", filter.Query);
        return Urls.Subscribers + query;

        void Add(string name, string value)
        {
            if (value.Length > 0)
            {
                query.Add(name, value);
            }
        }
    }
}
