using Listmonk.Web.Api.OpenApi;

namespace Listmonk.Web.Api;

/// <summary>How many it were.</summary>
[Example("""{"count": 12}""")]
internal sealed record CountResponse(int Count);
