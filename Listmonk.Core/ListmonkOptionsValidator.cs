using System.ComponentModel.DataAnnotations;
using System.Net;
using Microsoft.Extensions.Options;

namespace Listmonk.Core;

/// <summary>Checks the operator's options at start and lists every fault at once, each with the key to mend.</summary>
internal sealed class ListmonkOptionsValidator : IValidateOptions<ListmonkOptions>
{
    public ValidateOptionsResult Validate(string? name, ListmonkOptions options)
    {
        var faults = new List<string>();
        foreach (var part in new object[] { options, options.Database, options.RateLimits, options.Outbox })
        {
            var results = new List<ValidationResult>();
            Validator.TryValidateObject(part, new ValidationContext(part), results, validateAllProperties: true);
            faults.AddRange(results.Select(result => result.ErrorMessage ?? "invalid value"));
        }

        if (options.Database.Provider == DatabaseProvider.Postgres && string.IsNullOrWhiteSpace(options.Database.ConnectionString))
        {
            faults.Add("Listmonk:Database:ConnectionString is required when Listmonk:Database:Provider is Postgres.");
        }

        foreach (var proxy in options.TrustedProxies)
        {
            if (!IPAddress.TryParse(proxy, out _) && !IPNetwork.TryParse(proxy, out _))
            {
                faults.Add($"Listmonk:TrustedProxies: '{proxy}' is neither an address nor a network such as 10.0.0.0/8.");
            }
        }

        return faults.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(faults);
    }
}
