using Listmonk.Core.Templates.Expressions.Evaluation;

namespace Listmonk.Core.Templates.Expressions;

/// <summary>A template ready to be rendered for any number of recipients, from any number of threads.</summary>
public sealed class CompiledTemplate
{
    private readonly Node[] _nodes;
    private readonly int _slotCount;
    private readonly int[] _rootSlots;
    private readonly TemplateUsage _usage;

    internal CompiledTemplate(Node[] nodes, int slotCount, int[] rootSlots, TemplateUsage usage)
    {
        _nodes = nodes;
        _slotCount = slotCount;
        _rootSlots = rootSlots;
        _usage = usage;
        ConstantText = nodes switch
        {
            [] => string.Empty,
            [LiteralNode only] => only.Literal.Text,
            _ => null,
        };
    }

    /// <summary>The output, when no recipient can change it.</summary>
    public string? ConstantText { get; }

    public bool IsConstant => ConstantText is not null;

    /// <summary>What is read from <c>.Subscriber</c>, in order of appearance: <c>Name</c>, <c>Attribs.city</c>.</summary>
    public IReadOnlyList<string> SubscriberFields => _usage.SubscriberFields;

    /// <summary>Calls that will fail when they are reached (a wrong number of arguments, for example): for pre-flight checks.</summary>
    public IReadOnlyList<TemplateException> Warnings => _usage.Warnings;

    /// <summary>Whether the source mentions a function, in any branch.</summary>
    public bool Calls(string function) => _usage.Functions.Contains(function);

    /// <exception cref="TemplateException">The source is not a valid template.</exception>
    public static CompiledTemplate Compile(string source, TemplateMode mode, TemplateFunctionSet functions)
        => TemplateBuilder.Build(source, content: null, mode, functions);

    /// <summary>Compiles a template whose <c>{{ template "content" . }}</c> is the second source.</summary>
    /// <exception cref="TemplateException">One of the sources is not a valid template; <see cref="Exception.Source"/> says "template" or "body".</exception>
    public static CompiledTemplate Compile(string template, string content, TemplateMode mode, TemplateFunctionSet functions)
        => TemplateBuilder.Build(template, content, mode, functions);

    /// <summary>Whether a text holds anything to evaluate; subjects and headers without are used as they are.</summary>
    public static bool ContainsExpression(string text)
    {
        var open = text.IndexOf("{{", StringComparison.Ordinal);
        return open >= 0 && text.IndexOf("}}", open + 2, StringComparison.Ordinal) >= 0;
    }

    /// <exception cref="TemplateException">The template failed on this data, or reached a limit; what was written so far must be dropped.</exception>
    public void Render(RenderContext context, ITemplateWriter writer)
    {
        var state = context.State;
        state.Begin(writer, _slotCount, _rootSlots);
        try
        {
            foreach (var node in _nodes)
            {
                node.Execute(state);
            }
        }
        catch (Exception failure) when (RenderState.IsOfTemplate(failure))
        {
            throw state.Explain(failure);
        }
        finally
        {
            state.End();
        }
    }

    /// <inheritdoc cref="Render"/>
    public string RenderText(RenderContext context)
    {
        if (ConstantText is not null)
        {
            return ConstantText;
        }

        var writer = new StringTemplateWriter();
        Render(context, writer);
        return writer.ToString();
    }
}
