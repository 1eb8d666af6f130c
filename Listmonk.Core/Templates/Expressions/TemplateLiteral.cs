using System.Text;

namespace Listmonk.Core.Templates.Expressions;

/// <summary>A constant piece of a compiled template; the same instance is written for every recipient.</summary>
public sealed class TemplateLiteral
{
    private readonly byte[] _utf8;

    public TemplateLiteral(string text)
    {
        Text = text;
        _utf8 = Encoding.UTF8.GetBytes(text);
    }

    public string Text { get; }

    public ReadOnlySpan<byte> Utf8 => _utf8;

    /// <summary>Where the writer keeps its own encoded form (quoted-printable bytes, for example). One kind of writer per compiled template may use it; a racing second write must store an equal value.</summary>
    public object? Encoded { get; set; }
}
