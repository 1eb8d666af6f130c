using Listmonk.Web.Shell;
using Microsoft.AspNetCore.Diagnostics;

namespace Listmonk.Web.PublicPages;

/// <summary>What people see when a page fails: a sentence in place of a bare status. The API's handler comes first and logs.</summary>
internal sealed class PageExceptionHandler : IExceptionHandler
{
    public async ValueTask<bool> TryHandleAsync(HttpContext httpContext, Exception exception, CancellationToken cancellationToken)
    {
        var page = exception is BadHttpRequestException bad
            ? PublicResults.Message("public.unreadableTitle", "public.unreadableInfo", bad.StatusCode)
            : PublicResults.Message("public.failedTitle", "public.failedInfo", StatusCodes.Status500InternalServerError);
        await page.ExecuteAsync(httpContext);
        return true;
    }
}
