using System.Reflection;
using System.Text.RegularExpressions;
using Listmonk.Core;
using Listmonk.Web;
using Microsoft.AspNetCore.Components;
using Microsoft.Extensions.Hosting;

namespace Listmonk.Tests.Architecture;

/// <summary>Names say what a thing is; a few say what it must not be (docs/architecture.md, 'Names').</summary>
[Trait("Kind", "Architecture")]
public sealed partial class NamingTests
{
    private static readonly string[] Banned = ["Manager", "Helper", "Helpers", "Util", "Utils", "Utility", "Impl", "Info"];

    private static readonly IReadOnlyList<Type> Types =
        [.. new[] { typeof(ListmonkCore).Assembly, typeof(ListmonkWeb).Assembly }.SelectMany(assembly => assembly.GetTypes())
            .Where(type => !type.Name.Contains('<', StringComparison.Ordinal) && type.Namespace?.StartsWith("Listmonk", StringComparison.Ordinal) == true)];

    [Fact]
    public void No_type_hides_behind_a_name_that_says_nothing() =>
        Assert.Empty(Types.Where(type => Banned.Any(word => type.Name.EndsWith(word, StringComparison.Ordinal))).Select(type => type.FullName));

    [Fact]
    public void A_worker_is_a_background_service_and_the_other_way_round() =>
        Assert.Empty(Types.Where(type => typeof(BackgroundService).IsAssignableFrom(type) && !type.IsAbstract
            && !type.Name.EndsWith("Worker", StringComparison.Ordinal) && !type.Name.EndsWith("Scheduler", StringComparison.Ordinal)).Select(type => type.FullName));

    [Fact]
    public void Everything_with_an_address_is_a_page() =>
        Assert.Empty(Types.Where(type => type.GetCustomAttributes<RouteAttribute>().Any() && !type.Name.EndsWith("Page", StringComparison.Ordinal)).Select(type => type.FullName));

    [Fact]
    public void Every_file_has_the_name_of_its_main_type()
    {
        var offenders = new[] { "Listmonk.Core", "Listmonk.Web" }
            .SelectMany(project => Directory.EnumerateFiles(Path.Combine(FeatureFolders.Root, project), "*.cs", SearchOption.AllDirectories))
            .Where(file => !file.Contains("Migrations", StringComparison.Ordinal) && !file.EndsWith("Program.cs", StringComparison.Ordinal) && !file.EndsWith(".razor.cs", StringComparison.Ordinal))
            .Where(file =>
            {
                var declared = Declaration().Matches(File.ReadAllText(file)).Select(match => match.Groups["name"].Value).ToList();
                var name = Path.GetFileNameWithoutExtension(file).Split('.')[0];
                // A file of several settings records is named for the subject they share.
                return declared.Count > 0 && !declared.Contains(name, StringComparer.Ordinal) && !name.EndsWith("Contracts", StringComparison.Ordinal) && !name.EndsWith("Sections", StringComparison.Ordinal);
            })
            .Select(file => Path.GetRelativePath(FeatureFolders.Root, file));
        Assert.Empty(offenders);
    }

    [GeneratedRegex(@"^(public|internal)[\w ]*\b(class|record|struct|interface|enum)( struct| class)? (?<name>\w+)", RegexOptions.Multiline | RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 5000)]
    private static partial Regex Declaration();
}
