using Listmonk.Core.Auth;
using Listmonk.Core.Common;
using Listmonk.Core.Settings;
using Listmonk.Core.Users;
using Microsoft.AspNetCore.Identity;
using Microsoft.Extensions.Options;

namespace Listmonk.Web.Auth;

/// <summary>
/// What is asked of the browser: options as JSON for <c>navigator.credentials</c>, and the state by which its answer is judged. The state
/// belongs to the server; whoever hands it out seals it.
/// </summary>
internal sealed record PasskeyRequest(string Options, string State);

/// <summary>
/// The ceremonies of WebAuthn by ASP.NET Core Identity's handler, for the root URL as it is now. Its sign-in manager would bring cookies and
/// sessions of its own (decision 0043).
/// </summary>
internal sealed partial class PasskeyCeremony(UserManager<User> users, SettingsStore settings, PasskeyService passkeys, ILogger<PasskeyCeremony> logger)
{
    /// <summary>The handler takes the request's host and headers only where options say nothing; a page's circuit has no request.</summary>
    private static readonly DefaultHttpContext NoRequest = new();

    public PasskeySite Site => new(settings.Current.RootUrl);

    /// <summary>Asks for a new key; devices that have one of the account already say so.</summary>
    public async Task<PasskeyRequest> AskForNewAsync(UserItem user)
    {
        var entity = new PasskeyUserEntity { Id = user.Id.ToString(System.Globalization.CultureInfo.InvariantCulture), Name = user.Username, DisplayName = user.Name };
        var made = await Handler().MakeCreationOptionsAsync(entity, NoRequest);
        return new PasskeyRequest(made.CreationOptionsJson, made.AttestationState!);
    }

    /// <summary>Verifies a new key.</summary>
    public async Task<Outcome<UserPasskeyInfo>> FinishNewAsync(string credential, string state)
    {
        var result = await Handler().PerformAttestationAsync(new PasskeyAttestationContext { CredentialJson = credential, AttestationState = state, HttpContext = NoRequest });
        if (result.Succeeded)
        {
            return result.Passkey;
        }

        LogRefused(result.Failure.Message);
        return Outcome<UserPasskeyInfo>.Invalid("", "The browser's answer could not be verified. Try again.");
    }

    /// <summary>Asks for any key of any account: the browser lets the person choose.</summary>
    public async Task<PasskeyRequest> AskForAnyAsync()
    {
        var made = await Handler().MakeRequestOptionsAsync(null, NoRequest);
        return new PasskeyRequest(made.RequestOptionsJson, made.AssertionState!);
    }

    /// <summary>The account that the answer opens.</summary>
    public async Task<Outcome<Account>> FinishAsync(string credential, string state, DateTimeOffset askedAt, CancellationToken cancellationToken)
    {
        var result = await Handler().PerformAssertionAsync(new PasskeyAssertionContext { CredentialJson = credential, AssertionState = state, HttpContext = NoRequest });
        if (result.Succeeded)
        {
            return await passkeys.UseAsync(result.Passkey, askedAt, cancellationToken);
        }

        LogRefused(result.Failure.Message);
        return PasskeyAnswer.CredentialId(credential) is not { } id ? Refusal("The sign-in with a passkey did not work. Try again.")
            : await users.FindByPasskeyIdAsync(id) is null ? Refusal("This passkey is not known here, or was removed. Sign in in another way, and delete it on your device.")
            : await RefuseAsync(id, cancellationToken);
    }

    private async Task<Outcome<Account>> RefuseAsync(byte[] credentialId, CancellationToken cancellationToken)
    {
        await passkeys.NoteRefusalAsync(credentialId, cancellationToken);
        return Refusal("The sign-in with a passkey did not work. Try again.");
    }

    private static Outcome<Account> Refusal(string message) => Outcome<Account>.Invalid("", message);

    private PasskeyHandler<User> Handler()
    {
        var site = Site;
        return new PasskeyHandler<User>(users, Options.Create(new IdentityPasskeyOptions
        {
            ServerDomain = site.Host,
            // The sign-in page asks for no name, and for no code afterwards.
            ResidentKeyRequirement = "required",
            UserVerificationRequirement = "required",
            ValidateOrigin = context => ValueTask.FromResult(!context.CrossOrigin && context.Origin == site.Origin),
        }));
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "A passkey was refused: {Reason}")]
    private partial void LogRefused(string reason);
}
