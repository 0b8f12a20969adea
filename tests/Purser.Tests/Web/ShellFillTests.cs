using System.Net;
using Purser.Server.People;
using Purser.Server.Store;
using Purser.Tests.Infrastructure;

namespace Purser.Tests.Web;

/// <summary>What the skeleton knows about the person in front of it.</summary>
public sealed class ShellFillTests : IAsyncLifetime
{
    private TestInstallation installation = default!;

    public async ValueTask InitializeAsync() => installation = await TestInstallation.StartAsync(Engine.Sqlite);

    public async ValueTask DisposeAsync() => await installation.DisposeAsync();

    [Fact]
    public async Task Names_the_person_and_her_accounts()
    {
        var account = await installation.People.AccountAsync("acme.example");
        var person = await installation.People.PersonAsync(account, Role.SmartAccountUser);
        using var browser = await installation.BrowserAsync(person);
        var (_, page) = await GetAsync(browser, "/error/404");
        Assert.Contains(person.Name, page, StringComparison.Ordinal);
        Assert.Contains("The acme.example company", page, StringComparison.Ordinal);
        Assert.Contains("/accounts/acme.example/alerts", page, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_approver_is_led_to_the_pages_that_she_may_open()
    {
        var account = await installation.People.AccountAsync("acme.example");
        using var browser = await installation.BrowserAsync(await installation.People.PersonAsync(account, Role.SmartAccountApprover));
        var (_, page) = await GetAsync(browser, "/error/404");
        Assert.DoesNotContain("/accounts/acme.example/alerts", page, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Without_a_database_the_fault_is_still_told_on_a_page()
    {
        var account = await installation.People.AccountAsync();
        using var browser = await installation.BrowserAsync(await installation.People.PersonAsync(account, Role.SmartAccountUser));
        await installation.Database.DisposeAsync();
        File.Delete(Path.Combine(installation.DataDirectory, "purser.db"));
        Directory.CreateDirectory(Path.Combine(installation.DataDirectory, "purser.db"));
        var (status, page) = await GetAsync(browser, "/help/web-parts");
        Assert.True(status >= HttpStatusCode.InternalServerError, status.ToString());
        Assert.Contains("<main", page, StringComparison.Ordinal);
        Directory.Delete(Path.Combine(installation.DataDirectory, "purser.db"));
    }

    private static async Task<(HttpStatusCode Status, string Page)> GetAsync(HttpClient browser, string address)
    {
        var answer = await browser.GetAsync(address, TestContext.Current.CancellationToken);
        return (answer.StatusCode, await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));
    }
}
