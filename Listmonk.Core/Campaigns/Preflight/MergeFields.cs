using Listmonk.Core.Subscribers;
using Listmonk.Core.Templates;
using Listmonk.Core.Templates.Expressions;

namespace Listmonk.Core.Campaigns.Preflight;

/// <summary>Finds the personal fields of a mail, and for how many people each comes out empty.</summary>
internal static class MergeFields
{
    private const string Subscriber = ".Subscriber.";
    private const int MaxFields = 50;

    /// <summary>
    /// Each expression that writes something about the person, once. Those within <c>if</c>, <c>with</c> and the like are left out: there
    /// the author has thought of people without a value.
    /// </summary>
    public static IReadOnlyList<string> Find(IEnumerable<string> sources)
    {
        var found = new List<string>();
        foreach (var source in sources.Select(text => new TemplateSource(text)))
        {
            foreach (var expression in source.Expressions)
            {
                var text = source.Text.Substring(expression.Start, expression.Length);
                if (expression is { Kind: TemplateExpressionKind.Value, BlocksAfter: 0, IsScopedAfter: false }
                    && !expression.Has(TemplateTraits.Variable | TemplateTraits.OwnAddress | TemplateTraits.TrackLink | TemplateTraits.TrackView)
                    && text.Contains(Subscriber, StringComparison.Ordinal))
                {
                    found.Add(text);
                }
            }
        }

        return [.. found.Distinct(StringComparer.Ordinal).Take(MaxFields)];
    }

    /// <summary>How many of the people have no value for each field, in the order of the fields.</summary>
    public static IReadOnlyList<int> CountEmpty(IReadOnlyList<string> fields, IReadOnlyList<Subscriber> people, TimeProvider clock)
    {
        var root = new MessageTemplateObject();
        var context = new RenderContext { Root = root, Clock = clock };
        var templates = fields.Select(TryCompile).ToList();
        var counts = new int[fields.Count];
        foreach (var person in people)
        {
            root.Subscriber = new SubscriberTemplateObject
            {
                Id = person.Id,
                Uuid = person.Uuid,
                Email = person.Email,
                Name = person.Name,
                Status = Common.EnumText.Of(person.Status),
                AttributesJson = person.Attributes,
                CreatedAt = person.CreatedAt,
                UpdatedAt = person.UpdatedAt,
            };
            for (var i = 0; i < counts.Length; i++)
            {
                counts[i] += templates[i] is { } template && IsEmpty(template, context) ? 1 : 0;
            }
        }

        return counts;
    }

    /// <summary>Null for what needs more than the person; whether it compiles at all is another check's question.</summary>
    private static CompiledTemplate? TryCompile(string field)
    {
        try
        {
            return CompiledTemplate.Compile(field, TemplateMode.Text, TemplateFunctionSet.Campaign);
        }
        catch (TemplateException)
        {
            return null;
        }
    }

    private static bool IsEmpty(CompiledTemplate template, RenderContext context)
    {
        try
        {
            return template.RenderText(context).Trim() is "" or "<no value>" or "<nil>";
        }
        catch (TemplateException)
        {
            return true;
        }
    }
}
