using Listmonk.Core.Auth.OpenId;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;

namespace Listmonk.Tests.Auth.OpenId;

[Trait("Kind", "Unit")]
public sealed class OpenIdProvidersTests : IAsyncLifetime
{
    private readonly FakeTimeProvider _clock = new(new DateTimeOffset(2026, 3, 1, 9, 0, 0, TimeSpan.Zero));
    private FakeOpenIdProvider _provider = null!;

    private OpenIdProviders Providers { get; set; } = null!;

    public async Task InitializeAsync()
    {
        _provider = await FakeOpenIdProvider.StartAsync();
        Providers = new OpenIdProviders(new PlainClients(), _clock, NullLogger<OpenIdProviders>.Instance);
    }

    public Task DisposeAsync() => _provider.DisposeAsync().AsTask();

    [Fact]
    public async Task A_provider_is_asked_once_an_hour_and_at_once_when_the_settings_name_another()
    {
        await Providers.FindAsync(_provider.Url, default);
        Assert.True((await Providers.FindAsync(_provider.Url, default)).IsOk);
        Assert.Equal(1, _provider.DiscoveryCount);

        await using var other = await FakeOpenIdProvider.StartAsync();
        Assert.Equal(other.Url, (await Providers.FindAsync(other.Url, default)).Value.Issuer);
        await Providers.FindAsync(_provider.Url, default);
        _clock.Advance(TimeSpan.FromHours(2));
        await Providers.FindAsync(_provider.Url, default);
        Assert.Equal(3, _provider.DiscoveryCount);
    }

    [Fact]
    public async Task A_key_that_is_new_is_fetched_but_not_at_every_try()
    {
        var known = (await Providers.FindAsync(_provider.Url, default)).Value;
        _provider.RotateKey();
        Assert.Same(known, await Providers.RenewAsync(_provider.Url, known, default));

        _clock.Advance(TimeSpan.FromMinutes(2));
        var renewed = await Providers.RenewAsync(_provider.Url, known, default);
        Assert.NotEqual(known.Keys[0].KeyId, renewed.Keys[0].KeyId);
    }

    [Fact]
    public async Task A_slash_at_the_end_makes_no_difference() => Assert.True((await Providers.ReadAsync(_provider.Url + "/", default)).IsOk);

    [Theory]
    [InlineData("{0}/nothing", "answered 404")]
    [InlineData("http://127.0.0.1:1", "cannot be reached")]
    [InlineData("no address", "Enter the provider's address")]
    [InlineData("http://localhost:{1}", "belongs to the issuer")]
    public async Task What_is_wrong_with_an_address_is_said(string address, string reason)
    {
        var answer = await Providers.ReadAsync(string.Format(System.Globalization.CultureInfo.InvariantCulture, address, _provider.Url, new Uri(_provider.Url).Port), default);
        Assert.Contains(reason, answer.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("jwks_uri", "names no addresses")]
    [InlineData("keys", "has no keys")]
    [InlineData("response_types_supported", "authorization code flow")]
    [InlineData("everything", "is no discovery document")]
    public async Task What_is_wrong_with_a_document_is_said(string fault, string reason)
    {
        _provider.DocumentFault = fault;
        Assert.Contains(reason, (await Providers.ReadAsync(_provider.Url, default)).Message, StringComparison.Ordinal);
    }

    private sealed class PlainClients : IHttpClientFactory
    {
        public HttpClient CreateClient(string name) => new(new SocketsHttpHandler());
    }
}
