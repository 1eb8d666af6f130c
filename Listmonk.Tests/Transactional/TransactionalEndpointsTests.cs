using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json;
using Listmonk.Core.Data;
using Listmonk.Core.Media;
using Listmonk.Core.Messengers.Outbox;
using Listmonk.Core.Transactional;
using Listmonk.Tests.Media;
using Listmonk.Tests.Support;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace Listmonk.Tests.Transactional;

/// <summary>Every row of the table of errors and of the examples (spec/transactional-media.md 1.5, 1.6), and what is better than there.</summary>
public sealed class TransactionalEndpointsTests(ListmonkApp app) : HttpTest(app)
{
    [Fact]
    public async Task A_subscriber_gets_the_template_with_the_calls_data()
    {
        var template = await TemplateAsync("<p>Order {{ .Tx.Data.order_id }} for {{ .Subscriber.Name }}, {{ index .Tx.Data.items 1 }}</p>", "Order {{ .Tx.Data.order_id }}");
        var person = await PersonAsync("Ann Lee");

        Assert.True((bool)await SendAsync(new { subscriber_email = $"  {person.Email.ToUpperInvariant()} ", template_id = template, data = new { order_id = "1234", items = new[] { "a", "b" } }, content_type = "html" }));

        var mail = await MailAsync(person.Email);
        Assert.Equal(("Order 1234", "<p>Order 1234 for Ann Lee, b</p>"), (mail.Entry.Subject, mail.Html));
        Assert.DoesNotContain(mail.Headers, header => header.Name.StartsWith("X-Listmonk", StringComparison.OrdinalIgnoreCase) || header.Name.StartsWith("List-", StringComparison.OrdinalIgnoreCase));
        Assert.Equal(["From", "To", "Subject", "Date", "Message-ID", "MIME-Version"], mail.Headers.Select(header => header.Name).Except(["Return-Path", "Delivered-To"]).Take(6));
    }

    [Fact]
    public async Task Each_recipient_gets_the_own_subject_body_and_text_part()
    {
        var template = await TemplateAsync("<p>{{ .Subscriber.Name }}</p>", "Hi {{ .Subscriber.Name }}");
        var (ann, bob) = (await PersonAsync("Ann"), await PersonAsync("Bob"));

        await SendAsync(new { subscriber_ids = new[] { ann.Id, bob.Id }, template_id = template, altbody = "Text for {{ .Subscriber.Name }} <3" });

        foreach (var (person, name) in new[] { (ann, "Ann"), (bob, "Bob") })
        {
            var mail = await MailAsync(person.Email);
            Assert.Equal(($"Hi {name}", $"<p>{name}</p>", $"Text for {name} <3"), (mail.Entry.Subject, mail.Html, mail.Text));
        }
    }

    [Fact]
    public async Task Fallback_and_external_mail_people_who_are_no_subscribers()
    {
        var template = await TemplateAsync("<p>[{{ .Subscriber.Name }}] {{ .Subscriber.Email }}</p>", "Hello");
        var person = await PersonAsync("Known");
        var (stranger, outsider) = (NewAddress(), NewAddress());

        await SendAsync(new { subscriber_mode = "fallback", subscriber_emails = new[] { person.Email, stranger }, template_id = template });
        await SendAsync(new { subscriber_mode = "external", subscriber_emails = new[] { outsider }, template_id = template, subject = "Hi {{ .Subscriber.Email }}" });

        Assert.Equal($"<p>[Known] {person.Email}</p>", (await MailAsync(person.Email)).Html);
        Assert.Equal($"<p>[] {stranger}</p>", (await MailAsync(stranger)).Html);
        Assert.Equal($"Hi {outsider}", (await MailAsync(outsider)).Entry.Subject);
        var known = await PersonAsync("Hidden");
        await SendAsync(new { subscriber_mode = "external", subscriber_email = known.Email, template_id = template });
        Assert.Equal($"<p>[] {known.Email}</p>", (await MailAsync(known.Email)).Html);
    }

