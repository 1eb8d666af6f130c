using System.Runtime.CompilerServices;
using System.Text;
using Listmonk.Core.Templates.Expressions.Escaping;
using Listmonk.Core.Templates.Expressions.Functions;
using Listmonk.Core.Templates.Expressions.Syntax;

namespace Listmonk.Core.Templates.Expressions.Evaluation;

/// <summary>
/// Turns parsed sources into nodes. In HTML mode each definition is compiled once for each context it is called from, so
/// that the body escapes rightly wherever the template puts it. The body's placeholder is compiled in place, which
/// lets its text join that of the template around it.
/// </summary>
internal sealed class TemplateBuilder
{
    public const string ContentName = "content";
    private const string RootName = "";

    // Templates that call ever new templates are refused: compiling recurses over them.
    private const int MaxDepth = 50;

    // A range may be compiled twice and a definition once per context, so nesting can multiply.
    private const int MaxNodes = 200_000;

    private readonly ParsedTemplates _parsed;
    private readonly TemplateMode _mode;
    private readonly Dictionary<(string Name, HtmlContext Context), (NamedTemplate Template, HtmlContext After)> _called = [];
    private readonly Stack<List<HtmlContext>> _loopExits = new();
    private bool _dotIsRoot = true;
    private bool _contentIsOpen;
    private int _depth;
    private int _lowered;
    private bool _contentWasUsed;

    private TemplateBuilder(ParsedTemplates parsed, TemplateMode mode)
    {
        _parsed = parsed;
        _mode = mode;
    }

    public static CompiledTemplate Build(string source, string? content, TemplateMode mode, TemplateFunctionSet functions)
    {
        var table = FunctionTable.For(functions);
        var parsed = new ParsedTemplates();
        Parser.Parse(Expand(source), content is null ? null : "template", RootName, table, parsed);
        if (content is not null)
        {
            Parser.Parse(Expand(content), "body", ContentName, table, parsed);
        }

        var builder = new TemplateBuilder(parsed, mode);
        var (nodes, after) = builder.Lower(parsed.Definitions[RootName].Body, default);

        // A last tag that never ends is dropped by whoever reads the document; anything else left open would have swallowed a part of it.
        if (after.State is not (HtmlState.Text or HtmlState.Tag or HtmlState.AttributeName or HtmlState.AfterName))
        {
            throw new TemplateException($"the HTML ends inside {after.Describe()}", 1, 1, content is null ? null : "template");
        }

        if (content is not null && !builder._contentWasUsed)
        {
            throw new TemplateException("the placeholder {{ template \"content\" . }} is missing", 1, 1, "template");
        }

        return new CompiledTemplate(nodes, parsed.SlotCount, [.. parsed.RootSlots], parsed.Usage);

        string Expand(string text) => functions == TemplateFunctionSet.Campaign ? TemplateShorthand.Expand(text) : text;
    }

    private (Node[] Nodes, HtmlContext After) Lower(List<SyntaxNode> syntax, HtmlContext context)
    {
        var nodes = new NodeList();
        context = Lower(syntax, context, nodes);
        return (nodes.ToArray(), context);
    }

    private HtmlContext Lower(List<SyntaxNode> syntax, HtmlContext context, NodeList nodes)
    {
        foreach (var node in syntax)
        {
            context = Lower(node, context, nodes);
        }

        return context;
    }

