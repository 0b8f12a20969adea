using System.Net;
using Microsoft.EntityFrameworkCore;
using Purser.Server.Mail;
using Purser.Server.People;
using Purser.Server.Store;
using Purser.Tests.Infrastructure;

namespace Purser.Tests.People;

/// <summary>A user group works in several Smart Accounts, by request.</summary>
[Trait("Feature", "SA-09")]
public sealed class GroupSpanTests
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Theory, Engines]
    public async Task A_group_is_let_into_another_account_with_a_role_and_either_side_ends_it(Engine engine)
    {
        await using var world = await World.MakeAsync(engine);
        var asked = await world.RequestAsync();
        var lookup = asked.Json.GetProperty("lookupId").GetString()!;
        Assert.Contains(lookup, await world.MailAsync(), StringComparison.Ordinal);
        var waiting = Assert.Single((await world.Target.GetJsonAsync($"{world.There.Api}/external-groups")).Items);
        Assert.Equal(("Engineers", "partner.example", 1), (waiting.GetProperty("name").GetString(), waiting.GetProperty("domain").GetString(), waiting.GetProperty("members").GetInt32()));
        Assert.Equal("not-found", (await world.Member.GetJsonAsync($"{world.There.Api}/virtual-accounts")).Code);

        // Nobody but the account that was asked can use the lookup id.
        Assert.Equal("not-found", (await world.Home.PostJsonAsync($"{world.Here.Api}/external-groups/{lookup}/grant", new { role = "SmartAccountUser" })).Code);
        await world.GrantAsync(lookup);
        Assert.Single((await world.Member.GetJsonAsync($"{world.There.Api}/virtual-accounts")).Items);
        Assert.Equal("not-allowed", (await world.Member.GetJsonAsync($"{world.There.Api}/people")).Code);
        Assert.Equal("conflict", (await world.Target.PostJsonAsync($"{world.There.Api}/external-groups/{lookup}/grant", new { role = "SmartAccountUser" })).Code);
        var shown = Assert.Single((await world.Target.GetJsonAsync($"{world.There.Api}/people?through=Groups")).Items);
        Assert.Equal("Engineers", shown.GetProperty("roles")[0].GetProperty("group").GetString());

        // The other account sees the group's name and its people here, and nothing else of it.
        Assert.Equal("not-found", (await world.Target.GetJsonAsync($"{world.There.Api}/groups/{world.Group}")).Code);
        Assert.Equal("not-found", (await world.Target.PostJsonAsync($"{world.There.Api}/groups/{world.Group}/members", new { emails = new[] { "me@customer.example" } })).Code);

        Assert.Equal(HttpStatusCode.NoContent, (await world.Target.CallAsync(HttpMethod.Delete, $"{world.There.Api}/groups/{world.Group}/access/partner.example")).Status);
        Assert.Equal("not-found", (await world.Member.GetJsonAsync($"{world.There.Api}/virtual-accounts")).Code);
        Assert.Equal("too-many-requests", (await world.RequestAsync()).Code);
        world.Installation.Advance(TimeSpan.FromHours(25));
        await world.GrantAsync((await world.RequestAsync()).Json.GetProperty("lookupId").GetString()!);
        Assert.Single((await world.Member.GetJsonAsync($"{world.There.Api}/virtual-accounts")).Items);
        Assert.Equal(HttpStatusCode.NoContent, (await world.Home.CallAsync(HttpMethod.Delete, $"{world.Here.Api}/groups/{world.Group}/access/customer.example")).Status);
        Assert.Equal("not-found", (await world.Member.GetJsonAsync($"{world.There.Api}/virtual-accounts")).Code);
    }

    [Theory, Engines]
    public async Task A_request_is_declined_with_a_reason_and_a_stale_lookup_id_is_told(Engine engine)
    {
        await using var world = await World.MakeAsync(engine);
        var first = (await world.RequestAsync()).Json.GetProperty("lookupId").GetString()!;
        Assert.Equal("already-exists", (await world.RequestAsync()).Code);
        Assert.Equal(HttpStatusCode.NoContent, (await world.Target.PostJsonAsync($"{world.There.Api}/external-groups/{first}/decline", new { reason = "We do not know you" })).Status);
        var span = Assert.Single((await world.Home.GetJsonAsync($"{world.Here.Api}/groups/{world.Group}")).Json.GetProperty("spans").EnumerateArray());
        Assert.Equal(("Declined", "We do not know you"), (span.GetProperty("state").GetString(), span.GetProperty("reason").GetString()));
        world.Installation.Advance(TimeSpan.FromHours(25));
        var second = (await world.RequestAsync()).Json.GetProperty("lookupId").GetString()!;
        Assert.Equal("not-found", (await world.Target.PostJsonAsync($"{world.There.Api}/external-groups/{first}/grant", new { role = "SmartAccountUser" })).Code);
        Assert.Equal("not-found", (await world.Home.PostJsonAsync($"{world.Here.Api}/groups/{world.Group}/access-requests", new { domain = "nobody.example" })).Code);
        Assert.Equal("invalid-input", (await world.Home.PostJsonAsync($"{world.Here.Api}/groups/{world.Group}/access-requests", new { domain = "partner.example" })).Code);
        Assert.Equal(HttpStatusCode.NoContent, (await world.Home.CallAsync(HttpMethod.Delete, $"{world.Here.Api}/groups/{world.Group}")).Status);
        Assert.Equal("not-found", (await world.Target.PostJsonAsync($"{world.There.Api}/external-groups/{second}/grant", new { role = "SmartAccountUser" })).Code);
    }

    [Theory, Engines]
    public async Task A_deleted_group_loses_its_roles_everywhere_and_both_logs_say_so(Engine engine)
    {
        await using var world = await World.MakeAsync(engine);
        await world.GrantAsync((await world.RequestAsync()).Json.GetProperty("lookupId").GetString()!);
        Assert.Equal(HttpStatusCode.NoContent, (await world.Home.CallAsync(HttpMethod.Delete, $"{world.Here.Api}/groups/{world.Group}")).Status);
        Assert.Equal("not-found", (await world.Member.GetJsonAsync($"{world.There.Api}/virtual-accounts")).Code);
        await using var db = world.Installation.Database.Read();
        Assert.False(await db.RoleGrants.AnyAsync(row => row.GroupId == world.Group, Stop));
        Assert.True(await db.Events.AnyAsync(row => row.AccountId == world.There.Id && row.Kind == "User Group Role Removed", Stop));
        Assert.True(await db.Events.AnyAsync(row => row.AccountId == world.Here.Id && row.Kind == "User Group Removed", Stop));
    }

    [Theory, Engines]
    public async Task Who_joins_and_leaves_stands_in_the_log_of_every_account_in_which_the_group_works(Engine engine)
    {
        await using var world = await World.MakeAsync(engine);
        var members = $"{world.Here.Api}/groups/{world.Group}/members";
        Assert.Equal(HttpStatusCode.OK, (await world.Home.PostJsonAsync(members, new { emails = new[] { "before@partner.example" } })).Status);
        await world.GrantAsync((await world.RequestAsync()).Json.GetProperty("lookupId").GetString()!);
        Assert.Equal(HttpStatusCode.OK, (await world.Home.PostJsonAsync(members, new { emails = new[] { "late@partner.example" } })).Status);
        var late = await GroupTests.IdAsync(world.Installation, "late@partner.example");
        Assert.Equal(HttpStatusCode.OK, (await world.Home.CallAsync(HttpMethod.Delete, $"{members}/{late}")).Status);
        Assert.Equal(
            [
                "The user \"late@partner.example\" was added to the user group \"Engineers\" of the Smart Account \"The partner.example company\", which works here.",
                "The user \"late@partner.example\" was removed from the user group \"Engineers\" of the Smart Account \"The partner.example company\", which works here.",
            ],
            await MessagesAsync(world, world.There.Id));

        // Its access ended, the customer hears of it no more.
        Assert.Equal(HttpStatusCode.NoContent, (await world.Home.CallAsync(HttpMethod.Delete, $"{world.Here.Api}/groups/{world.Group}/access/customer.example")).Status);
        Assert.Equal(HttpStatusCode.OK, (await world.Home.PostJsonAsync(members, new { emails = new[] { "after@partner.example" } })).Status);
        Assert.Equal(2, (await MessagesAsync(world, world.There.Id)).Count);
        Assert.Equal(5, (await MessagesAsync(world, world.Here.Id)).Count);

        static async Task<List<string>> MessagesAsync(World world, long account)
        {
            await using var db = world.Installation.Database.Read();
            return await db.Events.Where(row => row.AccountId == account && row.Kind == "User Group Changed").OrderBy(row => row.Seq).Select(row => row.Message).ToListAsync(Stop);
        }
    }

    /// <summary>A partner with a group of one engineer, and a customer.</summary>
    private sealed class World : IAsyncDisposable
    {
        public required TestInstallation Installation { get; init; }

        public required TestAccount Here { get; init; }

        public required TestAccount There { get; init; }

        public required HttpClient Home { get; init; }

        public required HttpClient Target { get; init; }

        /// <summary>The engineer, through a program of the customer's.</summary>
        public required HttpClient Member { get; init; }

        public required long Group { get; init; }

        public required string AdministratorEmail { get; init; }

        public static async Task<World> MakeAsync(Engine engine)
        {
            var installation = await TestInstallation.StartAsync(engine);
            var here = await installation.People.AccountAsync("partner.example");
            var there = await installation.People.AccountAsync("customer.example");
            var administrator = await installation.People.PersonAsync(there, Role.SmartAccountAdministrator);
            var home = await installation.People.ApiAsync(here);
            var group = (await home.PostJsonAsync($"{here.Api}/groups", new { name = "Engineers", emails = new[] { "eng@partner.example" } })).Id;
            return new World
            {
                Installation = installation,
                Here = here,
                There = there,
                Home = home,
                Target = await installation.People.ApiAsync(there),
                Member = await GroupTests.ApiOfAsync(installation, there, await GroupTests.IdAsync(installation, "eng@partner.example")),
                Group = group,
                AdministratorEmail = await GroupTests.EmailAsync(installation, administrator.Id),
            };
        }

        public Task<ApiAnswer> RequestAsync() => Home.PostJsonAsync($"{Here.Api}/groups/{Group}/access-requests", new { domain = "Customer.example", note = "Project North" });

        public async Task GrantAsync(string lookup) => Assert.Equal(
            HttpStatusCode.NoContent,
            (await Target.PostJsonAsync($"{There.Api}/external-groups/{lookup}/grant", new { role = "VirtualAccountUser", virtualAccountIds = new[] { There.DefaultVirtualAccountId } })).Status);

        public async Task<string> MailAsync()
        {
            await using var db = Installation.Database.Read();
            var id = await db.Mails.Where(row => row.Recipient == AdministratorEmail).OrderByDescending(row => row.Id).Select(row => row.Id).FirstAsync(Stop);
            return (await Installation.Get<ListMail>().FindAsync(id, Stop))!.Text!;
        }

        public ValueTask DisposeAsync() => Installation.DisposeAsync();
    }
}
