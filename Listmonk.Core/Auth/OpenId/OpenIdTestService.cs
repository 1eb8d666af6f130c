using System.Text.Json;
using Listmonk.Core.Common;
using Listmonk.Core.Settings;
using Listmonk.Core.Users;

namespace Listmonk.Core.Auth.OpenId;

/// <summary>Tries a provider before it is saved: its discovery document, its keys, and whether it knows the client.</summary>
public sealed class OpenIdTestService(OpenIdProviders providers, OpenIdClient client, SettingsStore settings)
{
    /// <summary>No provider has given this one out: a provider that complains about it alone has accepted the client.</summary>
    private const string WrongCode = "listmonk-connection-test";

    /// <param name="draft">As the form has it; without a secret the stored one is used, but only for the provider it belongs to.</param>
    /// <returns>What was found, in a sentence; a refusal says what to mend.</returns>
    public async Task<Outcome<string>> TestAsync(OpenIdSettings draft, Actor actor, CancellationToken cancellationToken)
    {
        if (!actor.Can(Permissions.SettingsManage))
        {
            return Outcome<string>.Forbidden($"permission denied: {Permissions.SettingsManage}");
        }

        var read = await providers.ReadAsync(draft.ProviderUrl.Trim(), cancellationToken);
        if (!read.IsOk)
        {
            return Outcome<string>.From(read);
        }

        var found = $"{read.Value.Issuer} answers, with {(read.Value.Keys.Count == 1 ? "one key" : $"{read.Value.Keys.Count} keys")} to check signatures.";
        if (draft.ClientId.Length == 0)
        {
            return $"{found} Enter the client id to have it checked too.";
        }

        var stored = settings.Current.Security.OpenId;
        var openId = draft.ClientSecret.Length == 0 && draft.ProviderUrl.Trim() == stored.ProviderUrl ? draft with { ClientSecret = stored.ClientSecret } : draft;
        try
        {
            using var answer = await client.AskTokenAsync(read.Value, openId, client.RedirectUri, WrongCode, WrongCode + WrongCode, cancellationToken);
            return OpenIdClient.Text(answer.RootElement, "error") switch
            {
                "invalid_client" or "unauthorized_client" => Outcome<string>.Invalid("client_secret", $"{found} But it does not accept the client id and secret: {OpenIdClient.Fault(answer.RootElement)}"),
                "redirect_uri_mismatch" => Outcome<string>.Invalid("client_id", $"{found} But {client.RedirectUri} is not registered there as redirect URL."),
                "invalid_grant" => $"{found} It accepts the client id and secret.",
                _ => $"{found} Whether the client id and secret are right shows at the first sign-in.",
            };
        }
        catch (Exception exception) when (exception is HttpRequestException or JsonException || (exception is OperationCanceledException && !cancellationToken.IsCancellationRequested))
        {
            return Outcome<string>.Invalid("provider_url", $"{found} But {read.Value.TokenEndpoint}, where tokens are fetched, gave no answer that can be read.");
        }
    }
}
