using Listmonk.Core.Subscribers.Duplicates;

namespace Listmonk.Web.PublicPages;

/// <summary>Lets links in mails to somebody who was merged lead to the person who was kept: the UUID in the path is exchanged.</summary>
internal sealed class MergedLinks(RequestDelegate next, MergedSubscriberStore merged)
{
    private const int UuidLength = 36;

    public Task InvokeAsync(HttpContext context)
    {
        if (!merged.IsEmpty && context.Request.Path.Value is { Length: > UuidLength } path && Exchange(path) is { } changed)
        {
            context.Request.Path = changed;
        }

        return next(context);
    }

    private string? Exchange(string path)
    {
        var segments = path.Split('/');
        var hasChanged = false;
        for (var i = 0; i < segments.Length; i++)
        {
            if (segments[i].Length == UuidLength && Guid.TryParseExact(segments[i], "D", out var uuid) && merged.Resolve(uuid) is var kept && kept != uuid)
            {
                segments[i] = kept.ToString("D");
                hasChanged = true;
            }
        }

        return hasChanged ? string.Join('/', segments) : null;
    }
}
