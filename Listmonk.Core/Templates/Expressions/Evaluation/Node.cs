using Listmonk.Core.Templates.Expressions.Escaping;
using Listmonk.Core.Templates.Expressions.Values;

namespace Listmonk.Core.Templates.Expressions.Evaluation;

/// <summary>A compiled statement: writes, branches, loops.</summary>
internal abstract class Node
{
    public abstract Flow Execute(RenderState state);

    protected static Flow Run(Node[] nodes, RenderState state)
    {
        foreach (var node in nodes)
        {
            var flow = node.Execute(state);
            if (flow != Flow.Next)
            {
                return flow;
            }
        }

        return Flow.Next;
    }
}

internal sealed class LiteralNode(string text) : Node
{
    public TemplateLiteral Literal { get; } = new(text);

    public override Flow Execute(RenderState state)
    {
        state.WriteLiteral(Literal);
        return Flow.Next;
    }
}

internal sealed class OutputNode(SourcePosition position, Expression expression, Escaper escaper) : Node
{
    public override Flow Execute(RenderState state)
    {
        state.Position = position;
        state.Step();
        escaper.Write(state, expression.Evaluate(state));
        return Flow.Next;
    }
}

/// <summary>Assignments, and output in places where nothing may be written.</summary>
internal sealed class SilentNode(SourcePosition position, Expression expression) : Node
{
    public override Flow Execute(RenderState state)
    {
        state.Position = position;
        state.Step();
        expression.Evaluate(state);
        return Flow.Next;
    }
}

internal sealed class TrackedLinkNode(int place) : Node
{
    public override Flow Execute(RenderState state)
    {
        state.Step();
        state.Message.WriteTrackedLink(place, state);
        return Flow.Next;
    }
}

internal sealed class IfNode(SourcePosition position, Expression condition, Node[] then, Node[] otherwise) : Node
{
    public override Flow Execute(RenderState state)
    {
        state.Position = position;
        state.Step();
        return Run(Value.IsTrue(condition.Evaluate(state)) ? then : otherwise, state);
    }
}

internal sealed class WithNode(SourcePosition position, Expression subject, Node[] then, Node[] otherwise) : Node
{
    public override Flow Execute(RenderState state)
    {
        state.Position = position;
        state.Step();
        var value = subject.Evaluate(state);
        if (!Value.IsTrue(value))
        {
            return Run(otherwise, state);
        }

        var outer = state.Dot;
        state.Dot = value;
        var flow = Run(then, state);
        state.Dot = outer;
        return flow;
    }
}

internal sealed class RangeNode(SourcePosition position, Expression subject, int keySlot, int valueSlot, Node[] body, Node[] otherwise) : Node
{
    public override Flow Execute(RenderState state)
    {
        state.Position = position;
        state.Step();
        var outer = state.Dot;
        var any = false;
        switch (subject.Evaluate(state))
        {
            case null:
                break;
            case IReadOnlyList<object?> list:
                for (var i = 0; i < list.Count; i++)
                {
                    any = true;
                    if (!Turn(state, keySlot < 0 ? null : Value.Whole(i), Value.Normal(list[i])))
                    {
                        break;
                    }
                }

                break;
            case TemplateMap map:
                foreach (var key in map.SortedKeys)
                {
                    any = true;
                    if (!Turn(state, key, map.TryGetValue(key, out var value) ? Value.Normal(value) : null))
                    {
                        break;
                    }
                }

                break;
            case long count:
                for (long i = 0; i < count; i++)
                {
                    any = true;
                    var number = Value.Whole(i);
                    if (!Turn(state, number, number))
                    {
                        break;
                    }
                }

                break;
            case var other:
                throw new EvaluationException($"range cannot walk over a {Value.Describe(other)}");
        }

        state.Dot = outer;
        return any ? Flow.Next : Run(otherwise, state);
    }

    private bool Turn(RenderState state, object? key, object? value)
    {
        state.Step();
        if (keySlot >= 0)
        {
            state.Slots[keySlot] = key;
        }

        if (valueSlot >= 0)
        {
            state.Slots[valueSlot] = value;
        }

        state.Dot = value;
        return Run(body, state) != Flow.Break;
    }
}

internal sealed class FlowNode(Flow flow) : Node
{
    public override Flow Execute(RenderState state) => flow;
}

/// <summary>A template called by name. Its nodes are set after construction, since templates may call themselves.</summary>
internal sealed class TemplateCallNode(SourcePosition position, Expression? argument, NamedTemplate callee) : Node
{
    public override Flow Execute(RenderState state)
    {
        state.Position = position;
        state.Enter();
        var value = argument?.Evaluate(state);
        var (outerDot, slots) = (state.Dot, state.Slots);

        // The callee's variables live in its own range of slots; a recursive call must not overwrite those of its caller.
        var mark = state.Mark();
        for (var slot = callee.FirstSlot; slot < callee.EndSlot; slot++)
        {
            state.Push(slots[slot]);
        }

        slots[callee.FirstSlot] = value;
        state.Dot = value;
        Run(callee.Nodes, state);
        state.Since(mark)[..(callee.EndSlot - callee.FirstSlot)].CopyTo(slots.AsSpan(callee.FirstSlot));
        state.Release(mark);
        state.Dot = outerDot;
        state.Leave();
        return Flow.Next;
    }
}

/// <summary>A template that is called from more than one place, compiled for one escaping context.</summary>
internal sealed class NamedTemplate(int firstSlot, int endSlot)
{
    /// <summary>Of its variables; the first is <c>$</c>.</summary>
    public int FirstSlot => firstSlot;

    public int EndSlot => endSlot;

    public Node[] Nodes { get; set; } = [];
}
