using System.Text;

namespace Listmonk.Core.Templates.Expressions;

/// <summary>Collects a rendering as text: subjects, headers, previews.</summary>
public sealed class StringTemplateWriter : ITemplateWriter
{
    private readonly StringBuilder _text = new();

    public void WriteLiteral(TemplateLiteral literal) => _text.Append(literal.Text);

    public void Write(ReadOnlySpan<char> text) => _text.Append(text);

    public void Clear() => _text.Clear();

    public override string ToString() => _text.ToString();
}
