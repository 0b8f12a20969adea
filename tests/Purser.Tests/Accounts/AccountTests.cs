using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using Purser.Server.Accounts;
using Purser.Server.People;
using Purser.Server.Store;
using Purser.Tests.Infrastructure;

namespace Purser.Tests.Accounts;

public sealed class AccountTests
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Theory, Engines]
    public async Task An_operator_creates_an_account_with_default_and_administrator(Engine engine)
    {
        await using var installation = await TestInstallation.StartAsync(engine);
        var api = await installation.People.OperatorApiAsync();
        var answer = await api.PostAsJsonAsync(
            "/api/v1/operator/accounts",
            new { name = "Bücher", domain = "Bücher.Example", administrator = new { email = "mara@buecher.example", displayName = "Mara" } },
            Stop);
        Assert.Equal(HttpStatusCode.Created, answer.StatusCode);
        var created = await answer.Content.ReadFromJsonAsync<JsonElement>(Stop);
        Assert.Equal("xn--bcher-kva.example", created.GetProperty("domain").GetString());
        Assert.StartsWith("/set-password?person=", created.GetProperty("setPasswordPath").GetString(), StringComparison.Ordinal);

        await using var db = installation.Database.Read();
        Assert.Equal("DEFAULT", (await db.VirtualAccounts.SingleAsync(row => row.IsDefault, Stop)).Name);
        Assert.Equal(
            ["The Smart Account \"Bücher\" was created.", "The Virtual Account \"DEFAULT\" was created.", "The user \"Mara\" was given the role Smart Account Administrator."],
            await db.Events.OrderBy(row => row.Seq).Select(row => row.Message).ToListAsync(Stop));
        var mara = await installation.People.ActorAsync((await db.Users.SingleAsync(Stop)).Id);
        var item = Assert.Single(await installation.Get<ListMyAccounts>().HandleAsync(mara, Stop));
        Assert.Equal(new ListMyAccounts.RoleCount(Role.SmartAccountAdministrator, "Smart Account Administrator", 1), Assert.Single(item.Roles));
    }

    [Theory, Engines]
    public async Task A_domain_is_unique_whatever_its_case_and_must_be_one(Engine engine)
    {
        await using var installation = await TestInstallation.StartAsync(engine);
        await installation.People.AccountAsync("acme.example");
        var api = await installation.People.OperatorApiAsync();
        Assert.Equal(HttpStatusCode.Conflict, await CreateAsync("ACME.example"));
        Assert.Equal(HttpStatusCode.UnprocessableEntity, await CreateAsync("acme"));
        Assert.Equal(HttpStatusCode.UnprocessableEntity, await CreateAsync("12345"));
        Assert.Equal(HttpStatusCode.UnprocessableEntity, await CreateAsync("-x.example"));
        Assert.Equal(HttpStatusCode.UnprocessableEntity, await CreateAsync(""));

        async Task<HttpStatusCode> CreateAsync(string domain) =>
            (await api.PostAsJsonAsync("/api/v1/operator/accounts", new { name = "Acme", domain }, Stop)).StatusCode;
    }

    [Theory, Engines]
    public async Task Editing_tells_the_account_what_changed(Engine engine)
    {
        await using var installation = await TestInstallation.StartAsync(engine);
        var account = await installation.People.AccountAsync();
        var api = await installation.People.OperatorApiAsync();
        var answer = await api.PatchAsJsonAsync($"/api/v1/operator/accounts/{account.Domain}", new { name = "Acme Ltd", exportPermitted = true }, Stop);
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        await using var db = installation.Database.Read(account.Id);
        var last = await db.Events.OrderByDescending(row => row.Seq).FirstAsync(Stop);
        Assert.Equal(
            "The properties of the Smart Account \"Acme Ltd\" were changed: name \"The acme.example company\" to \"Acme Ltd\"; export-controlled functionality is permitted.",
            last.Message);
        Assert.True(last.ActorIsStaff);
    }

    [Theory, Engines]
    public async Task Its_own_people_change_name_and_description_and_nothing_else(Engine engine)
    {
        await using var installation = await TestInstallation.StartAsync(engine);
        var account = await installation.People.AccountAsync();
        foreach (var role in new[] { Role.SmartAccountAdministrator, Role.SmartAccountApprover })
        {
            var api = await installation.People.ApiAsync(account, role);
            var answer = await api.PatchAsJsonAsync(account.Api, new { name = $" Acme of the {role} ", description = "All of Acme", exportPermitted = true, partyId = "1" }, Stop);
            Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
            var facts = await api.GetFromJsonAsync<JsonElement>(account.Api, Stop);
            Assert.Equal(
                ($"Acme of the {role}", "All of Acme", false, ""),
                (facts.GetProperty("name").GetString(), facts.GetProperty("description").GetString(), facts.GetProperty("exportPermitted").GetBoolean(), facts.GetProperty("partyId").GetString()));
            Assert.Equal(HttpStatusCode.UnprocessableEntity, (await api.PatchAsJsonAsync(account.Api, new { name = " " }, Stop)).StatusCode);
            Assert.Equal(HttpStatusCode.UnprocessableEntity, (await api.PatchAsJsonAsync(account.Api, new { description = new string('x', 501) }, Stop)).StatusCode);
        }

        var user = await installation.People.ApiAsync(account, Role.SmartAccountUser);
        Assert.Equal(HttpStatusCode.Forbidden, (await user.PatchAsJsonAsync(account.Api, new { name = "Mine" }, Stop)).StatusCode);
        await using var db = installation.Database.Read(account.Id);
        Assert.Equal(
            ["name \"The acme.example company\" to \"Acme of the SmartAccountAdministrator\"; description.", "name \"Acme of the SmartAccountAdministrator\" to \"Acme of the SmartAccountApprover\"."],
            await db.Events.Where(row => row.Kind == "Smart Account Properties Changed").OrderBy(row => row.Seq)
                .Select(row => row.Message.Substring(row.Message.IndexOf("changed: ") + 9)).ToListAsync(Stop));
        Assert.Equal(2, await db.AuditEntries.CountAsync(row => row.AccountId == account.Id && row.Command == EditAccount.Name, Stop));
    }

    [Theory, Engines]
    [Trait("Feature", "SA-14")]
    public async Task The_account_list_shows_the_callers_accounts_only(Engine engine)
    {
        await using var installation = await TestInstallation.StartAsync(engine);
        var mine = await installation.People.AccountAsync("mine.example");
        await installation.People.AccountAsync("other.example");
        await installation.People.PersonAsync(mine, Role.SmartAccountUser);
        var user = await installation.People.PersonAsync(mine, Role.SmartAccountUser);
        var item = Assert.Single(await installation.Get<ListMyAccounts>().HandleAsync(user, Stop));
        Assert.Equal("mine.example", item.Domain);
        Assert.Equal(2, Assert.Single(item.Roles).People);

        var api = await installation.People.ApiAsync(mine, Role.SmartAccountViewer);
        Assert.Equal(1, (await api.GetFromJsonAsync<JsonElement>("/api/v1/accounts", Stop)).GetProperty("items").GetArrayLength());
    }
}