    [Fact]
    public async Task Unknown_subscribers_are_named_after_the_others_were_queued()
    {
        var template = await TemplateAsync();
        var person = await PersonAsync("Ann");

        var message = await RefusedAsync(new { subscriber_emails = new[] { "none@example.com", person.Email, "nobody@example.com" }, template_id = template });

        Assert.Equal("Subscriber (0: none@example.com) not found; Subscriber (0: nobody@example.com) not found", message);
        await MailAsync(person.Email);
        Assert.Equal("Subscriber (99999: ) not found", await RefusedAsync(new { subscriber_id = 99999, template_id = template }));
    }

    [Fact]
    public async Task From_headers_and_content_type_of_the_call_are_used()
    {
        var template = await TemplateAsync("**{{ .Tx.Data.v }}**", "Template subject");
        var (ann, bob) = (await PersonAsync("Ann"), await PersonAsync("Bob"));

        await SendAsync(new
        {
            subscriber_email = ann.Email,
            template_id = template,
            data = new { v = "a & b" },
            from_email = "Bot <bot@shop.example>",
            subject = "Own",
            headers = new object[] { new Dictionary<string, string>(StringComparer.Ordinal) { ["X-Ticket"] = "77", ["X-Other"] = "two\r\nX-Evil: 1" }, new { Reply_To = "x" } },
            content_type = "markdown",
        });
        await SendAsync(new { subscriber_email = bob.Email, template_id = template, data = new { v = "a & b" }, content_type = "plain", altbody = "ignored" });

        var rich = await MailAsync(ann.Email);
        Assert.Equal(("Bot <bot@shop.example>", "Own", "<p><strong>a &amp; b</strong></p>"), (rich.Entry.From, rich.Entry.Subject, rich.Html?.Trim()));
        Assert.Equal("77", rich.Headers.Single(header => header.Name == "X-Ticket").Value);
        Assert.DoesNotContain(rich.Headers, header => header.Name == "X-Evil");
        var plain = await MailAsync(bob.Email);
        Assert.Equal((null, "**a & b**"), (plain.Html, plain.Text));
    }

    [Fact]
    public async Task Files_of_a_multipart_call_are_attached_for_everybody()
    {
        var template = await TemplateAsync("<p>{{ .Tx.Data.x }}</p>", "Files");
        var (ann, bob) = (await PersonAsync("Ann"), await PersonAsync("Bob"));
        var pdf = Enumerable.Range(0, 5000).Select(i => (byte)i).ToArray();
        using var form = Form(
            JsonSerializer.Serialize(new { subscriber_emails = new[] { ann.Email, bob.Email }, template_id = template, data = new { x = 1 } }),
            (pdf, "Rechnung, ä.pdf", "application/pdf"),
            ("text"u8.ToArray(), "a.txt", null));

        Assert.True((bool)await DataAsync(await Api.PostAsync("/api/tx", form)));

        foreach (var person in new[] { ann, bob })
        {
            var mail = await MailAsync(person.Email);
            Assert.Equal(
                [("Rechnung, ä.pdf", "application/pdf", 5000), ("a.txt", "application/octet-stream", 4)],
                mail.Attachments.Select(file => (file.FileName, file.ContentType, file.Content.Length)));
            Assert.Equal(pdf, mail.Attachments[0].Content.ToArray());
            Assert.Equal("<p>1</p>", mail.Html);
        }
    }

    [Fact]
    public async Task A_multipart_call_needs_exactly_one_document()
    {
        using var none = Form(null, ("x"u8.ToArray(), "a.txt", null));
        using var twice = Form("{}");
        twice.Add(new StringContent("{}"), "data");
        using var broken = Form("{");

        Assert.Equal("Invalid fields: data", await RefusalAsync(await Api.PostAsync("/api/tx", none), HttpStatusCode.BadRequest));
        Assert.Equal("Invalid fields: data", await RefusalAsync(await Api.PostAsync("/api/tx", twice), HttpStatusCode.BadRequest));
        await RefusalAsync(await Api.PostAsync("/api/tx", broken), HttpStatusCode.BadRequest);
    }

