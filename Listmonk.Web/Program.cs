using Listmonk.Core;
using Listmonk.Web;
using Listmonk.Web.Commands;
using Listmonk.Web.Maintenance;

try
{
    // Nothing is read again from the settings file, and a watch on the folder would see every write of a database below it.
    // The configuration reads the word after a bare --demo as its value, so the flag gets one here.
    var builder = WebApplication.CreateBuilder([.. CommandLine.OptionsOf(args).Select(argument => argument == "--demo" ? "--demo=true" : argument), "--hostBuilder:reloadConfigOnChange=false"]);
    builder.AddListmonkConfiguration();
    if (args is [HealthCommand.Name, ..])
    {
        return await HealthCommand.RunAsync(builder.Configuration);
    }

    builder.Services.AddListmonkCore();
    builder.Services.AddListmonkWeb();
    builder.AddTelemetry();
    if (CommandLine.NameOf(args) is { } command)
    {
        return await CommandLine.RunAsync(command, args, builder);
    }

    await using var app = builder.Build();
    await app.PrepareListmonkAsync();
    app.MapListmonkWeb();
    try
    {
        await app.StartAsync();
    }
    catch
    {
        // Workers that began before the fault, such as a busy port, must end before what they use is gone.
        await app.StopAsync();
        throw;
    }

    await app.WaitForShutdownAsync();
    return 0;
}
catch (Exception exception) when (StartupFaults.Describe(exception) is { } message)
{
    await Console.Error.WriteLineAsync($"listmonk cannot start: {message}");
    return 1;
}
