using System.Diagnostics;
using System.Globalization;
using System.Net.Sockets;

namespace Listmonk.Tests.Support;

/// <summary>A Dovecot server of the test's own: IMAP and POP3 on free ports, one Maildir in a temporary folder, as a plain user.</summary>
internal sealed class TestDovecot : IAsyncDisposable
{
    public const string Password = "mailbox-password";
    private const string Program = "/usr/sbin/dovecot";
    private readonly string _folder = Directory.CreateTempSubdirectory("listmonk-dovecot-").FullName;
    private Process? _process;

    private TestDovecot()
    {
    }

    public int ImapPort { get; } = ServerProcess.FreePort();

    public int PopPort { get; } = ServerProcess.FreePort();

    private string Mail => Path.Combine(_folder, "mail");

    /// <summary>Mails in the inbox, whether a client saw them or not.</summary>
    public int Count => Directory.GetFiles(Path.Combine(Mail, "new")).Length + Directory.GetFiles(Path.Combine(Mail, "cur")).Length;

    public string Log => File.Exists(Path.Combine(_folder, "log")) ? File.ReadAllText(Path.Combine(_folder, "log")) : "";

    public static async Task<TestDovecot> StartAsync()
    {
        Assert.True(File.Exists(Program), "Dovecot is not installed; ./test installs it (dovecot-imapd, dovecot-pop3d).");
        var server = new TestDovecot();
        await server.LaunchAsync();
        return server;
    }

    /// <summary>Puts a mail into the inbox, as a delivery agent does.</summary>
    public void Deliver(byte[] mail)
    {
        var name = string.Create(CultureInfo.InvariantCulture, $"{Stopwatch.GetTimestamp()}.{Guid.NewGuid():N}.test");
        File.WriteAllBytes(Path.Combine(Mail, "tmp", name), mail);
        File.SetUnixFileMode(Path.Combine(Mail, "tmp", name), (UnixFileMode)0b110_110_110);
        File.Move(Path.Combine(Mail, "tmp", name), Path.Combine(Mail, "new", name));
    }

    /// <summary>Mails in another folder of the same account.</summary>
    public int CountIn(string folder) => Directory.Exists(Path.Combine(Mail, "." + folder))
        ? Directory.GetFiles(Path.Combine(Mail, "." + folder, "new")).Length + Directory.GetFiles(Path.Combine(Mail, "." + folder, "cur")).Length : 0;

    public async ValueTask DisposeAsync()
    {
        if (_process is { HasExited: false })
        {
            _process.Kill(entireProcessTree: true);
            await _process.WaitForExitAsync();
        }

        _process?.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    private async Task LaunchAsync()
    {
        // Dovecot refuses to serve root: root lends the server to nobody.
        var isRoot = Environment.UserName == "root";
        var (user, group) = isRoot ? ("nobody", "nogroup") : (Environment.UserName, Run("id", "-gn"));
        foreach (var folder in new[] { "", "mail", "mail/new", "mail/cur", "mail/tmp", "run", "home" })
        {
            File.SetUnixFileMode(Directory.CreateDirectory(Path.Combine(_folder, folder)).FullName, (UnixFileMode)0b111_111_111);
        }

        var file = Path.Combine(_folder, "dovecot.conf");
        await File.WriteAllTextAsync(file, Configuration(user, group));
        if (isRoot)
        {
            Run("chown", $"-R {user}:{group} {_folder}");
        }

        var start = isRoot
            ? new ProcessStartInfo("setpriv") { ArgumentList = { $"--reuid={user}", $"--regid={group}", "--clear-groups", Program, "-F", "-c", file } }
            : new ProcessStartInfo(Program) { ArgumentList = { "-F", "-c", file } };
        start.WorkingDirectory = "/";
        _process = Process.Start(start)!;
        await Polling.UntilAsync(async () => await ListensAsync(ImapPort) && await ListensAsync(PopPort));
    }

    private string Configuration(string user, string group) =>
        $$"""
        protocols = imap pop3
        base_dir = {{_folder}}/run
        state_dir = {{_folder}}/run
        log_path = {{_folder}}/log
        default_internal_user = {{user}}
        default_internal_group = {{group}}
        default_login_user = {{user}}
        ssl = no
        disable_plaintext_auth = no
        mail_location = maildir:{{Mail}}
        first_valid_uid = 1
        namespace inbox {
          inbox = yes
        }
        service anvil {
          chroot =
        }
        service imap-login {
          chroot =
          inet_listener imap {
            address = 127.0.0.1
            port = {{ImapPort}}
          }
        }
        service pop3-login {
          chroot =
          inet_listener pop3 {
            address = 127.0.0.1
            port = {{PopPort}}
          }
        }
        passdb {
          driver = static
          args = password={{Password}}
        }
        userdb {
          driver = static
          args = uid={{user}} gid={{group}} home={{_folder}}/home
        }
        """;

    private static async Task<bool> ListensAsync(int port)
    {
        using var client = new TcpClient();
        try
        {
            await client.ConnectAsync("127.0.0.1", port);
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }

    private static string Run(string program, string arguments)
    {
        using var process = Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardOutput = true, UseShellExecute = false })!;
        var output = process.StandardOutput.ReadToEnd().Trim();
        process.WaitForExit();
        return output;
    }
}