    [Theory]
    [InlineData("""{"template_id": 3}""", TransactionalRules.NotReachable)]
    [InlineData("""{"template_id": 3, "subscriber_email": "ADDRESS", "subscriber_id": 1}""", TransactionalRules.NotReachable)]
    [InlineData("""{"template_id": 3, "subscriber_email": "ADDRESS", "subscriber_emails": ["b@example.com"]}""", "Invalid fields:")]
    [InlineData("""{"template_id": 3, "subscriber_id": 1, "subscriber_ids": [1]}""", "Invalid fields:")]
    [InlineData("""{"template_id": 3, "subscriber_mode": "fallback", "subscriber_ids": [1]}""", "Invalid fields:")]
    [InlineData("""{"template_id": 3, "subscriber_mode": "external", "subscriber_emails": []}""", "Invalid fields:")]
    [InlineData("""{"template_id": 3, "subscriber_mode": "zzz", "subscriber_email": "ADDRESS"}""", "Invalid fields: subscriber_mode")]
    [InlineData("""{"template_id": 3, "subscriber_emails": ["ADDRESS", "bad"]}""", "Invalid email.")]
    [InlineData("""{"template_id": 3, "subscriber_emails": ["ADDRESS", ""]}""", "Invalid email.")]
    [InlineData("""{"template_id": 3, "subscriber_email": "ADDRESS", "messenger": "zzz"}""", "Unknown messenger zzz.")]
    [InlineData("""{"template_id": 3, "subscriber_email": "ADDRESS", "messenger": "email-gone"}""", "Unknown messenger email-gone.")]
    [InlineData("""{"template_id": 9999, "subscriber_email": "ADDRESS"}""", "template 9999 not found")]
    [InlineData("""{"template_id": 1, "subscriber_email": "ADDRESS"}""", "template 1 not found")]
    [InlineData("""{"subscriber_email": "ADDRESS"}""", "template 0 not found")]
    [InlineData("""{"template_id": 3, "subscriber_email": "ADDRESS", "subject": "{{ .Nope.x }}"}""", "")]
    [InlineData("""{"template_id": 3, "subscriber_email": "ADDRESS", "altbody": "{{ if }}"}""", "")]
    [InlineData("""{"template_id": 3, "subscriber_email": "ADDRESS", "headers": [{"X-A\r\nBcc": "x@example.com"}]}""", "Invalid fields: headers")]
    [InlineData("""{"template_id": 3, "subscriber_email": "ADDRESS", "headers": [{"X A": "1"}]}""", "Invalid fields: headers")]
    [InlineData("""{"template_id": 3, "subscriber_email": "ADDRESS", "headers": {"X-A": "1"}}""", "Invalid value in field")]
    [InlineData("""{"template_id": 3, "subscriber_email": "ADDRESS", "from_email": "nobody"}""", "'nobody' is not")]
    [InlineData("""{"template_id": 3, "subscriber_email": "ADDRESS", "data": [1]}""", "Invalid value in field 'data'")]
    [InlineData("""{"template_id": "3", "subscriber_email": "ADDRESS"}""", "Invalid value in field 'template_id'")]
    [InlineData("{", "")]
    [InlineData("", TransactionalRules.NotReachable)]
    public async Task A_call_with_a_fault_is_refused_and_sends_nothing(string json, string message)
    {
        var person = await PersonAsync("Ann");
        using var body = new StringContent(json.Replace("ADDRESS", person.Email, StringComparison.Ordinal), Encoding.UTF8, "application/json");

        var response = await Api.PostAsync("/api/tx", body);

        Assert.StartsWith(message, await RefusalAsync(response, HttpStatusCode.BadRequest), StringComparison.Ordinal);
        Assert.Equal(["message"], JsonDocument.Parse(await response.Content.ReadAsStringAsync()).RootElement.EnumerateObject().Select(member => member.Name));
        Assert.Equal(0, await CountAsync(person.Email));
    }

    [Fact]
    public async Task A_template_that_fails_for_one_person_sends_to_nobody()
    {
        var template = await TemplateAsync("""{{ if eq .Subscriber.Name "Bad" }}{{ index .Subscriber.Name 5 }}{{ end }}ok""", "S");
        var (good, bad) = (await PersonAsync("Good"), await PersonAsync("Bad"));

        await RefusedAsync(new { subscriber_emails = new[] { good.Email, bad.Email }, template_id = template });

        Assert.Equal(0, await CountAsync(good.Email));
    }

