namespace Listmonk.Core.Templates.Expressions.Evaluation;

/// <summary>What a template was seen to use while it was parsed.</summary>
internal sealed class TemplateUsage
{
    public List<string> SubscriberFields { get; } = [];

    public HashSet<string> Functions { get; } = new(StringComparer.Ordinal);

    public List<TemplateException> Warnings { get; } = [];

    public void AddPath(ReadOnlySpan<string> path)
    {
        if (path.Length > 1 && path[0] == "Subscriber")
        {
            var field = string.Join('.', path[1..].ToArray());
            if (!SubscriberFields.Contains(field, StringComparer.Ordinal))
            {
                SubscriberFields.Add(field);
            }
        }
    }
}
