using Listmonk.Core.Doctor;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;

namespace Listmonk.Web.Shell;

/// <summary>Where a proxy on this machine finds the program.</summary>
internal sealed class ListenAddress(IServer server)
{
    private const string Default = "127.0.0.1:9000";

    /// <param name="browserBase">The address by which the person uses the pages or the API.</param>
    public DoctorViewpoint Seen(string browserBase) => new(Uri.TryCreate(browserBase, UriKind.Absolute, out var browser) ? browser : null, Upstream);

    private string Upstream
    {
        get
        {
            var listening = server.Features.Get<IServerAddressesFeature>()?.Addresses.FirstOrDefault(address => address.StartsWith("http://", StringComparison.OrdinalIgnoreCase));
            return listening is null ? Default : listening["http://".Length..].TrimEnd('/')
                .Replace("0.0.0.0", "127.0.0.1", StringComparison.Ordinal).Replace("[::]", "127.0.0.1", StringComparison.Ordinal).Replace("localhost", "127.0.0.1", StringComparison.Ordinal);
        }
    }
}
