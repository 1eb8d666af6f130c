namespace Listmonk.Core.Templates.Expressions;

/// <summary>A host object whose members templates may read, without reflection; <see cref="object.ToString"/> is what it prints.</summary>
public interface ITemplateObject
{
    /// <summary>False for an unknown name, which fails the rendering (a misspelt field must not send an empty mail).</summary>
    bool TryGetMember(string name, out object? value);
}