    private HtmlContext Lower(SyntaxNode syntax, HtmlContext context, NodeList nodes)
    {
        if (++_lowered > MaxNodes || !RuntimeHelpers.TryEnsureSufficientExecutionStack())
        {
            throw syntax.Position.Error("the template is too large or nested too deeply");
        }

        switch (syntax)
        {
            case TextSyntax text when _mode == TemplateMode.Text:
                nodes.Text.Append(text.Text);
                return context;
            case TextSyntax text:
                return new HtmlScanner(nodes.Text).Read(context, text.Text);
            case ActionSyntax action:
                return LowerAction(action, context, nodes);
            case TrackedLinkSyntax link:
                if (_mode == TemplateMode.Text)
                {
                    nodes.Add(new TrackedLinkNode(link.Place));
                    return context;
                }

                if (context.State == HtmlState.Comment)
                {
                    return context;
                }

                nodes.Add(new TrackedLinkNode(link.Place));
                context = context.BeforeOutput();
                return context.UrlPart == UrlPart.Start ? context with { UrlPart = UrlPart.BeforeQuery } : context;
            case IfSyntax branch:
                {
                    var (then, afterThen) = Lower(branch.Then, context);
                    var (otherwise, afterElse) = Lower(branch.Otherwise, context);
                    nodes.Add(new IfNode(branch.Position, branch.Condition, then, otherwise));
                    return Join(afterThen, afterElse, branch.Position, "if");
                }

            case WithSyntax with:
                {
                    var (then, afterThen) = LowerInner(with.Then, context);
                    var (otherwise, afterElse) = Lower(with.Otherwise, context);
                    nodes.Add(new WithNode(with.Position, with.Subject, then, otherwise));
                    return Join(afterThen, afterElse, with.Position, "with");
                }

            case RangeSyntax range:
                return LowerRange(range, context, nodes);
            case FlowSyntax flow:
                _loopExits.Peek().Add(context);
                nodes.Add(new FlowNode(flow.Flow));
                return context;
            case TemplateCallSyntax call:
                return LowerCall(call, context, nodes);
            default:
                throw new InvalidOperationException($"Unknown syntax {syntax.GetType().Name}.");
        }
    }

    private (Node[] Nodes, HtmlContext After) LowerInner(List<SyntaxNode> syntax, HtmlContext context)
    {
        var outer = _dotIsRoot;
        _dotIsRoot = false;
        var lowered = Lower(syntax, context);
        _dotIsRoot = outer;
        return lowered;
    }

    private HtmlContext LowerRange(RangeSyntax range, HtmlContext context, NodeList nodes)
    {
        _loopExits.Push([]);
        var (body, after) = LowerInner(range.Body, context);
        if (after != context)
        {
            // The second turn starts where the first ended: compile for a context that both fit.
            var joined = Join(context, after, range.Position, "range");
            (body, after) = LowerInner(range.Body, joined);
            after = Join(joined, after, range.Position, "range");
        }

        foreach (var exit in _loopExits.Pop())
        {
            after = Join(after, exit, range.Position, "range");
        }

        var (otherwise, afterElse) = Lower(range.Otherwise, context);
        nodes.Add(new RangeNode(range.Position, range.Subject, range.KeySlot, range.ValueSlot, body, otherwise));
        return Join(after, afterElse, range.Position, "range");
    }

    private HtmlContext LowerCall(TemplateCallSyntax call, HtmlContext context, NodeList nodes)
    {
        if (!_parsed.Definitions.TryGetValue(call.Name, out var definition) || call.Name == RootName)
        {
            throw call.Position.Error($"there is no template \"{call.Name}\"");
        }

        if (++_depth > MaxDepth)
        {
            throw call.Position.Error($"templates call each other more than {MaxDepth} levels deep");
        }

        try
        {
            _contentWasUsed |= call.Name == ContentName;
            if (call.Name == ContentName && call.Argument is DotExpression && _dotIsRoot && !_contentIsOpen)
            {
                _contentIsOpen = true;
                var after = Lower(definition.Body, context, nodes);
                _contentIsOpen = false;
                return after;
            }

            var key = (call.Name, context);
            if (!_called.TryGetValue(key, out var called))
            {
                // A template that calls itself is taken to end where it began; checked below.
                called = (new NamedTemplate(definition.FirstSlot, definition.EndSlot), context);
                _called[key] = called;
                var (body, after) = LowerInner(definition.Body, context);
                called.Template.Nodes = body;
                called.After = after;
                _called[key] = called;
                if (after != context && CallsItself(definition.Body, call.Name))
                {
                    throw call.Position.Error($"the template \"{call.Name}\" calls itself but does not end in the HTML context it began in");
                }
            }

            nodes.Add(new TemplateCallNode(call.Position, call.Argument, called.Template));
            return called.After;
        }
        finally
        {
            _depth--;
        }
    }

    private static bool CallsItself(List<SyntaxNode> syntax, string name) => syntax.Exists(node => node switch
    {
        TemplateCallSyntax call => call.Name == name,
        IfSyntax branch => CallsItself(branch.Then, name) || CallsItself(branch.Otherwise, name),
        WithSyntax with => CallsItself(with.Then, name) || CallsItself(with.Otherwise, name),
        RangeSyntax range => CallsItself(range.Body, name) || CallsItself(range.Otherwise, name),
        _ => false,
    });

