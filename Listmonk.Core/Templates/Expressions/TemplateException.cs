namespace Listmonk.Core.Templates.Expressions;

/// <summary>A template that cannot be compiled, or that failed for one recipient; the text is meant for the person who wrote the template.</summary>
public sealed class TemplateException : Exception
{
    public TemplateException(string message, int line, int column, string? source = null)
        : base($"{(string.IsNullOrEmpty(source) ? string.Empty : source + ", ")}line {line}, column {column}: {message}")
    {
        Reason = message;
        Line = line;
        Column = column;
        Source = source;
    }

    /// <summary>The message without its position.</summary>
    public string Reason { get; }

    /// <summary>One-based.</summary>
    public int Line { get; }

    /// <summary>One-based, in UTF-16 units.</summary>
    public int Column { get; }
}
