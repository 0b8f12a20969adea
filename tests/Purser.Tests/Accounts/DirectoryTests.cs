using Microsoft.EntityFrameworkCore;
using Purser.Server.Accounts;
using Purser.Server.Commands;
using Purser.Server.Http;
using Purser.Server.People;
using Purser.Server.Store;
using Purser.Tests.Infrastructure;

namespace Purser.Tests.Accounts;

/// <summary>Who finds which Smart Account, and how she asks for access.</summary>
[Trait("Feature", "SA-04")]
public sealed class DirectoryTests
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Theory, Engines]
    public async Task Restricted_accounts_are_found_by_exact_name_or_domain_only(Engine engine)
    {
        await using var installation = await TestInstallation.StartAsync(engine);
        var world = new RequestWorld(installation);
        await installation.People.AccountAsync("acme.example");
        var hidden = await installation.People.AccountAsync("acme-secret.example");
        var administrator = await installation.People.ApiAsync(hidden);
        Assert.Equal("Restricted", (await administrator.CallAsync(HttpMethod.Patch, hidden.Api, new { visibility = "Restricted", headquarters = "1 Road" })).Json.GetProperty("visibility").GetString());
        var stranger = await world.PersonAsync("stranger@elsewhere.example");

        Assert.Equal(["acme.example"], await FindAsync("acme"));
        Assert.Equal(["acme-secret.example"], await FindAsync("ACME-secret.example"));
        Assert.Equal(["acme-secret.example"], await FindAsync("The acme-secret.example company"));
        Assert.Empty(await FindAsync("acme-secret"));
        Assert.Empty(await FindAsync("ac"));
        Assert.Empty(await FindAsync(null));

        async Task<IEnumerable<string>> FindAsync(string? search) =>
            (await installation.Get<FindAccounts>().HandleAsync(stranger, search, new PageRequest(), Stop)).Items.Select(item => item.Domain);
    }

    [Theory, Engines]
    public async Task Colleagues_see_their_account_with_its_administrators_at_once(Engine engine)
    {
        await using var installation = await TestInstallation.StartAsync(engine);
        var world = new RequestWorld(installation);
        var account = await installation.People.AccountAsync("acme.example");
        await installation.People.PersonAsync(account, Role.SmartAccountAdministrator);
        var colleague = await world.PersonAsync("new@eu.acme.example");
        var item = Assert.Single((await installation.Get<FindAccounts>().HandleAsync(colleague, null, new PageRequest(), Stop)).Items);
        Assert.Equal(("acme.example", false), (item.Domain, item.IsMine));
        Assert.EndsWith("@people.example", Assert.Single(item.Administrators), StringComparison.Ordinal);

        // Strangers who share a public mail service are no colleagues, and others are not told addresses.
        var somebody = await world.PersonAsync("somebody@gmail.com");
        Assert.Empty((await installation.Get<FindAccounts>().HandleAsync(somebody, null, new PageRequest(), Stop)).Items);
        Assert.Empty(Assert.Single((await installation.Get<FindAccounts>().HandleAsync(somebody, "acme", new PageRequest(), Stop)).Items).Administrators);
    }

    [Theory, Engines]
    public async Task Asking_for_access_reaches_the_administrators(Engine engine)
    {
        await using var installation = await TestInstallation.StartAsync(engine, adjust: TestActors.Allow);
        var world = new RequestWorld(installation);
        var account = await installation.People.AccountAsync("acme.example");
        var person = await world.PersonAsync("new@acme.example");
        using var api = TestActors.As(installation.NewClient(), person);
        Assert.Equal("conflict", (await AskAsync()).Code);
        var administrator = await installation.People.PersonAsync(account, Role.SmartAccountAdministrator);

        var asked = await AskAsync();
        Assert.Equal(System.Net.HttpStatusCode.Created, asked.Status);
        Assert.Equal("already-exists", (await AskAsync()).Code);
        Assert.True(Assert.Single((await installation.Get<FindAccounts>().HandleAsync(person, null, new PageRequest(), Stop)).Items).IsAsked);
        await using var db = installation.Database.Read();
        var address = await db.Users.Where(row => row.Id == administrator.Id).Select(row => row.Email!).SingleAsync(Stop);
        var (subject, text) = await world.MailAsync(address);
        Assert.Equal("new asks for access to The acme.example company", subject);
        Assert.Contains($"/accounts/acme.example/access-requests/{asked.Id}", text, StringComparison.Ordinal);
        Assert.Contains("> I buy the switches", text, StringComparison.Ordinal);
        Assert.Equal(
            "The user \"new\" (new@acme.example) requested access to the Smart Account.",
            await db.Events.Where(row => row.AccountId == account.Id && row.Kind == "Access Requested").Select(row => row.Message).SingleAsync(Stop));
        Assert.Equal("not-found", (await api.PostJsonAsync("/api/v1/directory/access-requests", new { domain = "nobody.example" })).Code);
        using var member = TestActors.As(installation.NewClient(), administrator);
        Assert.Equal("already-exists", (await member.PostJsonAsync("/api/v1/directory/access-requests", new { domain = "acme.example" })).Code);

        Task<ApiAnswer> AskAsync() => api.PostJsonAsync("/api/v1/directory/access-requests", new { domain = "ACME.example", note = "I buy the switches" });
    }
}
