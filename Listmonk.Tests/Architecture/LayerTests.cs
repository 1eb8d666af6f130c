using System.Reflection;
using Listmonk.Core;
using Listmonk.Web;
using Microsoft.AspNetCore.Components;
using NetArchTest.Rules;

namespace Listmonk.Tests.Architecture;

/// <summary>The dependency rule (docs/architecture.md). Each negative rule has a twin that proves it can bite.</summary>
[Trait("Kind", "Architecture")]
public sealed class LayerTests
{
    private static readonly Assembly Core = typeof(ListmonkCore).Assembly;
    private static readonly Assembly Web = typeof(ListmonkWeb).Assembly;

    /// <summary>ASP.NET Core's own assemblies; Identity's abstractions are a package that knows no HTTP and share only the name.</summary>
    private static readonly string[] AspNet =
    [
        "Microsoft.AspNetCore.Http", "Microsoft.AspNetCore.Builder", "Microsoft.AspNetCore.Routing", "Microsoft.AspNetCore.Components",
        "Microsoft.AspNetCore.Hosting", "Microsoft.AspNetCore.Authorization", "Microsoft.AspNetCore.Authentication", "MudBlazor",
    ];

    [Fact]
    public void Core_knows_neither_ASP_NET_nor_MudBlazor()
    {
        var result = Types.InAssembly(Core).ShouldNot().HaveDependencyOnAny(AspNet).GetResult();
        Assert.True(result.IsSuccessful, string.Join(", ", result.FailingTypeNames ?? []));
    }

    [Fact]
    public void The_same_rule_finds_ASP_NET_in_Web() =>
        Assert.False(Types.InAssembly(Web).ShouldNot().HaveDependencyOnAny(AspNet).GetResult().IsSuccessful);

    [Fact]
    public void Components_never_touch_the_database()
    {
        var result = Components().ShouldNot().HaveDependencyOnAny("Microsoft.EntityFrameworkCore", "Listmonk.Core.Data.ListmonkDbContext").GetResult();
        Assert.True(result.IsSuccessful, string.Join(", ", result.FailingTypeNames ?? []));
    }

    [Fact]
    public void The_same_rule_finds_EF_Core_in_the_key_ring() =>
        Assert.False(Types.InAssembly(Web).That().HaveNameStartingWith("DatabaseKeyRing", StringComparison.Ordinal)
            .ShouldNot().HaveDependencyOnAny("Microsoft.EntityFrameworkCore").GetResult().IsSuccessful);

    [Fact]
    public void Only_pages_dialogs_and_layouts_inject_Core_services()
    {
        var offenders = Web.GetTypes()
            .Where(type => typeof(ComponentBase).IsAssignableFrom(type) && !IsEdge(type.Name) && !type.IsAbstract)
            .Where(type => type.GetProperties(BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic)
                .Any(property => property.GetCustomAttribute<InjectAttribute>() is not null
                    && property.PropertyType.Assembly == Core
                    && (property.PropertyType.Name.EndsWith("Service", StringComparison.Ordinal) || property.PropertyType.Name.EndsWith("Queries", StringComparison.Ordinal))))
            .Select(type => type.Name);
        Assert.Empty(offenders);
    }

    [Fact]
    public void Web_features_do_not_reference_each_other()
    {
        var features = FeatureFolders.Of("Listmonk.Web").Except(["Api", "Auth", "Shell", "Shared", "wwwroot", "Properties"]).ToList();
        var offenders = new List<string>();
        foreach (var feature in features)
        {
            var others = features.Where(other => other != feature).Select(other => $"Listmonk.Web.{other}").ToArray();
            var result = Types.InAssembly(Web).That().ResideInNamespace($"Listmonk.Web.{feature}").ShouldNot().HaveDependencyOnAny(others).GetResult();
            offenders.AddRange(result.FailingTypeNames ?? []);
        }

        Assert.Empty(offenders);
    }

    private static PredicateList Components() => Types.InAssembly(Web).That().Inherit(typeof(ComponentBase));

    private static bool IsEdge(string name) =>
        name.EndsWith("Page", StringComparison.Ordinal) || name.EndsWith("Dialog", StringComparison.Ordinal) || name.EndsWith("Layout", StringComparison.Ordinal);
}
