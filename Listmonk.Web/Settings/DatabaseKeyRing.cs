using System.Xml.Linq;
using Listmonk.Core.Data;
using Listmonk.Core.Maintenance;
using Listmonk.Core.Settings;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.AspNetCore.DataProtection.KeyManagement;
using Microsoft.AspNetCore.DataProtection.Repositories;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;

namespace Listmonk.Web.Settings;

/// <summary>Keeps the data-protection keys in the database, so that every node and every restart shares them.</summary>
internal sealed class DatabaseKeyRing(IDbContextFactory<ListmonkDbContext> databases) : IXmlRepository, IConfigureOptions<KeyManagementOptions>
{
    public void Configure(KeyManagementOptions options) => options.XmlRepository = this;

    public IReadOnlyCollection<XElement> GetAllElements()
    {
        using var db = databases.CreateDbContext();
        return [.. db.DataProtectionKeys.AsNoTracking().Select(key => key.Xml).AsEnumerable().Select(xml => XElement.Parse(xml))];
    }

    public void StoreElement(XElement element, string friendlyName)
    {
        // The interface is synchronous; it runs once in 90 days.
        using var db = databases.CreateDbContext();
        db.DataProtectionKeys.Add(new DataProtectionKey { FriendlyName = friendlyName, Xml = element.ToString(SaveOptions.DisableFormatting) });
        db.SaveChanges();
    }
}

/// <summary>Encrypts stored secrets with the data-protection keys.</summary>
internal sealed class DataProtectionSecretProtector(IDataProtectionProvider provider) : ISecretProtector
{
    private readonly IDataProtector _protector = provider.CreateProtector("listmonk.settings");

    public string Protect(string secret) => _protector.Protect(secret);

    public string Unprotect(string text) => _protector.Unprotect(text);
}
