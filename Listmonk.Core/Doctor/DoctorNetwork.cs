using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography.X509Certificates;

namespace Listmonk.Core.Doctor;

/// <summary>The doctor's way to the public address.</summary>
public interface IDoctorNetwork
{
    /// <summary>Authorities trusted instead of the machine's; null for the machine's.</summary>
    X509Certificate2Collection? TrustedRoots { get; }

    /// <exception cref="SocketException">The name is unknown or no name server answers.</exception>
    Task<IReadOnlyList<IPAddress>> ResolveAsync(string host, CancellationToken cancellationToken);

    /// <exception cref="SocketException">The connection is refused or there is no way.</exception>
    Task<Stream> ConnectAsync(IPAddress address, int port, CancellationToken cancellationToken);
}

/// <summary>The machine's resolver, network and trusted authorities; never a proxy of the environment.</summary>
internal sealed class DoctorNetwork : IDoctorNetwork
{
    public X509Certificate2Collection? TrustedRoots => null;

    public async Task<IReadOnlyList<IPAddress>> ResolveAsync(string host, CancellationToken cancellationToken) =>
        await Dns.GetHostAddressesAsync(host, cancellationToken);

    public async Task<Stream> ConnectAsync(IPAddress address, int port, CancellationToken cancellationToken)
    {
        var socket = new Socket(address.AddressFamily, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            await socket.ConnectAsync(address, port, cancellationToken);
            return new NetworkStream(socket, ownsSocket: true);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }
}
