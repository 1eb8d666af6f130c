using System.Net.Sockets;
using Listmonk.Core.Data;
using Microsoft.AspNetCore.Connections;
using Microsoft.Extensions.Options;

namespace Listmonk.Web;

/// <summary>Turns the faults that an operator can mend into one clear message; anything else is a bug and keeps its trace.</summary>
internal static class StartupFaults
{
    public static string? Describe(Exception exception) => exception switch
    {
        StartupException => exception.Message,
        OptionsValidationException options => string.Join(" ", options.Failures),
        IOException { InnerException: AddressInUseException } => $"{exception.Message} Another program uses that port; choose another one with --urls.",
        SocketException { SocketErrorCode: SocketError.AccessDenied } => $"The port cannot be opened: {exception.Message}. Ports below 1024 need rights; choose another one with --urls.",
        InvalidOperationException when exception.Message.Contains("Failed to convert configuration value", StringComparison.Ordinal) => exception.Message,
        FormatException when exception.StackTrace?.Contains("AddressBinder", StringComparison.Ordinal) == true
            || exception.Message.Contains("url", StringComparison.OrdinalIgnoreCase) => $"--urls is not understood: {exception.Message}",
        _ => null,
    };
}
