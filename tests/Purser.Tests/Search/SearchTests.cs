using System.Net;
using Microsoft.EntityFrameworkCore;
using Purser.Server.Audit;
using Purser.Server.Commands;
using Purser.Server.Devices;
using Purser.Server.Licenses;
using Purser.Server.People;
using Purser.Server.Search;
using Purser.Server.Store;
using Purser.Server.Tokens;
using Purser.Tests.Devices;
using Purser.Tests.Infrastructure;

namespace Purser.Tests.Search;

/// <summary>One search over everything (SA-17): what is found, by whom, and what never.</summary>
[Trait("Feature", "SA-17")]
public sealed class SearchTests
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Theory, Engines]
    public async Task Everything_with_a_name_or_a_number_is_found_by_a_part_of_it(Engine engine)
    {
        await using var world = await World.MakeAsync(engine);
        var administrator = world.Administrator;
        Assert.Equal(["Device core-switch-77"], await world.FindAsync(administrator, "SWITCH-7"));
        Assert.Equal(["Device core-switch-77"], await world.FindAsync(administrator, "oc" + world.Account.Id + "000"));
        Assert.Equal(["License Network Advantage"], await world.FindAsync(administrator, "advanta"));
        Assert.Equal(["Order Order SO-4711"], await world.FindAsync(administrator, "o-47"));
        Assert.Equal(["Order Order SO-4711"], await world.FindAsync(administrator, "PO-99/x"));
        Assert.Equal(["Order Order SO-4711"], await world.FindAsync(administrator, "NW-ADV-1Y"));
        Assert.Equal(["Token for the lab in Kista"], await world.FindAsync(administrator, "kista LAB"));
        Assert.Equal(["VirtualAccount Stockholm"], await world.FindAsync(administrator, "ockhol"));
        Assert.Contains("Person SmartAccountAdministrator 1", await world.FindAsync(administrator, "people.example"));
        Assert.Empty(await world.FindAsync(administrator, "nothing is called so"));
    }

    [Theory, Engines]
    public async Task One_or_two_characters_find_what_begins_with_them(Engine engine)
    {
        await using var world = await World.MakeAsync(engine);
        Assert.Equal(["Device core-switch-77"], await world.FindAsync(world.Administrator, "co"));
        Assert.Equal(["VirtualAccount Stockholm"], await world.FindAsync(world.Administrator, "st"));
        Assert.Empty(await world.FindAsync(world.Administrator, "77"));
        Assert.NotEmpty((await world.Installation.Get<FindEverything>().HandleAsync(world.Administrator, null, new("co"), Cancellation)).Hint);
    }

    [Theory, Engines]
    public async Task Characters_with_a_meaning_to_the_engine_stand_for_themselves(Engine engine)
    {
        await using var world = await World.MakeAsync(engine);
        await world.Estate.DeviceAsync(world.Stockholm, "100%_\\\"odd\"*-one");
        foreach (var typed in new[] { "%%%", "___", "\"\"\"", "* OR text:", "a' or 1=1 --", "(((", "NEAR(x y)", "\\\\\\", "\0\0\0", "𝒳𝒴", "^^^", "text : sto" })
        {
            Assert.Empty(await world.FindAsync(world.Administrator, typed));
        }

        foreach (var typed in new[] { "100%_", "%_\\\"", "\"odd\"*", "odd 0%" })
        {
            Assert.Equal(["Device 100%_\\\"odd\"*-one"], await world.FindAsync(world.Administrator, typed));
        }
    }

    [Theory, Engines]
    public async Task Nobody_finds_anything_of_a_neighbour(Engine engine)
    {
        await using var world = await World.MakeAsync(engine);
        var oslo = await world.Estate.VirtualAccountAsync("Oslo");
        await world.Estate.DeviceAsync(oslo, "core-switch-88");
        var user = await world.Installation.People.PersonAsync(world.Account, Role.VirtualAccountUser, oslo);
        var administratorOfOslo = await world.Installation.People.PersonAsync(world.Account, Role.VirtualAccountAdministrator, oslo);

        Assert.Equal(["Device core-switch-88"], await world.FindAsync(user, "core-switch"));
        foreach (var typed in new[] { "FOC" + world.Account.Id + "0001", "Network Advantage", "SO-4711", "Kista", "Stockholm", "people.example", "st", "co-switch-77" })
        {
            Assert.Empty(await world.FindAsync(user, typed));
        }

        // Who administers a virtual account sees the people of that one.
        Assert.Equal(
            ["Person VirtualAccountAdministrator 3", "Person VirtualAccountUser 2"], (await world.FindAsync(administratorOfOslo, "people.example")).Order(StringComparer.Ordinal));

        var neighbour = await world.Installation.People.AccountAsync("globex.example");
        var stranger = await world.Installation.People.PersonAsync(neighbour, Role.SmartAccountAdministrator);
        foreach (var typed in new[] { "core-switch", "Network Advantage", "SO-4711", "Kista", "Stockholm", "SmartAccountAdministrator 1", "co" })
        {
            Assert.Empty(await world.FindAsync(stranger, typed, neighbour.Id));
            Assert.Empty(await world.FindAsync(stranger, typed, world.Account.Id));
            Assert.Empty(await world.FindAsync(stranger, typed, null));
        }
    }

    [Theory, Engines]
    public async Task All_accounts_are_searched_as_far_as_ones_roles_go(Engine engine)
    {
        await using var world = await World.MakeAsync(engine);
        var support = await world.Installation.People.OperatorAsync(OperatorRole.Support);
        var licensing = await world.Installation.People.OperatorAsync();
        Assert.Equal(["Device core-switch-77"], await world.FindAsync(support, "core-switch", null));
        Assert.Empty(await world.FindAsync(support, "people.example", null));
        Assert.Empty(await world.FindAsync(licensing, "core-switch", null));
        Assert.Equal(["Order Order SO-4711"], await world.FindAsync(licensing, "SO-4711", null));
        Assert.Equal(["Device core-switch-77"], await world.FindAsync(world.Administrator, "core-switch", null));
    }

    [Theory, Engines]
    public async Task What_a_device_says_of_itself_is_found_at_once_and_forgotten_with_it(Engine engine)
    {
        await using var world = await DeviceWorld.StartAsync(engine);
        using var device = new TestDevice(world, "SERIAL-0815");
        await device.RegisterAsync(await world.TokenAsync());
        await device.AuthorizeAsync((DeviceWorld.AdvantageTag, 1));
        var find = world.Server.Get<FindEverything>();
        var reader = TestActors.Person(1, Role.VirtualAccountUser, DeviceWorld.A(1));
        Assert.Single((await find.HandleAsync(reader, 1, new("rial-08"), Cancellation)).Groups);
        Assert.Empty((await find.HandleAsync(TestActors.Person(1, Role.VirtualAccountUser, DeviceWorld.A(1) + 1), 1, new("rial-08"), Cancellation)).Groups);

        await device.DeregisterAsync();
        Assert.Empty((await find.HandleAsync(reader, 1, new("rial-08"), Cancellation)).Groups);
        Assert.Equal(0, await world.Server.Get<SearchRepair>().HandleAsync(Cancellation));
    }

    [Theory, Engines]
    public async Task What_is_renamed_moved_or_removed_is_found_as_it_is_now(Engine engine)
    {
        await using var world = await World.MakeAsync(engine);
        var oslo = await world.Estate.VirtualAccountAsync("Oslo");
        var user = TestActors.Person(world.Account.Id, Role.VirtualAccountUser, oslo);
        Assert.Empty(await world.FindAsync(user, "core-switch"));
        await world.Estate.TouchAsync(world.Device, device =>
        {
            device.VirtualAccountId = oslo;
            device.DisplayName = "edge-router-1";
            device.SearchText = "EDGE-ROUTER-1";
        });
        Assert.Empty(await world.FindAsync(world.Administrator, "core-switch"));
        Assert.Equal(["Device edge-router-1"], await world.FindAsync(user, "edge-router"));
        await world.Estate.TouchAsync(world.Device, device => device.State = DeviceState.Removed);
        Assert.Empty(await world.FindAsync(world.Administrator, "edge-router"));
        Assert.Equal(0, await world.Installation.Get<SearchRepair>().HandleAsync(Cancellation));
    }

    [Theory, Engines]
    public async Task Many_answers_are_read_page_by_page_and_a_whole_name_comes_first(Engine engine)
    {
        await using var world = await World.MakeAsync(engine);
        await world.Estate.DeviceAsync(world.Stockholm, "leaf-1");
        for (var number = 10; number < 35; number++)
        {
            await world.Estate.DeviceAsync(world.Stockholm, $"leaf-{number}");
        }

        var find = world.Installation.Get<FindEverything>();
        var overview = (await find.HandleAsync(world.Administrator, world.Account.Id, new("leaf-1"), Cancellation)).Groups.Single();
        Assert.Equal("leaf-1", overview.Items[0].Title);
        var seen = new List<string>();
        string? after = null;
        do
        {
            var group = (await find.HandleAsync(world.Administrator, world.Account.Id, new("leaf", SearchKind.Device, after, 7), Cancellation)).Groups.Single();
            seen.AddRange(group.Items.Select(hit => hit.Title));
            after = group.Next;
        }
        while (after is not null);
        Assert.Equal(26, seen.Count);
        Assert.Equal(26, seen.Distinct().Count());
    }

    [Theory, Engines]
    public async Task A_broken_table_is_named_by_the_audit_and_put_right_by_the_repair(Engine engine)
    {
        await using var world = await World.MakeAsync(engine);
        await world.ExecuteAsync("update search_entry set text = 'SOMETHING ELSE' where kind = 'Device'");
        await world.ExecuteAsync("delete from search_entry where kind = 'VirtualAccount'");
        await world.ExecuteAsync("insert into search_entry (account_id, kind, id, virtual_account_id, text) values (7, 'Token', 424242, 0, 'GHOST')");
        Assert.Empty(await world.FindAsync(world.Administrator, "core-switch"));
        var report = await world.Installation.Get<AuditBook>().HandleAsync(world.Account.Id, Cancellation);
        Assert.Contains(report.Findings, finding => finding.Row == $"search entry of Device {world.Device}");

        Assert.Equal(4, await world.Installation.Get<SearchRepair>().HandleAsync(Cancellation));
        Assert.Equal(["Device core-switch-77"], await world.FindAsync(world.Administrator, "core-switch"));
        Assert.Equal(["VirtualAccount Stockholm"], await world.FindAsync(world.Administrator, "stockholm"));
        report = await world.Installation.Get<AuditBook>().HandleAsync(world.Account.Id, Cancellation);
        Assert.True(report.IsClean, string.Join('\n', report.Findings));
    }

    [Theory, Engines]
    public async Task Programs_search_with_their_own_rights(Engine engine)
    {
        await using var world = await World.MakeAsync(engine);
        using var client = await world.Installation.People.ApiAsync(world.Account, Role.SmartAccountViewer);
        var answer = await client.GetJsonAsync($"{world.Account.Api}/search?q=core-switch");
        Assert.Equal(HttpStatusCode.OK, answer.Status);
        var hit = answer.Json.GetProperty("groups")[0].GetProperty("items")[0];
        Assert.Equal("core-switch-77", hit.GetProperty("title").GetString());
        Assert.Equal("Stockholm", hit.GetProperty("virtualAccount").GetString());
        Assert.Equal(1, (await client.GetJsonAsync("/api/v1/search?q=core-switch")).Json.GetProperty("groups").GetArrayLength());
        Assert.Equal(HttpStatusCode.BadRequest, (await client.GetJsonAsync($"{world.Account.Api}/search?q=core&after=x")).Status);
        Assert.Equal(HttpStatusCode.BadRequest, (await client.GetJsonAsync($"{world.Account.Api}/search?q=core&kind=Device&after=x")).Status);
        Assert.Equal(HttpStatusCode.BadRequest, (await client.GetJsonAsync($"{world.Account.Api}/search?q=core&limit=0")).Status);
    }

    private sealed record World(TestInstallation Installation, DeviceEstate Estate, long Stockholm, long Device, Actor Administrator) : IAsyncDisposable
    {
        public TestAccount Account => Estate.Account;

        public static async Task<World> MakeAsync(Engine engine)
        {
            var installation = await TestInstallation.StartAsync(engine);
            var estate = await DeviceEstate.MakeAsync(installation);
            var stockholm = await estate.VirtualAccountAsync("Stockholm");
            var license = await estate.EntitlementAsync("Network Advantage");
            var device = await estate.DeviceAsync(stockholm, "core-switch-77");
            var verdict = await installation.WritePath.RunAsync<Done>(new Command("test.stock", Actor.System, new { }) { Accounts = [estate.Account.Id] }, async scope =>
            {
                var draft = new LineDraft(license, 10, LicenseTerms.Perpetual, LineSource.Order) { OrderNumber = "SO-4711", PurchaseOrder = "PO-99/X", Sku = "NW-ADV-1Y" };
                await scope.Ledger(estate.Account.Id).DepositAsync(draft, stockholm, scope.NextId(IdKind.Transaction));
                var token = scope.NextId(IdKind.Token);
                scope.Db.RegistrationTokens.Add(new RegistrationToken
                {
                    AccountId = estate.Account.Id, Id = token, VirtualAccountId = stockholm, Description = "for the lab in Kista",
                    SealedText = [1], TextHash = [1], CreatedBy = "Test", CreatedAt = scope.Now, ExpiresAt = scope.Now.AddDays(1),
                });
                scope.Db.TokenDirectory.Add(new TokenDirectory { TextHash = [1], AccountId = estate.Account.Id, TokenId = token });
                return Verdict.Done;
            }, Cancellation);
            Assert.True(verdict.IsOk, verdict.Refusal?.ToString());
            return new World(installation, estate, stockholm, device, await installation.People.PersonAsync(estate.Account, Role.SmartAccountAdministrator));
        }

        public Task<IReadOnlyList<string>> FindAsync(Actor reader, string typed) => FindAsync(reader, typed, Account.Id);

        /// <summary>"Device core-switch-77", kind by kind.</summary>
        public async Task<IReadOnlyList<string>> FindAsync(Actor reader, string typed, long? accountId)
        {
            var answer = await Installation.Get<FindEverything>().HandleAsync(reader, accountId, new(typed), Cancellation);
            return [.. answer.Groups.SelectMany(group => group.Items).Select(hit => $"{hit.Kind} {hit.Title}")];
        }

        public async Task ExecuteAsync(string sql)
        {
            await using var db = Installation.Database.Open();
            await db.Database.ExecuteSqlRawAsync(sql, Cancellation);
        }

        public ValueTask DisposeAsync() => Installation.DisposeAsync();
    }
}
