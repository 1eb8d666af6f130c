using System.Net;
using System.Text;
using Listmonk.Core.Bounces.Mailboxes;
using Listmonk.Core.Settings;
using Microsoft.Extensions.Time.Testing;

namespace Listmonk.Tests.Bounces.Mailboxes;

/// <summary>Access tokens of mailboxes: got when needed, kept while they hold, renewed before they expire.</summary>
[Trait("Kind", "Unit")]
public sealed class MailboxTokenTests : IDisposable
{
    private static readonly BounceMailbox Mailbox = new() { AuthProtocol = "oauth2", Username = "bounces", TokenUrl = "https://token.test/", ClientId = "us", ClientSecret = "s3cret", RefreshToken = "first", Scope = "mail" };
    private readonly FakeTimeProvider _clock = new(new DateTimeOffset(2026, 3, 1, 8, 0, 0, TimeSpan.Zero));
    private readonly FakeService _service = new();

    private MailboxTokens Tokens => new(_service, _clock);

    public void Dispose() => _service.Dispose();

    [Fact]
    public async Task A_token_is_kept_until_shortly_before_it_expires()
    {
        var tokens = Tokens;
        _service.Answer = (HttpStatusCode.OK, """{"access_token":"one","expires_in":3600,"refresh_token":"second"}""");
        Assert.Equal("one", await tokens.ForAsync(Mailbox, default));
        Assert.Equal("one", await tokens.ForAsync(Mailbox, default));
        Assert.Equal("client_id=us&grant_type=refresh_token&refresh_token=first&client_secret=s3cret&scope=mail", Assert.Single(_service.Asked));

        _clock.Advance(TimeSpan.FromMinutes(59));
        _service.Answer = (HttpStatusCode.OK, """{"access_token":"two","expires_in":3600}""");
        Assert.Equal("two", await tokens.ForAsync(Mailbox, default));
        Assert.Contains("refresh_token=second", _service.Asked[1], StringComparison.Ordinal);
    }

    [Fact]
    public async Task Without_a_refresh_token_the_client_asks_in_its_own_right()
    {
        _service.Answer = (HttpStatusCode.OK, """{"access_token":"one"}""");
        await Tokens.ForAsync(Mailbox with { RefreshToken = "" }, default);
        Assert.Contains("grant_type=client_credentials", Assert.Single(_service.Asked), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("""{"error":"invalid_grant","error_description":"The token was revoked."}""", "revoked")]
    [InlineData("not json", "400")]
    [InlineData("[]", "400")]
    public async Task A_refusal_says_why(string answer, string expected)
    {
        _service.Answer = (HttpStatusCode.BadRequest, answer);
        var fault = await Assert.ThrowsAsync<MailboxTokenException>(() => Tokens.ForAsync(Mailbox, default));
        Assert.Contains(expected, fault.Message, StringComparison.Ordinal);
        Assert.True(MailboxTestService.IsFault(fault));
    }

    [Fact]
    public async Task An_access_token_of_ones_own_needs_no_service() =>
        Assert.Equal("mine", await Tokens.ForAsync(Mailbox with { TokenUrl = "", Password = "mine" }, default));

    private sealed class FakeService : HttpMessageHandler, IHttpClientFactory
    {
        public List<string> Asked { get; } = [];

        public (HttpStatusCode Status, string Body) Answer { get; set; }

        public HttpClient CreateClient(string name) => new(this, disposeHandler: false);

        protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            Asked.Add(await request.Content!.ReadAsStringAsync(cancellationToken));
            return new HttpResponseMessage(Answer.Status) { Content = new StringContent(Answer.Body, Encoding.UTF8, "application/json") };
        }
    }
}