    [Fact]
    public async Task A_picture_marked_in_the_template_travels_in_each_mail_beside_the_calls_files()
    {
        using var picture = new MemoryStream(Pictures.Png(6, 4));
        var logo = (await App.Services.GetRequiredService<MediaService>().UploadAsync("shop logo.png", picture, CancellationToken.None)).Value;
        var template = await TemplateAsync($"<p>{{{{ .Subscriber.Name }}}}</p><img src=\"https://old.test/uploads/{logo.Filename}\" data-embed><img src=\"none.png\" data-embed>", "Logo");
        var (ann, bob) = (await PersonAsync("Ann"), await PersonAsync("Bob"));
        using var form = Form(JsonSerializer.Serialize(new { subscriber_emails = new[] { ann.Email, bob.Email }, template_id = template }), ("text"u8.ToArray(), "a.txt", "text/plain"));

        Assert.True((bool)await DataAsync(await Api.PostAsync("/api/tx", form)));

        foreach (var (person, name) in new[] { (ann, "Ann"), (bob, "Bob") })
        {
            var mail = await MailAsync(person.Email);
            var image = Assert.Single(mail.Attachments, file => file.InlineContentId is not null);
            Assert.Equal($"<p>{name}</p><img src=\"cid:{image.InlineContentId}\" data-embed><img src=\"none.png\" data-embed>", mail.Html);
            Assert.Equal(picture.ToArray(), image.Content.ToArray());
            Assert.Equal("a.txt", Assert.Single(mail.Attachments, file => file.InlineContentId is null).FileName);
        }
    }

    [Fact]
    public async Task A_changed_template_holds_for_the_next_message()
    {
        var template = await TemplateAsync("<p>old</p>", "S");
        var (ann, bob) = (await PersonAsync("Ann"), await PersonAsync("Bob"));
        await SendAsync(new { subscriber_email = ann.Email, template_id = template });

        await PutAsync($"/api/templates/{template}", new { body = "<p>new</p>" });
        await SendAsync(new { subscriber_email = bob.Email, template_id = template });

        Assert.Equal(("<p>old</p>", "<p>new</p>"), ((await MailAsync(ann.Email)).Html, (await MailAsync(bob.Email)).Html));
    }

