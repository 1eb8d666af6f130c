using System.Text;

namespace Listmonk.Web.Api;

/// <summary>
/// A mail as a page of its own. The policy puts it into a sandbox, so that what a mail's author wrote can neither run scripts nor act
/// with the viewer's session.
/// </summary>
internal sealed class RenderedMail(string content, bool isHtml) : IResult
{
    private const string Policy = "sandbox; default-src 'none'; style-src 'unsafe-inline' https:; img-src data: https: http:; font-src data: https:; media-src https:";

    public Task ExecuteAsync(HttpContext httpContext)
    {
        var response = httpContext.Response;
        response.ContentType = isHtml ? "text/html; charset=utf-8" : "text/plain; charset=utf-8";
        response.Headers.ContentSecurityPolicy = Policy;
        return response.WriteAsync(content, Encoding.UTF8, httpContext.RequestAborted);
    }
}
