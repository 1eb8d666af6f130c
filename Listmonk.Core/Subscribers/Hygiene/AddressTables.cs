using System.Collections.Frozen;
using Listmonk.Core.Common;
using Listmonk.Core.Subscribers.Suppression;

namespace Listmonk.Core.Subscribers.Hygiene;

/// <summary>What can be told from an address alone, by the tables under <c>Tables/</c>, which travel inside the assembly.</summary>
public static class AddressTables
{
    private static readonly FrozenSet<string> Roles = Read("role_addresses").ToFrozenSet(StringComparer.Ordinal);
    private static readonly FrozenSet<string> Disposable = Read("disposable_domains").ToFrozenSet(StringComparer.Ordinal);

    private static readonly FrozenDictionary<string, string> Typos =
        Read("typo_domains").Select(line => line.Split('\t')).ToFrozenDictionary(row => row[0], row => row[1], StringComparer.Ordinal);

    /// <param name="email">A normalised address; its tag (<c>+news</c>) does not count.</param>
    public static bool IsRole(string email)
    {
        var local = email[..email.LastIndexOf('@')];
        var tag = local.IndexOf('+', StringComparison.Ordinal);
        return Roles.Contains(tag > 0 ? local[..tag] : local);
    }

    public static bool IsDisposable(string email) => SuppressionStore.CoversDomain(Disposable, EmailAddress.Domain(email));

    /// <summary>The address that was probably meant; null when the domain is no known slip.</summary>
    public static string? Correction(string email) =>
        Typos.TryGetValue(EmailAddress.Domain(email), out var meant) ? $"{email[..email.LastIndexOf('@')]}@{meant}" : null;

    /// <summary>
    /// The mailbox behind an address: without the tag that nearly all services ignore, and at Gmail without dots and under one domain
    /// (support.google.com/mail/answer/7436150). Two people with one mailbox are probably one.
    /// </summary>
    public static string Mailbox(string email)
    {
        var at = email.LastIndexOf('@');
        var (local, domain) = (email[..at], email[(at + 1)..]);
        var tag = local.IndexOf('+', StringComparison.Ordinal);
        local = tag > 0 ? local[..tag] : local;
        return domain is "gmail.com" or "googlemail.com" ? $"{local.Replace(".", "", StringComparison.Ordinal)}@gmail.com" : $"{local}@{domain}";
    }

    private static List<string> Read(string name)
    {
        using var stream = typeof(AddressTables).Assembly.GetManifestResourceStream($"Listmonk.Core.Subscribers.Hygiene.Tables.{name}.txt")
            ?? throw new InvalidDataException($"The table {name} is missing.");
        using var reader = new StreamReader(stream);
        var lines = new List<string>();
        while (reader.ReadLine() is { } line)
        {
            if (line.Length > 0 && line[0] != '#')
            {
                lines.Add(line);
            }
        }

        return lines;
    }
}
