namespace Listmonk.Core.Templates.Expressions;

/// <summary>How the values of a template are written: as they are, or escaped for the place in the HTML where they land.</summary>
public enum TemplateMode
{
    /// <summary>Subjects, headers and plain text: nothing is escaped.</summary>
    Text,

    /// <summary>HTML bodies: every value is escaped for its context (element text, attribute, URL, script, style).</summary>
    Html,
}