    [Fact]
    public async Task A_repeated_key_is_answered_as_the_first_time_and_sends_once()
    {
        var template = await TemplateAsync();
        var person = await PersonAsync("Ann");
        var whole = new { subscriber_email = person.Email, template_id = template };
        var partly = new { subscriber_emails = new[] { person.Email, "missing@example.com" }, template_id = template };

        for (var i = 0; i < 2; i++)
        {
            Assert.True((bool)await DataAsync(await SendWithKeyAsync("key-1", whole)));
            Assert.Equal("Subscriber (0: missing@example.com) not found", await RefusalAsync(await SendWithKeyAsync("key-2", partly), HttpStatusCode.BadRequest));
        }

        Assert.Equal(2, await CountAsync(person.Email));
        await RefusalAsync(await SendWithKeyAsync("key-1", partly), HttpStatusCode.Conflict);
        await RefusalAsync(await SendWithKeyAsync(new string('k', 256), whole), HttpStatusCode.BadRequest);
        var answers = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => SendWithKeyAsync("key-3", whole)));
        Assert.All(answers, answer => Assert.Equal(HttpStatusCode.OK, answer.StatusCode));
        Assert.Equal(3, await CountAsync(person.Email));
    }

    [Fact]
    public async Task A_refused_call_does_not_use_up_its_key()
    {
        var template = await TemplateAsync();
        var person = await PersonAsync("Ann");

        await RefusalAsync(await SendWithKeyAsync("key-4", new { subscriber_email = person.Email, template_id = 9999 }), HttpStatusCode.BadRequest);
        await DataAsync(await SendWithKeyAsync("key-4", new { subscriber_email = person.Email, template_id = template }));

        Assert.Equal(1, await CountAsync(person.Email));
    }

    [Fact]
    public async Task Somebody_named_twice_gets_one_mail()
    {
        var person = await PersonAsync("Ann");

        await SendAsync(new { subscriber_emails = new[] { person.Email, person.Email.ToUpperInvariant() }, template_id = await TemplateAsync() });

        Assert.Equal(1, await CountAsync(person.Email));
    }

    [Fact]
    public async Task Too_much_is_refused_with_the_limit()
    {
        var person = await PersonAsync("Ann");
        var template = await TemplateAsync();
        using var large = new StringContent($$"""{"subscriber_email": "{{person.Email}}", "template_id": {{template}}, "altbody": "{{new string('x', TransactionalRules.MaxBodySize)}}"}""", Encoding.UTF8, "application/json");
        using var files = Form("{}", [.. Enumerable.Range(0, TransactionalRules.MaxFiles + 1).Select(i => ("x"u8.ToArray(), $"{i}.txt", (string?)null))]);

        Assert.Contains("5 MB", await RefusalAsync(await Api.PostAsync("/api/tx", large), HttpStatusCode.RequestEntityTooLarge), StringComparison.Ordinal);
        Assert.Contains("20 files", await RefusalAsync(await Api.PostAsync("/api/tx", files), HttpStatusCode.RequestEntityTooLarge), StringComparison.Ordinal);
        var crowd = Enumerable.Range(0, TransactionalRules.MaxRecipients + 1).Select(i => $"p{i}@example.com").ToArray();
        Assert.Contains("1000 recipients", await RefusedAsync(new { subscriber_mode = "external", subscriber_emails = crowd, template_id = template }), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Nothing_is_sent_without_credentials()
    {
        var response = await Anonymous.PostAsJsonAsync("/api/tx", new { template_id = 3, subscriber_email = "a@example.com" });

        Assert.Equal("invalid session", await RefusalAsync(response, HttpStatusCode.Forbidden));
    }

    private static string NewAddress() => $"tx-{Guid.NewGuid():N}@example.com";

    private static MultipartFormDataContent Form(string? document, params (byte[] Content, string Name, string? Type)[] files)
    {
        var form = new MultipartFormDataContent();
        if (document is not null)
        {
            form.Add(new StringContent(document), "data");
        }

        foreach (var (content, name, type) in files)
        {
            var part = new ByteArrayContent(content);
            if (type is not null)
            {
                part.Headers.ContentType = MediaTypeHeaderValue.Parse(type);
            }

            form.Add(part, "file", name);
        }

        return form;
    }

    private async Task<int> TemplateAsync(string body = "<p>Hello</p>", string subject = "Subject") =>
        (int)(await PostAsync("/api/templates", new { name = "T", type = "tx", subject, body }))["id"]!;

    private async Task<(int Id, string Email)> PersonAsync(string name)
    {
        var email = NewAddress();
        return ((int)(await PostAsync("/api/subscribers", new { email, name, status = "enabled" }))["id"]!, email);
    }

    private async Task<System.Text.Json.Nodes.JsonNode> SendAsync(object call) => await PostAsync("/api/tx", call);

    private async Task<string> RefusedAsync(object call) => await RefusalAsync(await Api.PostAsJsonAsync("/api/tx", call), HttpStatusCode.BadRequest);

    private async Task<HttpResponseMessage> SendWithKeyAsync(string key, object call)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, "/api/tx") { Content = JsonContent.Create(call) };
        request.Headers.Add("Idempotency-Key", key);
        return await Api.SendAsync(request);
    }

    /// <summary>Messages to the address on record, in whatever state.</summary>
    private async Task<int> CountAsync(string address)
    {
        await using var db = await App.Services.GetRequiredService<IDbContextFactory<ListmonkDbContext>>().CreateDbContextAsync();
        return await db.TransactionalMessages.CountAsync(message => message.Recipient == address);
    }

    /// <summary>The one mail that the address got.</summary>
    private async Task<OutboxMail> MailAsync(string address)
    {
        var outbox = App.Services.GetRequiredService<OutboxStore>();
        await Polling.UntilAsync(() => Task.FromResult(outbox.List(address, 0, 10).Total > 0));
        return (await outbox.ReadAsync(Assert.Single(outbox.List(address, 0, 10).Items).Id, CancellationToken.None))!;
    }
}
