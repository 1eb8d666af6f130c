using BenchmarkDotNet.Attributes;
using Listmonk.Core.Messengers;
using Listmonk.Core.Messengers.Dkim;
using Listmonk.Core.Messengers.Mime;
using Listmonk.Core.Settings;
using MimeKit;
using MimeKit.Cryptography;

namespace Listmonk.Bench.Micro;

/// <summary>What a DKIM signature adds to a message that is ready to go, ours and by the mail library.</summary>
[MemoryDiagnoser]
public class DkimBenchmarks : IDisposable
{
    private static readonly DateTimeOffset Now = new(2026, 11, 24, 12, 0, 0, TimeSpan.Zero);
    private static readonly HeaderId[] Headers = [HeaderId.From, HeaderId.To, HeaderId.Subject, HeaderId.Date, HeaderId.MessageId, HeaderId.ListUnsubscribe, HeaderId.ListUnsubscribePost];

    private readonly OutboundMessage _message = Compose();
    private readonly DkimLane _rsa = new([NewKey(DkimKey.Rsa)]);
    private readonly DkimLane _ed25519 = new([NewKey(DkimKey.Ed25519)]);
    private readonly DkimLane _hashOnly = new([]);
    private readonly MimeKit.Cryptography.DkimSigner _mimeKit = MimeKitSigner();

    [Benchmark(Description = "Sign by RSA-2048")]
    public int Rsa() => _rsa.Sign(_message.Mime.Span, Now).Length;

    [Benchmark(Description = "Sign by Ed25519")]
    public int Ed25519() => _ed25519.Sign(_message.Mime.Span, Now).Length;

    [Benchmark(Description = "Canonical form and hashes alone")]
    public int Hashes() => _hashOnly.Sign(_message.Mime.Span, Now).Length;

    [Benchmark(Description = "MimeKit: parse and sign, RSA-2048")]
    public int MimeKit()
    {
        using var message = MimeMessage.Load(new MemoryStream(_message.Mime.ToArray()));
        _mimeKit.Sign(message, Headers);
        return message.Headers.Count;
    }

    [GlobalCleanup]
    public void Dispose()
    {
        _message.Dispose();
        _rsa.Dispose();
        _ed25519.Dispose();
        _hashOnly.Dispose();
        GC.SuppressFinalize(this);
    }

    private static DkimKey NewKey(string algorithm) => DkimPrivateKey.Create(new DkimKey { Domain = "example.org", Selector = "bench", Algorithm = algorithm });

    private static MimeKit.Cryptography.DkimSigner MimeKitSigner()
    {
        var pem = $"-----BEGIN PRIVATE KEY-----\n{NewKey(DkimKey.Rsa).PrivateKey}\n-----END PRIVATE KEY-----\n";
        return new MimeKit.Cryptography.DkimSigner(new MemoryStream(System.Text.Encoding.ASCII.GetBytes(pem)), "example.org", "bench")
        {
            HeaderCanonicalizationAlgorithm = DkimCanonicalizationAlgorithm.Relaxed,
            BodyCanonicalizationAlgorithm = DkimCanonicalizationAlgorithm.Relaxed,
        };
    }

    private static OutboundMessage Compose()
    {
        using var writer = new MessageWriter(new MessageBlueprint(new MessageDraft
        {
            From = "The garden <garden@example.org>",
            Body = MessageBody.HtmlWithText,
            CampaignUuid = Guid.NewGuid(),
            NamesSubscriber = true,
            HasUnsubscribeHeader = true,
        }));
        return writer.Write(
            new MessageRecipient { Address = "ann@example.com", Subject = "News for Ann", Date = Now, SubscriberUuid = Guid.NewGuid(), UnsubscribeUrl = "https://mail.example.org/subscription/c/s" },
            "News",
            Newsletter.Html);
    }
}
