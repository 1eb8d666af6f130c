namespace Listmonk.Core.Templates.Expressions;

/// <summary>Receives the output of a rendering; constants arrive whole, so that a writer can keep them encoded its own way.</summary>
public interface ITemplateWriter
{
    void WriteLiteral(TemplateLiteral literal);

    void Write(ReadOnlySpan<char> text);
}
