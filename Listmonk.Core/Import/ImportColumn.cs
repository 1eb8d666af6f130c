using System.Text;

namespace Listmonk.Core.Import;

/// <summary>What a column of a file is used for.</summary>
public enum ColumnTarget
{
    Ignore,
    Email,

    /// <summary>Several, such as first and last name, are joined in their order.</summary>
    Name,

    /// <summary>A text among the person's attributes.</summary>
    Attribute,

    /// <summary>The same, as a number where it is one.</summary>
    Number,

    /// <summary>All attributes as a JSON object.</summary>
    Attributes,
}

/// <summary>The use of one column.</summary>
/// <param name="Key">The attribute's name.</param>
public sealed record ImportColumn(ColumnTarget Target, string Key = "")
{
    public const int MaxKeyLength = 100;

    /// <summary>Columns of exports, ours and listmonk's, and of files of rejected lines, that say nothing new about a person.</summary>
    private static readonly HashSet<string> Ignored = ["uuid", "status", "created_at", "updated_at", "line", "reason"];

    private static readonly HashSet<string> Emails = ["email", "e-mail", "mail", "email address", "e-mail address", "email_address", "mailadresse", "correo", "courriel", "邮箱", "电子邮箱", "电子邮件"];

    private static readonly HashSet<string> Names = ["name", "full name", "full_name", "first name", "first_name", "firstname", "last name", "last_name", "lastname", "surname", "vorname", "nachname", "prénom", "nom", "nombre", "apellido", "apellidos", "姓名", "名字"];

    /// <summary>A use for each column that its name suggests; an address column without a known name is found by what is in it.</summary>
    /// <param name="columns">The first line.</param>
    /// <param name="sample">Some of the lines that follow.</param>
    public static IReadOnlyList<ImportColumn> Suggest(IReadOnlyList<string> columns, IReadOnlyList<IReadOnlyList<string>> sample)
    {
        var uses = columns.Select(name => Suggest(name.Trim().ToLowerInvariant())).ToList();
        var email = uses.FindIndex(use => use.Target == ColumnTarget.Email);
        for (var i = email + 1; email >= 0 && i < uses.Count; i++)
        {
            uses[i] = uses[i].Target == ColumnTarget.Email ? new ImportColumn(ColumnTarget.Attribute, KeyOf(columns[i])) : uses[i];
        }

        var likely = Enumerable.Range(0, columns.Count).MaxBy(i => sample.Count(line => i < line.Count && line[i].Contains('@', StringComparison.Ordinal)));
        if (email < 0 && sample.Any(line => likely < line.Count && line[likely].Contains('@', StringComparison.Ordinal)))
        {
            uses[likely] = new ImportColumn(ColumnTarget.Email);
        }

        return uses;

        static ImportColumn Suggest(string name) =>
            Emails.Contains(name) ? new ImportColumn(ColumnTarget.Email)
            : Names.Contains(name) ? new ImportColumn(ColumnTarget.Name)
            : name == "attributes" ? new ImportColumn(ColumnTarget.Attributes)
            : Ignored.Contains(name) || name.Length == 0 ? new ImportColumn(ColumnTarget.Ignore)
            : new ImportColumn(ColumnTarget.Attribute, KeyOf(name));
    }

    /// <summary>A name for an attribute that conditions and templates can write: lower case, an underscore for all but letters and digits.</summary>
    public static string KeyOf(string column)
    {
        var key = new StringBuilder();
        foreach (var letter in column.Trim().ToLowerInvariant())
        {
            if (char.IsLetterOrDigit(letter))
            {
                key.Append(letter);
            }
            else if (key.Length > 0 && key[^1] != '_')
            {
                key.Append('_');
            }
        }

        return key.ToString().Trim('_') is { Length: > 0 } name ? name[..Math.Min(name.Length, MaxKeyLength)] : "column";
    }
}
