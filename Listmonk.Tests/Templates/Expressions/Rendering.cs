using Listmonk.Core.Templates;
using Listmonk.Core.Templates.Expressions;
using Microsoft.Extensions.Time.Testing;

namespace Listmonk.Tests.Templates.Expressions;

/// <summary>A recipient and a message for template tests, and one call to render.</summary>
internal static class Rendering
{
    private const string Attributes = """
        {"town":"Graz","vip":true,"off":false,"visits":7,"weight":1.5,"large":2500000,"tiny":0.00002,"markup":"<i>a</i> & b","page":"https://shop.example/?a=1&b=2",
         "evil":"javascript:x()","phone":"tel:+431","quote":"it's \"so\"","blank":"","nothing":null,"zero":0,"two-words":"yes","born":"2001-12-24",
         "tags":["red","blue"],"pet":{"name":"Rex","legs":4},"buys":[{"sku":"K1","price":20},{"sku":"K2","price":2.25}],"css":"color: red; width: 1px","teint":"#00ff00"}
        """;

    public static RenderContext Context(MessageProbe? message = null, TemplateLimits? limits = null) => new()
    {
        Message = message ?? new MessageProbe(),
        Language = new LanguageProbe(),
        Clock = new FakeTimeProvider(new DateTimeOffset(2026, 3, 5, 14, 7, 9, TimeSpan.Zero)),
        Limits = limits ?? TemplateLimits.Default,
        Root = new MessageTemplateObject
        {
            Subject = "Rendered subject",
            Subscriber = new SubscriberTemplateObject
            {
                Id = 5,
                Uuid = Guid.Parse("0a0b0c0d-0000-4000-8000-000000000005"),
                Email = "eva@example.net",
                Name = "Eva Maria Huber",
                AttributesJson = Attributes,
                CreatedAt = new DateTimeOffset(2021, 6, 7, 8, 9, 10, TimeSpan.Zero),
            },
            Campaign = new CampaignTemplateObject { Name = "Spring", FromEmail = "Shop <shop@example.net>", Tags = ["x", "y"], AttributesJson = """{"issue":12}""" },
        },
    };

    public static string Html(string source, MessageProbe? message = null)
        => CompiledTemplate.Compile(source, TemplateMode.Html, TemplateFunctionSet.Campaign).RenderText(Context(message));

    public static string Text(string source)
        => CompiledTemplate.Compile(source, TemplateMode.Text, TemplateFunctionSet.Campaign).RenderText(Context());

    internal sealed class MessageProbe : IMessageFunctions
    {
        public List<string> Tracked { get; } = [];

        public string UnsubscribeUrl => "https://m.example/unsubscribe";

        public string ManageUrl => "https://m.example/manage";

        public string OptinUrl => "https://m.example/optin?";

        public string MessageUrl => "https://m.example/message";

        public string ArchiveUrl => "https://m.example/archive";

        public string RootUrl => "https://m.example";

        public string LogoUrl => "https://m.example/logo.png";

        public string TrackLink(string url)
        {
            Tracked.Add(url);
            return $"https://m.example/l/{Tracked.Count}";
        }

        public void WriteTrackedLink(int place, ITemplateWriter writer) => writer.Write($"https://m.example/t/{place}+token");

        public string TrackView() => "<img src=\"https://m.example/pixel\">";
    }

    private sealed class LanguageProbe : ITemplateLanguage
    {
        public string T(string key) => $"T:{key}";

        public string Ts(string key, IReadOnlyList<string> pairs) => $"Ts:{key}:{string.Join(',', pairs)}";

        public string Tc(string key, long count) => $"Tc:{key}:{count}";
    }
}
