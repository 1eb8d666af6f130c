using System.Reflection;
using System.Runtime.CompilerServices;
using System.Text.RegularExpressions;
using Listmonk.Core;
using Listmonk.Core.Settings;

namespace Listmonk.Tests.Docs;

/// <summary>The pages under <c>docs</c> lead somewhere and name only options and settings that exist.</summary>
[Trait("Kind", "Docs")]
public sealed partial class DocumentationTests
{
    private static readonly string Root = FindRoot();

    public static TheoryData<string> Pages =>
    [
        .. Directory.GetFiles(Path.Combine(Root, "docs"), "*.md", SearchOption.AllDirectories)
            .Append(Path.Combine(Root, "README.md"))
            .Select(path => Path.GetRelativePath(Root, path)),
    ];

    [Theory]
    [MemberData(nameof(Pages))]
    public void Relative_links_lead_to_files(string page)
    {
        var path = Path.Combine(Root, page);
        var dead = Links().Matches(File.ReadAllText(path)).Select(match => match.Groups["target"].Value)
            .Where(target => !target.Contains("://", StringComparison.Ordinal) && !target.StartsWith("mailto:", StringComparison.Ordinal))
            .Select(target => target.Split('#')[0])
            .Where(target => target.Length > 0)
            .Where(target => !Path.Exists(Path.Combine(Path.GetDirectoryName(path)!, target)));
        Assert.Empty(dead);
    }

    [Theory]
    [MemberData(nameof(Pages))]
    public void Options_exist(string page)
    {
        var unknown = Options().Matches(File.ReadAllText(Path.Combine(Root, page))).Select(match => match.Value)
            .Where(option => !Exists(typeof(ListmonkOptions), option.Split(':').Skip(1)));
        Assert.Empty(unknown);
    }

    [Theory]
    [MemberData(nameof(Pages))]
    public void Settings_exist(string page)
    {
        var unknown = Keys().Matches(File.ReadAllText(Path.Combine(Root, page))).Select(match => match.Groups["key"].Value).Where(key => !SettingsKeys.Defaults.ContainsKey(key));
        Assert.Empty(unknown);
    }

    private static bool Exists(Type type, IEnumerable<string> path)
    {
        foreach (var name in path)
        {
            // An item of a list, such as TrustedProxies:0.
            if (name.All(char.IsAsciiDigit))
            {
                continue;
            }

            if (type.GetProperty(name, BindingFlags.Public | BindingFlags.Instance) is not { } property)
            {
                return false;
            }

            type = property.PropertyType;
        }

        return true;
    }

    private static string FindRoot([CallerFilePath] string here = "") => Path.GetFullPath(Path.Combine(Path.GetDirectoryName(here)!, "..", ".."));

    [GeneratedRegex(@"\]\((?<target>[^)\s]+)\)", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Links();

    [GeneratedRegex(@"Listmonk:[A-Z][A-Za-z]*(:[A-Za-z0-9]+)*", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Options();

    [GeneratedRegex(@"`(?<key>(app|privacy|upload|tracking|tx|maintenance|security|bounce|appearance)\.[a-z0-9_.]+)`", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Keys();
}
