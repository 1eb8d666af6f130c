using Listmonk.Core.Templates.Expressions.Evaluation;

namespace Listmonk.Core.Templates.Expressions.Functions;

/// <summary>A function that templates may call.</summary>
internal sealed record TemplateFunction(string Name, int LeastArguments, int MostArguments, FunctionBody Body)
{
    public bool Accepts(int arguments) => arguments >= LeastArguments && arguments <= MostArguments;

    public string Complaint(int arguments)
    {
        var wanted = MostArguments == int.MaxValue ? $"at least {LeastArguments}"
            : LeastArguments == MostArguments ? $"{LeastArguments}"
            : $"{LeastArguments} to {MostArguments}";
        return $"{Name} takes {wanted} arguments, not {arguments}";
    }
}

internal delegate object? FunctionBody(RenderState state, ReadOnlySpan<object?> arguments);
