using System.Net;

namespace Listmonk.Tests.PublicPages;

/// <summary>Stands for hcaptcha.com; says yes to the token <c>good</c>.</summary>
internal sealed class FakeHcaptcha : HttpMessageHandler
{
    public string? Address { get; private set; }

    public string? Body { get; private set; }

    public Func<string, Task<HttpResponseMessage>> Answer { get; init; } = body => Task.FromResult(new HttpResponseMessage(HttpStatusCode.OK)
    {
        Content = new StringContent(body.Contains("response=good&", StringComparison.Ordinal) ? """{"success":true}""" : """{"success":false}"""),
    });

    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        Address = request.RequestUri!.ToString();
        Body = await request.Content!.ReadAsStringAsync(cancellationToken);
        return await Answer(Body);
    }
}
