using Bunit;
using Listmonk.Core.Data;
using Listmonk.Core.Maintenance;
using Listmonk.Core.Maintenance.Backups;
using Listmonk.Core.Subscribers;
using Listmonk.Tests.Support;
using Listmonk.Web.Maintenance;
using Microsoft.AspNetCore.Components;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Logging;

namespace Listmonk.Tests.Maintenance;

public sealed class MaintenancePagesTests : ComponentTest
{
    [Fact]
    public async Task Orphans_are_counted_before_and_go_after_a_question()
    {
        await Get<IDbContextFactory<ListmonkDbContext>>().WriteAsync(
            db =>
            {
                db.Subscribers.Add(new Subscriber { Uuid = Guid.NewGuid(), Email = "orphan@example.com", Name = "Orphan" });
                return Task.CompletedTask;
            },
            CancellationToken.None);
        var dialogs = RenderProviders();
        var page = Render<MaintenancePage>();
        page.WaitForAssertion(() => Assert.Contains("Delete 1 orphan", page.Find("[data-action=orphans]").TextContent, StringComparison.Ordinal));

        page.Find("[data-action=orphans]").Click();
        dialogs.WaitForAssertion(() => Assert.Contains("1 subscriber without a list", dialogs.Markup, StringComparison.Ordinal));
        Assert.Equal(1, await Get<MaintenanceService>().CountAsync(SubscriberCleanup.Orphan, CancellationToken.None));
        dialogs.FindAll("button").Single(button => button.TextContent.Trim() == "Delete 1").Click();

        page.WaitForAssertion(() => Assert.Contains("delete orphan subscribers", page.Markup, StringComparison.Ordinal));
        Assert.Equal(0, await Get<MaintenanceService>().CountAsync(SubscriberCleanup.Orphan, CancellationToken.None));
    }

    [Fact]
    public void The_check_tells_that_the_database_is_sound()
    {
        RenderProviders();
        var page = Render<MaintenancePage>();
        page.WaitForAssertion(() => Assert.NotNull(page.Find("[data-action=check]")));
        page.Find("[data-action=check]").Click();
        page.WaitForAssertion(() => Assert.Contains("The database is sound.", page.Markup, StringComparison.Ordinal));
    }

    [Fact]
    public void A_backup_made_in_the_page_can_be_downloaded_there()
    {
        RenderProviders();
        var page = Render<BackupsPage>();
        page.Find("[data-action=backup]").Click();
        page.WaitForAssertion(() => Assert.Equal(
            $"api/maintenance/backups/{Assert.Single(Get<BackupStore>().List()).Name}", page.Find("tbody a").GetAttribute("href")));
    }

    [Fact]
    public void The_log_shows_new_lines_as_they_come_and_only_the_wanted_level()
    {
        RenderProviders();
        var ring = Get<LogRing>();
        ring.Write(LogLevel.Information, "Test", "calm", null);
        Get<NavigationManager>().NavigateTo("admin/logs?level=error");
        var page = Render<LogsPage>();
        Assert.DoesNotContain("calm", page.Markup, StringComparison.Ordinal);

        ring.Write(LogLevel.Error, "Test", "alarm", null);

        page.WaitForAssertion(() => Assert.Contains("alarm", page.Find(".log-error").TextContent, StringComparison.Ordinal));
    }

    [Fact]
    public void About_names_the_version_and_the_database()
    {
        var page = Render<AboutPage>();
        page.WaitForAssertion(() => Assert.Contains("SQLite 3.", page.Find(".facts").TextContent, StringComparison.Ordinal));
        Assert.Contains(InstanceQueries.Version, page.Find(".facts").TextContent, StringComparison.Ordinal);
    }
}
