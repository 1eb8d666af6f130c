using System.Runtime.CompilerServices;
using System.Text.RegularExpressions;
using Listmonk.Core.Templates.Expressions.Values;

namespace Listmonk.Core.Templates.Expressions.Evaluation;

/// <summary>The moving parts of one rendering: dot, variables, argument stack, what has been spent of the limits.</summary>
internal sealed class RenderState(RenderContext context) : ITemplateWriter
{
    private const int TextPerStep = 256;

    private ITemplateWriter _writer = null!;
    private object?[] _stack = new object?[32];
    private int _top;
    private int _steps;
    private int _written;
    private int _depth;
    private TemplateLimits _limits = TemplateLimits.Default;
    private bool _isRunning;

    public RenderContext Context => context;

    public TemplateLimits Limits => _limits;

    public object? Dot { get; set; }

    public object?[] Slots { get; private set; } = [];

    /// <summary>Of the node that runs; failures are reported there.</summary>
    public SourcePosition Position { get; set; }

    public IMessageFunctions Message => context.Message ?? throw new EvaluationException("there is no message here that the function could belong to");

    public void Begin(ITemplateWriter writer, int slotCount, int[] rootSlots)
    {
        if (_isRunning)
        {
            throw new InvalidOperationException("A RenderContext serves one rendering at a time.");
        }

        _isRunning = true;
        _writer = writer;
        _limits = context.Limits;
        _steps = _limits.MaxSteps;
        _written = 0;
        _depth = 0;
        _top = 0;
        Position = new SourcePosition(null, 1, 1);
        Dot = Value.Normal(context.Root);
        if (Slots.Length < slotCount)
        {
            Slots = new object?[slotCount];
        }

        foreach (var slot in rootSlots)
        {
            Slots[slot] = Dot;
        }
    }

    public void End()
    {
        _isRunning = false;
        _writer = null!;
        Dot = null;
        Array.Clear(Slots);
        Array.Clear(_stack);
    }

    /// <summary>Whether the template or its data is to blame; failures of the host (a database, a writer) pass through.</summary>
    public static bool IsOfTemplate(Exception failure)
        => failure is EvaluationException or RegexMatchTimeoutException or ArithmeticException or FormatException or ArgumentException;

    public TemplateException Explain(Exception failure) => failure switch
    {
        RegexMatchTimeoutException => Position.Error("a regular expression took too long"),
        _ => Position.Error(failure.Message),
    };

    public void Step(int count = 1)
    {
        _steps -= count;
        if (_steps < 0)
        {
            throw new EvaluationException($"the template needs more than {_limits.MaxSteps} steps");
        }
    }

    /// <summary>A step that nests: refused before the thread's stack runs out.</summary>
    public void StepInto()
    {
        Step();
        if (!RuntimeHelpers.TryEnsureSufficientExecutionStack())
        {
            throw new EvaluationException("the template is nested too deeply");
        }
    }

    /// <summary>Long texts cost steps, so that a loop cannot pile them up in variables.</summary>
    public void ChargeText(int length)
    {
        if (length > _limits.MaxOutputLength)
        {
            throw new EvaluationException($"the text grows beyond {_limits.MaxOutputLength} characters");
        }

        if (length >= TextPerStep)
        {
            Step(length / TextPerStep);
        }
    }

    /// <summary>Charges for a list of this many elements before it is made.</summary>
    public void Reserve(long elements)
    {
        if (elements > _steps)
        {
            _steps = -1;
            Step();
        }

        Step((int)elements);
    }

    public void Enter()
    {
        StepInto();
        if (++_depth > _limits.MaxDepth)
        {
            throw new EvaluationException($"templates call each other more than {_limits.MaxDepth} levels deep");
        }
    }

    public void Leave() => _depth--;

    public void WriteLiteral(TemplateLiteral literal)
    {
        Charge(literal.Text.Length);
        _writer.WriteLiteral(literal);
    }

    public void Write(ReadOnlySpan<char> text)
    {
        Charge(text.Length);
        _writer.Write(text);
    }

    public int Mark() => _top;

    public void Push(object? value)
    {
        if (_top == _stack.Length)
        {
            Array.Resize(ref _stack, _top * 2);
        }

        _stack[_top++] = value;
    }

    public ReadOnlySpan<object?> Since(int mark) => _stack.AsSpan(mark, _top - mark);

    public void Release(int mark) => _top = mark;

    private void Charge(int length)
    {
        _written += length;
        if (_written > _limits.MaxOutputLength || _written < 0)
        {
            throw new EvaluationException($"the output is longer than {_limits.MaxOutputLength} characters");
        }
    }
}
