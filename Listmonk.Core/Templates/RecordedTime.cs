using Listmonk.Core.Templates.Expressions;
using Listmonk.Core.Templates.Expressions.Values;

namespace Listmonk.Core.Templates;

/// <summary>A time that may be missing, as templates see it: <c>.CreatedAt.Time</c> and <c>.CreatedAt.Valid</c>.</summary>
public sealed class RecordedTime(DateTimeOffset? at) : ITemplateObject
{
    public bool TryGetMember(string name, out object? value)
    {
        switch (name)
        {
            case "Time":
                value = at ?? DateTimeOffset.MinValue;
                return true;
            case "Valid":
                value = at.HasValue;
                return true;
            default:
                value = null;
                return false;
        }
    }

    public override string ToString() => $"{{{GoTime.ToText(at ?? DateTimeOffset.MinValue)} {(at.HasValue ? "true" : "false")}}}";
}
