using System.Diagnostics;
using System.Text.Json;

namespace Listmonk.Tests.Support;

/// <summary>Reads mails with Python's <c>email</c> package, which knows nothing of ours and names what it dislikes.</summary>
internal static class PythonMail
{
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(3);

    private const string Script = """
        import base64, json, sys
        from email import message_from_bytes
        from email.policy import default

        def defects(part):
            return [type(d).__name__ for d in part.defects] + [f'{name}: {type(d).__name__}' for name, value in part.items() for d in value.defects]

        for line in sys.stdin:
            mail = message_from_bytes(base64.b64decode(line), policy=default)
            parts = list(mail.walk())
            leaves = [part for part in parts if not part.is_multipart()]
            body = lambda kind: next((part.get_content() for part in leaves if part.get_content_type() == kind and part.get_content_disposition() is None), None)
            sender, receiver = mail['from'].addresses[0], mail['to'].addresses[0]
            print(json.dumps(dict(
                subject=(mail['subject'] or '').strip(), fromName=sender.display_name, **{'from': sender.addr_spec}, to=receiver.addr_spec,
                text=body('text/plain'), html=body('text/html'),
                files=[part.get_filename() or '' for part in leaves if part.get_content_disposition() is not None],
                defects=[defect for part in parts for defect in defects(part)])))
        """;

    public static async Task<IReadOnlyList<PythonReading>> ReadAsync(IEnumerable<byte[]> mails)
    {
        var start = new ProcessStartInfo("python3") { UseShellExecute = false, RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true };
        start.ArgumentList.Add("-c");
        start.ArgumentList.Add(Script);
        using var python = Process.Start(start)!;
        var output = python.StandardOutput.ReadToEndAsync();
        var faults = python.StandardError.ReadToEndAsync();
        foreach (var mail in mails)
        {
            await python.StandardInput.WriteLineAsync(Convert.ToBase64String(mail));
        }

        python.StandardInput.Close();
        await Task.WhenAll(output, faults).WaitAsync(Limit);
        Assert.Empty(await faults);
        return [.. (await output).Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => JsonSerializer.Deserialize<PythonReading>(line, JsonSerializerOptions.Web)!)];
    }
}

/// <summary>What Python found in a mail.</summary>
internal sealed record PythonReading(
    string Subject, string FromName, string From, string To, string? Text, string? Html, IReadOnlyList<string> Files, IReadOnlyList<string> Defects);
