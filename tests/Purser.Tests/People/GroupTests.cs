using System.Net;
using System.Net.Http.Headers;
using Microsoft.EntityFrameworkCore;
using Purser.Server.Accounts;
using Purser.Server.People;
using Purser.Server.People.SignIn;
using Purser.Server.Store;
using Purser.Tests.Infrastructure;

namespace Purser.Tests.People;

[Trait("Feature", "SA-09")]
public sealed class GroupTests
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Theory, Engines]
    public async Task A_member_may_what_her_own_roles_and_the_groups_allow_together(Engine engine)
    {
        await using var installation = await TestInstallation.StartAsync(engine);
        var account = await installation.People.AccountAsync();
        var api = await installation.People.ApiAsync(account);
        var jo = await installation.People.PersonAsync(account, Role.SmartAccountUser);
        var oslo = (await api.PostJsonAsync($"{account.Api}/virtual-accounts", new { name = "Oslo" })).Id;
        var harbour = (await api.PostJsonAsync($"{account.Api}/virtual-accounts", new { name = "Harbour", parentId = oslo })).Id;

        // The group gives less than she has herself, and takes nothing.
        var email = await EmailAsync(installation, jo.Id);
        var made = await api.PostJsonAsync($"{account.Api}/groups", new
        {
            name = "Nordic", emails = new[] { email, "new@acme.example" }, access = new { role = "VirtualAccountAdministrator", virtualAccountIds = new[] { oslo } },
        });
        Assert.Equal(HttpStatusCode.Created, made.Status);
        Assert.Empty(made.Json.GetProperty("newSignIns").EnumerateArray());
        Assert.NotEmpty(await installation.People.PasswordLinkAsync("new@acme.example"));
        var actor = await installation.People.ActorAsync(jo.Id);
        Assert.True(actor.ReachOf(Permission.LicenseTransfer, account.Id).IsWhole);
        Assert.True(actor.May(Permission.PeopleManage, account.Id, harbour));
        Assert.False(actor.May(Permission.PeopleManage, account.Id, account.DefaultVirtualAccountId));

        Assert.Contains("new@acme.example", (await api.GetStringAsync($"/api/v1/search?q=new@acme", Stop)), StringComparison.Ordinal);

        var shown = Assert.Single((await api.GetJsonAsync($"{account.Api}/people?through=Groups&search={email}")).Items);
        Assert.Equal(["", "Nordic"], shown.GetProperty("roles").EnumerateArray().Select(role => role.GetProperty("group").GetString() ?? ""));
        Assert.Empty((await api.GetJsonAsync($"{account.Api}/people?through=Own&search=new@")).Items);
    }

    [Theory, Engines]
    public async Task Rights_change_at_once_with_the_group(Engine engine)
    {
        await using var installation = await TestInstallation.StartAsync(engine);
        var account = await installation.People.AccountAsync();
        var api = await installation.People.ApiAsync(account);
        var group = (await api.PostJsonAsync($"{account.Api}/groups", new { name = "Readers", emails = new[] { "jo@acme.example" } })).Id;
        var jo = await IdAsync(installation, "jo@acme.example");
        var she = await ApiOfAsync(installation, account, jo);

        Assert.Equal("not-found", (await she.GetJsonAsync($"{account.Api}/people")).Code);
        Assert.Equal(HttpStatusCode.Created, (await api.PostJsonAsync($"{account.Api}/groups/{group}/roles", new { role = "SmartAccountApprover" })).Status);
        Assert.Equal(HttpStatusCode.OK, (await she.GetJsonAsync($"{account.Api}/people")).Status);
        var grant = (await api.GetJsonAsync($"{account.Api}/groups/{group}")).Json.GetProperty("group").GetProperty("roles")[0].GetProperty("grantId").GetInt64();
        Assert.Equal(HttpStatusCode.NoContent, (await api.CallAsync(HttpMethod.Delete, $"{account.Api}/groups/{group}/roles/{grant}")).Status);
        Assert.Equal("not-found", (await she.GetJsonAsync($"{account.Api}/people")).Code);

        await api.PostJsonAsync($"{account.Api}/groups/{group}/roles", new { role = "SmartAccountViewer" });
        Assert.Equal(HttpStatusCode.OK, (await she.GetJsonAsync($"{account.Api}/virtual-accounts")).Status);
        Assert.Equal(HttpStatusCode.OK, (await api.CallAsync(HttpMethod.Delete, $"{account.Api}/groups/{group}/members/{jo}")).Status);
        Assert.Equal("not-found", (await she.GetJsonAsync($"{account.Api}/virtual-accounts")).Code);
        Assert.Equal("not-found", (await api.CallAsync(HttpMethod.Delete, $"{account.Api}/groups/{group}/members/{jo}")).Code);

        await api.PostJsonAsync($"{account.Api}/groups/{group}/members", new { emails = new[] { "JO@acme.example" } });
        Assert.Equal(HttpStatusCode.OK, (await she.GetJsonAsync($"{account.Api}/virtual-accounts")).Status);
        Assert.Equal(HttpStatusCode.NoContent, (await api.CallAsync(HttpMethod.Delete, $"{account.Api}/groups/{group}")).Status);
        Assert.Equal("not-found", (await she.GetJsonAsync($"{account.Api}/virtual-accounts")).Code);
    }

    [Theory, Engines]
    public async Task Bad_input_is_told_with_its_remedy(Engine engine)
    {
        await using var installation = await TestInstallation.StartAsync(engine);
        var account = await installation.People.AccountAsync();
        var api = await installation.People.ApiAsync(account);
        await api.PostJsonAsync($"{account.Api}/groups", new { name = "Readers" });
        Assert.Equal("already-exists", (await api.PostJsonAsync($"{account.Api}/groups", new { name = " READERS " })).Code);
        Assert.Equal("invalid-input", (await api.PostJsonAsync($"{account.Api}/groups", new { name = "Others", emails = new[] { "nobody" } })).Code);
        Assert.Equal("not-found", (await api.PostJsonAsync($"{account.Api}/groups", new
        {
            name = "Others", access = new { role = "VirtualAccountUser", virtualAccountIds = new[] { 4711 } },
        })).Code);
        Assert.Equal("invalid-input", (await api.PostJsonAsync($"{account.Api}/groups", new { name = "Others", access = new { role = "VirtualAccountUser" } })).Code);
        Assert.Single((await api.GetJsonAsync($"{account.Api}/groups")).Items);

        await installation.Database.WriteAsync(db => db.Accounts.Where(row => row.Id == account.Id).ExecuteUpdateAsync(set => set.SetProperty(row => row.Type, AccountType.LimitedUse), Stop));
        Assert.Equal("account-type-forbids", (await api.PostJsonAsync($"{account.Api}/groups", new { name = "Others" })).Code);
    }

    [Theory, Engines]
    public async Task Roles_in_a_virtual_account_go_with_it_and_only_its_administrators_see_the_group(Engine engine)
    {
        await using var installation = await TestInstallation.StartAsync(engine);
        var account = await installation.People.AccountAsync();
        var api = await installation.People.ApiAsync(account);
        var oslo = (await api.PostJsonAsync($"{account.Api}/virtual-accounts", new { name = "Oslo" })).Id;
        var bergen = (await api.PostJsonAsync($"{account.Api}/virtual-accounts", new { name = "Bergen" })).Id;
        var group = (await api.PostJsonAsync($"{account.Api}/groups", new
        {
            name = "Oslo people", emails = new[] { "secret.member@acme.example" }, access = new { role = "VirtualAccountUser", virtualAccountIds = new[] { oslo } },
        })).Id;
        var inOslo = await installation.People.ApiAsync(account, Role.VirtualAccountAdministrator, oslo);
        var inBergen = await installation.People.ApiAsync(account, Role.VirtualAccountAdministrator, bergen);
        Assert.Single((await inOslo.GetJsonAsync($"{account.Api}/groups")).Items);
        Assert.Single((await inOslo.GetJsonAsync($"{account.Api}/groups/{group}/members")).Items);
        Assert.Single((await inOslo.GetJsonAsync($"{account.Api}/people")).Items);
        Assert.Empty((await inBergen.GetJsonAsync($"{account.Api}/groups")).Items);
        Assert.Equal("not-found", (await inBergen.GetJsonAsync($"{account.Api}/groups/{group}")).Code);
        Assert.Equal("not-found", (await inBergen.GetJsonAsync($"{account.Api}/groups/{group}/members")).Code);
        Assert.Empty((await inBergen.GetJsonAsync($"{account.Api}/people")).Items);
        Assert.Equal("not-allowed", (await inOslo.PostJsonAsync($"{account.Api}/groups/{group}/members", new { emails = new[] { "me@acme.example" } })).Code);

        Assert.Equal(HttpStatusCode.NoContent, (await api.CallAsync(HttpMethod.Delete, $"{account.Api}/virtual-accounts/{oslo}")).Status);
        Assert.Empty((await api.GetJsonAsync($"{account.Api}/groups/{group}")).Json.GetProperty("group").GetProperty("roles").EnumerateArray());
    }

    [Theory, Engines]
    public async Task Administrators_through_groups_are_not_the_ones_who_must_stay(Engine engine)
    {
        await using var installation = await TestInstallation.StartAsync(engine);
        var account = await installation.People.AccountAsync();
        var own = await installation.People.PersonAsync(account, Role.SmartAccountAdministrator);
        var api = await installation.People.ApiAsync(account);
        await api.PostJsonAsync($"{account.Api}/groups", new { name = "Administrators", emails = new[] { "jo@acme.example" }, access = new { role = "SmartAccountAdministrator" } });
        Assert.Equal("last-administrator", (await api.CallAsync(HttpMethod.Delete, $"{account.Api}/people/{own.Id}")).Code);
        await using var db = installation.Database.Read();
        Assert.NotNull(await LastAdministrator.JudgePersonAsync(db, own.Id, Stop));
        await installation.People.PersonAsync(account, Role.SmartAccountAdministrator);
        Assert.Null(await LastAdministrator.JudgePersonAsync(db, own.Id, Stop));
    }

    [Theory, Engines]
    public async Task A_message_goes_to_chosen_people_and_to_a_group(Engine engine)
    {
        await using var installation = await TestInstallation.StartAsync(engine);
        var account = await installation.People.AccountAsync();
        var other = await installation.People.AccountAsync("other.example");
        var stranger = await installation.People.PersonAsync(other, Role.SmartAccountUser);
        var viewer = await installation.People.PersonAsync(account, Role.SmartAccountViewer);
        var api = await installation.People.ApiAsync(account);
        var group = (await api.PostJsonAsync($"{account.Api}/groups", new { name = "Readers", emails = new[] { "a@acme.example", "b@acme.example" } })).Id;
        var sent = await api.PostJsonAsync($"{account.Api}/people/message", new { subject = "Maintenance", text = "On Sunday", personIds = new[] { viewer.Id, stranger.Id }, groupId = group });
        Assert.Equal(3, sent.Json.GetProperty("recipients").GetInt32());
        await using var db = installation.Database.Read();
        Assert.Equal(3, await db.Mails.CountAsync(row => row.Subject == "Maintenance", Stop));
        Assert.False(await db.Mails.AnyAsync(row => row.Recipient == db.Users.First(person => person.Id == stranger.Id).Email && row.Subject == "Maintenance", Stop));
        Assert.Equal("invalid-input", (await api.PostJsonAsync($"{account.Api}/people/message", new { subject = "Hello", text = "You", personIds = new[] { stranger.Id } })).Code);
        var elsewhere = await installation.People.ApiAsync(other);
        Assert.Equal("not-found", (await elsewhere.PostJsonAsync($"{other.Api}/people/message", new { subject = "Hello", text = "You", groupId = group })).Code);
    }

    internal static async Task<long> IdAsync(TestInstallation installation, string email)
    {
        await using var db = installation.Database.Read();
        return (await PersonBook.FindAsync(db, email))!.Id;
    }

    internal static async Task<string> EmailAsync(TestInstallation installation, long person)
    {
        await using var db = installation.Database.Read();
        return (await db.Users.Where(row => row.Id == person).Select(row => row.Email).FirstAsync(Stop))!;
    }

    /// <summary>A program in whose front a person sits: it keeps its token while her rights change.</summary>
    internal static async Task<HttpClient> ApiOfAsync(TestInstallation installation, TestAccount account, long person)
    {
        using var program = await installation.People.ApiAsync(account);
        await using var db = installation.Database.Read();
        var client = await db.ApiClients.Where(row => row.AccountId == account.Id).OrderByDescending(row => row.Id).FirstAsync(Stop);
        var token = await installation.Get<BearerTokens>().IssueAsync(client, [.. ApiScopes.All], person, Stop);
        var http = installation.NewClient();
        http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", token.Text);
        return http;
    }
}