    private HtmlContext LowerAction(ActionSyntax action, HtmlContext context, NodeList nodes)
    {
        if (action.IsSilent || (_mode == TemplateMode.Html && context.State is HtmlState.Comment or HtmlState.ScriptBlockComment or HtmlState.ScriptLineComment or HtmlState.CssComment))
        {
            nodes.Add(new SilentNode(action.Position, action.Expression));
            return context;
        }

        if (_mode == TemplateMode.Text)
        {
            nodes.Add(new OutputNode(action.Position, action.Expression, Escaper.Plain));
            return context;
        }

        context = context.BeforeOutput();
        var inner = InnerFor(context, action.Position);
        var outer = context.End switch
        {
            ValueEnd.SpaceOrTagEnd => OuterEscape.Unquoted,
            ValueEnd.None => context.State switch
            {
                HtmlState.Text => OuterEscape.Text,
                HtmlState.Rcdata => OuterEscape.Rcdata,
                _ => OuterEscape.None,
            },
            _ => OuterEscape.Quoted,
        };

        // Escaped by hand at the end of the pipeline: not escaped a second time.
        if (action.Expression is CallExpression { Function.Name: "html" } && inner == InnerEscape.None && outer is OuterEscape.Text or OuterEscape.Rcdata or OuterEscape.Quoted)
        {
            outer = OuterEscape.None;
        }
        else if (action.Expression is CallExpression { Function.Name: "urlquery" } && inner == InnerEscape.UrlQuery)
        {
            inner = InnerEscape.UrlQueryDone;
        }

        nodes.Add(new OutputNode(action.Position, action.Expression, new Escaper(inner, outer)));
        return context.State == HtmlState.Script ? context with { SlashDivides = true } : context;
    }

    private static InnerEscape InnerFor(HtmlContext context, SourcePosition position)
    {
        switch (context.State)
        {
            case HtmlState.AttributeName:
                return InnerEscape.AttributeName;
            case HtmlState.Srcset:
                return InnerEscape.Srcset;
            case HtmlState.Script:
                return InnerEscape.ScriptValue;
            case HtmlState.ScriptDoubleQuoted or HtmlState.ScriptSingleQuoted:
                return InnerEscape.ScriptText;
            case HtmlState.ScriptTemplate:
                return InnerEscape.ScriptTemplate;
            case HtmlState.ScriptRegex:
                return InnerEscape.ScriptRegex;
            case HtmlState.ScriptSubstitution:
                throw position.Error("a value cannot be written safely inside ${ } of a script");
            case HtmlState.Css:
                return InnerEscape.CssValue;
            case HtmlState.Url or HtmlState.CssDoubleQuoted or HtmlState.CssSingleQuoted or HtmlState.CssDoubleQuotedUrl or HtmlState.CssSingleQuotedUrl or HtmlState.CssUrl:
                var isCssText = context.State is HtmlState.CssDoubleQuoted or HtmlState.CssSingleQuoted;
                return context.UrlPart switch
                {
                    UrlPart.Start => isCssText ? InnerEscape.CssUrl : InnerEscape.WholeUrl,
                    UrlPart.BeforeQuery => isCssText ? InnerEscape.CssText : InnerEscape.UrlPart,
                    UrlPart.QueryOrFragment => InnerEscape.UrlQuery,
                    _ => throw position.Error("it is unclear whether this value stands before or after the ? of the URL"),
                };
            default:
                return InnerEscape.None;
        }
    }

    private HtmlContext Join(HtmlContext left, HtmlContext right, SourcePosition position, string statement)
        => _mode == TemplateMode.Text ? left : HtmlContext.Join(left, right)
            ?? throw position.Error($"the branches of {statement} end in different places of the HTML: {left.Describe()} and {right.Describe()}");

    /// <summary>Collects nodes; constant texts that follow each other become one literal.</summary>
    private sealed class NodeList
    {
        private readonly List<Node> _nodes = [];

        public StringBuilder Text { get; } = new();

        public void Add(Node node)
        {
            if (Text.Length > 0 && node is SilentNode)
            {
                // An assignment writes nothing: the text around it can stay whole. It still fails before the text is written, which only matters to a mail that is dropped anyway.
                _nodes.Add(node);
                return;
            }

            Flush();
            _nodes.Add(node);
        }

        public Node[] ToArray()
        {
            Flush();
            return [.. _nodes];
        }

        private void Flush()
        {
            if (Text.Length > 0)
            {
                _nodes.Add(new LiteralNode(Text.ToString()));
                Text.Clear();
            }
        }
    }
}
