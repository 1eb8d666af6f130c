using Listmonk.Core.Data;
using Listmonk.Core.Settings;
using Listmonk.Core.Users;

namespace Listmonk.Web.Commands;

/// <summary>
/// The commands of the binary beside serving: <c>listmonk COMMAND [FILE or NAME] [--option value]</c>. Exit code 0 means done, 1 that it was
/// refused or failed, 2 that the command line was not understood. Without a command the program serves.
/// </summary>
internal static class CommandLine
{
    private const int NotUnderstood = 2;

    private const string Help =
        """
        listmonk                          serves (the default); --urls, --data, --demo: docs/configuration.md
        listmonk migrate                  brings the database to this version and ends
        listmonk backup [FILE]            backs the database up, also while listmonk runs
        listmonk restore FILE             puts a backup in the database's place; the former one is kept in 'backups'
        listmonk create-user NAME --email ADDRESS [--role ROLE]
                                          makes an account; the password is read from LISTMONK_PASSWORD or the first line of input
        listmonk reset-password NAME      sets a new password, read in the same way, and ends a lockout
        listmonk import FILE --lists 1,2 [--mode subscribe|blocklist] [--status unconfirmed|confirmed] [--delimiter ,] [--overwrite true]
                                          imports a CSV or ZIP file of subscribers
        listmonk import-listmonk --source CONNECTION [--uploads DIR] [--dry-run true]
                                          takes a listmonk 4 to 6 over from its PostgreSQL database; run it again to go on, or to bring what changed
        listmonk doctor                   checks what serving needs, and tells what to mend
        listmonk health                   asks the instance on this machine whether it is healthy

        All take --data DIR and the options of docs/configuration.md. On SQLite, all but backup, doctor and health want listmonk stopped.
        Exit code: 0 done, 1 refused or failed, 2 not understood.
        """;

    /// <summary>Null when the arguments ask for serving.</summary>
    public static string? NameOf(string[] args) => args is [{ Length: > 0 } first, ..] && (first[0] != '-' || first is "--help" or "-h") ? first : null;

    /// <summary>The arguments without command and operand: the configuration would read an operand such as <c>/tmp/file.csv</c> as an option's name.</summary>
    public static IEnumerable<string> OptionsOf(string[] args) => NameOf(args) is null ? args : args.Skip(OperandOf(args) is null ? 1 : 2);

    public static async Task<int> RunAsync(string name, string[] args, WebApplicationBuilder builder)
    {
        var operand = OperandOf(args);
        Func<WebApplication, Task<int>>? command = (name, operand) switch
        {
            ("migrate", null) => DatabaseCommands.MigrateAsync,
            ("backup", _) => app => DatabaseCommands.BackUpAsync(app, operand),
            ("restore", not null) => app => DatabaseCommands.RestoreAsync(app, operand),
            ("create-user", not null) => app => UserCommands.CreateAsync(app, operand),
            ("reset-password", not null) => app => UserCommands.ResetPasswordAsync(app, operand),
            ("import", not null) => app => ImportCommand.RunAsync(app, operand),
            ("import-listmonk", null) => TakeoverCommand.RunAsync,
            ("doctor", null) => DoctorCommand.RunAsync,
            _ => null,
        };
        if (command is null)
        {
            var isHelp = name is "help" or "--help" or "-h";
            await (isHelp ? Console.Out : Console.Error).WriteLineAsync(isHelp ? Help : $"This is not understood: {string.Join(' ', args)}\n\n{Help}");
            return isHelp ? 0 : NotUnderstood;
        }

        builder.Logging.SetMinimumLevel(LogLevel.Warning);
        builder.Logging.AddFilter(null, LogLevel.Warning);
        await using var app = builder.Build();
        return await command(app);
    }

    /// <summary>For commands that write: the data directory is this process's alone, the database at this version, the settings read.</summary>
    public static async Task PrepareAsync(WebApplication app)
    {
        app.Services.GetRequiredService<DataDirectory>().Claim();
        await app.Services.GetRequiredService<DatabaseMigrator>().MigrateAsync(CancellationToken.None);
        await app.Services.GetRequiredService<SettingsStore>().LoadAsync(CancellationToken.None);
        await app.Services.GetRequiredService<UserDirectory>().ReloadAsync(CancellationToken.None);
    }

    private static string? OperandOf(string[] args) => args.Length > 1 && !args[1].StartsWith('-') ? args[1] : null;

    public static async Task<int> DoneAsync(string message)
    {
        await Console.Out.WriteLineAsync(message);
        return 0;
    }

    public static async Task<int> FailedAsync(string message)
    {
        await Console.Error.WriteLineAsync(message);
        return 1;
    }
}
