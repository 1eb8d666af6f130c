using Bunit;
using Listmonk.Core;
using Listmonk.Core.Data;
using Listmonk.Core.Settings;
using Listmonk.Core.Users;
using Listmonk.Web.Auth;
using Listmonk.Web.Shared;
using Microsoft.AspNetCore.Components.Authorization;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.DependencyInjection;
using MudBlazor;
using MudBlazor.Services;

namespace Listmonk.Tests.Support;

/// <summary>
/// Base of component tests: MudBlazor, a signed-in super admin, and Core's real services on a SQLite database of the test's own.
/// </summary>
[Trait("Kind", "Component")]
public abstract class ComponentTest : BunitContext, IAsyncLifetime
{
    /// <summary>A busy machine may need long; a test that passes does not wait.</summary>
    static ComponentTest() => DefaultWaitTimeout = TimeSpan.FromSeconds(60);

    private readonly string _folder = Directory.CreateTempSubdirectory("listmonk-component-").FullName;

    protected T Get<T>()
        where T : notnull => Services.GetRequiredService<T>();

    public virtual async Task InitializeAsync()
    {
        await TestDatabase.ProvideSqliteAsync(_folder);
        JSInterop.Mode = JSRuntimeMode.Loose;
        TestDatabase.AddServices(Services, DatabaseProvider.Sqlite, _folder, null);
        Services.AddMudServices(options => options.SnackbarConfiguration.ShowTransitionDuration = 0);
        Services.AddAuthorizationCore();
        Services.AddCascadingAuthenticationState();
        Services.AddScoped<CurrentActor>();
        Services.AddScoped<BrowserClock>();
        Services.AddScoped<AuthenticationStateProvider, SignedInState>();
        ConfigureServices(Services);
        await Get<SettingsStore>().LoadAsync(CancellationToken.None);
        Assert.True((await Get<SetupService>().CreateSuperAdminAsync(new SetupRequest("admin", "admin@example.com", "Correct horse 1"), CancellationToken.None)).IsOk);
    }

    /// <summary>Replaces services before the container is built.</summary>
    protected virtual void ConfigureServices(IServiceCollection services)
    {
    }

    /// <summary>Waits for an effect that no render of the component announces; fails after the wait limit.</summary>
    protected static async Task UntilAsync(Func<Task<bool>> isTrue)
    {
        using var limit = new CancellationTokenSource(DefaultWaitTimeout);
        while (!await isTrue())
        {
            await Task.Delay(TimeSpan.FromMilliseconds(20), TimeProvider.System, limit.Token);
        }
    }

    /// <summary>Menus, selects and dialogs draw into these; render them before the component under test.</summary>
    protected IRenderedComponent<MudDialogProvider> RenderProviders()
    {
        Render<MudPopoverProvider>();
        Render<MudSnackbarProvider>();
        return Render<MudDialogProvider>();
    }

    /// <summary>MudBlazor's services can only be disposed asynchronously.</summary>
    async Task IAsyncLifetime.DisposeAsync()
    {
        await DisposeAsync();
        await using var connection = new SqliteConnection(DataRegistration.SqliteConnectionString(_folder));
        SqliteConnection.ClearPool(connection);
        Directory.Delete(_folder, recursive: true);
    }

    private sealed class SignedInState(UserDirectory directory) : AuthenticationStateProvider
    {
        public override Task<AuthenticationState> GetAuthenticationStateAsync() =>
            Task.FromResult(new AuthenticationState(Principals.Create(directory.Find(1)!, "test")));
    }
}
