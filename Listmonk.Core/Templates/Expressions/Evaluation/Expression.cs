using Listmonk.Core.Templates.Expressions.Functions;
using Listmonk.Core.Templates.Expressions.Values;

namespace Listmonk.Core.Templates.Expressions.Evaluation;

/// <summary>A compiled expression; evaluates to one of the types that <see cref="Value"/> knows.</summary>
internal abstract class Expression
{
    public abstract object? Evaluate(RenderState state);
}

internal sealed class ConstantExpression(object? value) : Expression
{
    public object? Constant => value;

    public override object? Evaluate(RenderState state) => value;
}

internal sealed class DotExpression : Expression
{
    public static readonly DotExpression Instance = new();

    public override object? Evaluate(RenderState state) => state.Dot;
}

internal sealed class VariableExpression(int slot) : Expression
{
    public override object? Evaluate(RenderState state) => state.Slots[slot];
}

/// <summary>Fields read one from the other: <c>.Subscriber.Attribs.city</c>, <c>$order.id</c>, <c>(pipeline).x</c>.</summary>
internal sealed class FieldsExpression(Expression target, string[] path) : Expression
{
    public Expression Target => target;

    public string[] Path => path;

    public override object? Evaluate(RenderState state)
    {
        var value = target.Evaluate(state);
        foreach (var name in path)
        {
            value = Value.Member(value, name);
        }

        return value;
    }
}

/// <summary>The last field called with arguments: <c>.CreatedAt.Time.Format "2006"</c>, <c>L.T "key"</c>.</summary>
internal sealed class MethodExpression(Expression target, string[] path, Expression[] arguments) : Expression
{
    public override object? Evaluate(RenderState state)
    {
        state.StepInto();
        var value = target.Evaluate(state);
        foreach (var name in path.AsSpan(0, path.Length - 1))
        {
            value = Value.Member(value, name);
        }

        var mark = state.Mark();
        foreach (var argument in arguments)
        {
            state.Push(argument.Evaluate(state));
        }

        var result = Value.CallMember(value, path[^1], state.Since(mark));
        state.Release(mark);
        return result;
    }
}

internal sealed class CallExpression(TemplateFunction function, Expression[] arguments) : Expression
{
    public TemplateFunction Function => function;

    public Expression[] Arguments => arguments;

    public override object? Evaluate(RenderState state)
    {
        state.StepInto();
        if (!function.Accepts(arguments.Length))
        {
            throw new EvaluationException(function.Complaint(arguments.Length));
        }

        var mark = state.Mark();
        foreach (var argument in arguments)
        {
            state.Push(argument.Evaluate(state));
        }

        var result = function.Body(state, state.Since(mark));
        state.Release(mark);
        if (result is string text)
        {
            state.ChargeText(text.Length);
        }

        return result;
    }
}

/// <summary><c>and</c> and <c>or</c>: operands after the deciding one are not evaluated.</summary>
internal sealed class LogicExpression(bool stopsAt, Expression[] operands) : Expression
{
    public override object? Evaluate(RenderState state)
    {
        object? value = null;
        foreach (var operand in operands)
        {
            value = operand.Evaluate(state);
            if (Value.IsTrue(value) == stopsAt)
            {
                break;
            }
        }

        return value;
    }
}

/// <summary>Something that parses but can only fail when it is reached.</summary>
internal sealed class FailingExpression(string message) : Expression
{
    public override object? Evaluate(RenderState state) => throw new EvaluationException(message);
}

internal sealed class AssignExpression(int slot, Expression value) : Expression
{
    public override object? Evaluate(RenderState state) => state.Slots[slot] = value.Evaluate(state);
}
