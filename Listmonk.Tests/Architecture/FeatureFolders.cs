using System.Runtime.CompilerServices;

namespace Listmonk.Tests.Architecture;

/// <summary>The source tree that these tests were built from.</summary>
internal static class FeatureFolders
{
    public static string Root { get; } = Path.GetFullPath(Path.Combine(ThisFolder(), "..", ".."));

    public static IEnumerable<string> Of(string project) =>
        Directory.GetDirectories(Path.Combine(Root, project)).Select(folder => Path.GetFileName(folder)!).Where(name => name is not ("obj" or "bin"));

    private static string ThisFolder([CallerFilePath] string file = "") => Path.GetDirectoryName(file)!;
}
