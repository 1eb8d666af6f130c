namespace Listmonk.Web.Api.OpenApi;

/// <summary>A contract as it may look, in JSON; shown in the API's description, and read and sent by the tests.</summary>
[AttributeUsage(AttributeTargets.Class)]
internal sealed class ExampleAttribute([System.Diagnostics.CodeAnalysis.StringSyntax(System.Diagnostics.CodeAnalysis.StringSyntaxAttribute.Json)] string json) : Attribute
{
    public string Json { get; } = json;
}
