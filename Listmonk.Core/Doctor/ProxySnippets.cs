namespace Listmonk.Core.Doctor;

/// <summary>Configuration to copy, with the installation's own names in it. Whole files are in <c>deploy/</c>.</summary>
public static class ProxySnippets
{
    public const string NginxHeaders =
        """
        proxy_set_header Host $http_host;
        proxy_set_header X-Forwarded-For $proxy_add_x_forwarded_for;
        proxy_set_header X-Forwarded-Proto $scheme;
        """;

    public const string NginxWebSockets =
        """
        proxy_http_version 1.1;
        proxy_set_header Upgrade $http_upgrade;
        proxy_set_header Connection "upgrade";
        """;

    public static string Caddy(Uri root, string upstream)
    {
        var path = root.AbsolutePath.TrimEnd('/');
        return path.Length == 0
            ? $$"""
              {{SiteOf(root)}} {
                  reverse_proxy {{upstream}}
              }
              """
            : $$"""
              {{SiteOf(root)}} {
                  handle {{path}}/* {
                      reverse_proxy {{upstream}}
                  }
              }
              """;
    }

    public static string Nginx(Uri root, string upstream) =>
        $$"""
        location {{root.AbsolutePath.TrimEnd('/')}}/ {
            proxy_pass http://{{upstream}};
            {{NginxHeaders.ReplaceLineEndings("\n    ")}}
            {{NginxWebSockets.ReplaceLineEndings("\n    ")}}
            proxy_buffering off;
            proxy_redirect off;
        }
        """;

    public static string Trust(string peer) =>
        $$"""
        appsettings.json:  "Listmonk": { "TrustedProxies": [ "{{peer}}" ] }
        environment:       Listmonk__TrustedProxies__0={{peer}}
        command line:      --Listmonk:TrustedProxies:0={{peer}}
        """;

    internal static string? Caddy(DoctorFacts facts) => facts.Root is { } root ? Caddy(root, facts.Viewpoint.Upstream) : null;

    internal static string? Upstream(DoctorFacts facts) => facts.Root is { } root
        ? $"# Caddy\n{Caddy(root, facts.Viewpoint.Upstream)}\n\n# nginx\n{Nginx(root, facts.Viewpoint.Upstream)}"
        : null;

    private static string SiteOf(Uri root) => root.Scheme == Uri.UriSchemeHttps || root.IsDefaultPort ? root.Authority : $"http://{root.Authority}";
}
