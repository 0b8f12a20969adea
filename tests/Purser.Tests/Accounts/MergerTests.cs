using Microsoft.EntityFrameworkCore;
using Purser.Server.Accounts;
using Purser.Server.Alerts;
using Purser.Server.Audit;
using Purser.Server.Commands;
using Purser.Server.Licenses;
using Purser.Server.People;
using Purser.Server.Store;
using Purser.Server.Tokens;
using Purser.Tests.Infrastructure;

namespace Purser.Tests.Accounts;

/// <summary>Smart Accounts are joined and divided: everything goes along, nothing is lost, and it can be taken back.</summary>
[Trait("Feature", "SA-15")]
public sealed class MergerTests
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Theory, Engines]
    public async Task A_merger_takes_everything_along_and_changes_no_balance(Engine engine)
    {
        await using var installation = await TestInstallation.StartAsync(engine);
        var world = await MergerWorld.MakeAsync(installation);
        await world.Globex.DepositAsync("North", 10, LicenseTerms.Term(DayZone.Utc.DayOf(installation.Clock.Now), 2, DayZone.Utc));
        await world.Globex.UseAsync("North", 14);
        var line = await world.Globex.DepositAsync("South", 5);
        await world.Globex.ReserveAsync("South", line, 3);
        await world.Acme.DepositAsync("North", 1);
        var token = await world.TokenAsync(world.Globex.Account.Id, await world.Globex.PlaceAsync("North"));
        var alertsBefore = await world.Globex.AlertsAsync();
        Assert.NotEmpty(alertsBefore);

        var preview = (await world.MergeAsync(dryRun: true)).Value;
        Assert.Equal(["DEFAULT (globex.example)", "North (globex.example)", "South"], preview.VirtualAccounts.Select(place => place.Name).Order(StringComparer.Ordinal));
        Assert.Equal((15, 1, 1), (preview.Content.Licenses, preview.Content.Devices, preview.Content.Tokens));
        Assert.Equal(AccountStatus.Active, (await world.AccountAsync(world.Globex.Account.Id)).Status);

        var done = (await world.MergeAsync()).Value;
        Assert.Equal(preview.VirtualAccounts, done.VirtualAccounts);
        Assert.Equal(AccountStatus.Closed, (await world.AccountAsync(world.Globex.Account.Id)).Status);
        var north = await world.Globex.PlaceAsync("North");
        Assert.Equal("10 | 14 | −4", await world.RowAsync(world.Acme.Account.Id, north));
        Assert.Equal("5 | 0 (3) | +2", await world.RowAsync(world.Acme.Account.Id, await world.Globex.PlaceAsync("South")));
        await using var db = installation.Database.Read(world.Acme.Account.Id);
        Assert.Equal(alertsBefore.Count, await db.Alerts.CountAsync(row => row.State == AlertState.Open && row.VirtualAccountId == north, Stop));
        Assert.Contains(
            "Virtual Account \"North (globex.example)\"",
            (await db.Alerts.FirstAsync(row => row.State == AlertState.Open && row.Kind == AlertKind.InsufficientLicenses, Stop)).Message, StringComparison.Ordinal);
        Assert.Equal(1, await db.VirtualAccounts.CountAsync(row => row.IsDefault, Stop));
        Assert.Equal(token, installation.Get<TokenBook>().TextOf(await db.RegistrationTokens.SingleAsync(Stop)));
        Assert.Contains(await db.Events.Select(row => row.Message).ToListAsync(Stop), text => text.Contains("was merged into this one: 3 virtual accounts came", StringComparison.Ordinal));
        var audited = await db.AuditEntries.IgnoreQueryFilters().Where(row => row.Command == MergeAccounts.Merge).ToListAsync(Stop);
        Assert.Equal(2, audited.Count);
        var device = await db.Devices.SingleAsync(Stop);
        var moved = $"{{\"row\":\"device\",\"keys\":[\"{device.Id}\"],\"before\":{{\"accountId\":{world.Globex.Account.Id}}},\"after\":{{\"accountId\":{world.Acme.Account.Id}}}}}";
        Assert.All(audited, entry => Assert.Contains(moved, entry.Changes, StringComparison.Ordinal));
        await world.AssertCleanAsync();

        // The term ends over there as it would have ended here.
        installation.Advance(TimeSpan.FromDays(800));
        await installation.Get<ExpireLicenses>().HandleAsync(Stop);
        Assert.Equal("0 | 14 | −14", await world.RowAsync(world.Acme.Account.Id, north));
        await world.AssertCleanAsync();
    }

    [Theory, Engines]
    public async Task Undone_the_same_virtual_accounts_are_back_with_what_lies_in_them_now(Engine engine)
    {
        await using var installation = await TestInstallation.StartAsync(engine);
        var world = await MergerWorld.MakeAsync(installation);
        await world.Globex.DepositAsync("North", 10);
        await world.Acme.DepositAsync("Home", 7);
        var ada = await installation.People.PersonAsync(world.Globex.Account, Role.SmartAccountAdministrator);
        var vic = await installation.People.PersonAsync(world.Globex.Account, Role.VirtualAccountUser, await world.Globex.PlaceAsync("North"));
        var approver = await installation.People.PersonAsync(world.Globex.Account, Role.SmartAccountApprover);
        var before = await world.PlacesAsync(world.Globex.Account.Id);
        var merged = (await world.MergeAsync()).Value;

        var north = await world.Globex.PlaceAsync("North");
        Assert.Contains(merged.RolesTaken, text => text.Contains(approver.Name, StringComparison.Ordinal));
        Assert.True(await world.MayAsync(ada, Permission.PeopleManage, world.Acme.Account.Id, north));
        Assert.False(await world.MayAsync(ada, Permission.LicenseView, world.Acme.Account.Id, await world.Acme.PlaceAsync("Home")));
        Assert.True(await world.MayAsync(vic, Permission.LicenseTransfer, world.Acme.Account.Id, north));

        // Licenses cross the old border meanwhile: 4 leave, 2 come.
        await world.TransferAsync(world.Acme.Account.Id, north, await world.Acme.PlaceAsync("Home"), 4);
        await world.TransferAsync(world.Acme.Account.Id, await world.Acme.PlaceAsync("Home"), north, 2);
        Assert.Equal(world.Globex.Account.Domain, (await world.UndoAsync(merged.Id, dryRun: true)).Value.From);
        Assert.True((await world.UndoAsync(merged.Id)).IsOk);
        Assert.Equal(before, await world.PlacesAsync(world.Globex.Account.Id));
        Assert.Equal(AccountStatus.Active, (await world.AccountAsync(world.Globex.Account.Id)).Status);
        Assert.Equal("8 | 0 | +8", await world.RowAsync(world.Globex.Account.Id, north));
        Assert.Equal("9 | 0 | +9", await world.Acme.RowAsync("Home"));
        Assert.True(await world.MayAsync(vic, Permission.LicenseTransfer, world.Globex.Account.Id, north));
        Assert.True(await world.MayAsync(approver, Permission.AgreementAccept, world.Globex.Account.Id));
        Assert.False(await world.MayAsync(ada, Permission.AccountView, world.Acme.Account.Id));
        Assert.Equal(RefusalCode.Conflict, (await world.UndoAsync(merged.Id)).Refusal!.Code);
        await world.AssertCleanAsync();
    }

    [Theory, Engines]
    public async Task An_undo_is_refused_where_somebody_has_built_on_it(Engine engine)
    {
        await using var installation = await TestInstallation.StartAsync(engine);
        var world = await MergerWorld.MakeAsync(installation);
        var north = await world.Globex.PlaceAsync("North");
        var merged = (await world.MergeAsync()).Value;
        var acme = world.Acme.Account.Id;

        var below = await world.CreateAsync(acme, "Attic", north);
        Assert.Contains("Put below them since: \"Attic\"", (await world.UndoAsync(merged.Id)).Refusal!.Detail, StringComparison.Ordinal);
        await world.DeleteAsync(acme, below);
        await world.MakeDefaultAsync(acme, north);
        Assert.Contains("was made the default", (await world.UndoAsync(merged.Id)).Refusal!.Detail, StringComparison.Ordinal);
        await world.MakeDefaultAsync(acme, world.Acme.Account.DefaultVirtualAccountId);
        await world.DeleteAsync(acme, north);
        Assert.Contains("Not there any more", (await world.UndoAsync(merged.Id)).Refusal!.Detail, StringComparison.Ordinal);
        Assert.Contains("Undo the merger", (await world.OpenAsync(world.Globex.Account.Id))!.Detail, StringComparison.Ordinal);
        await world.AssertCleanAsync();
    }

    [Theory, Engines]
    public async Task It_is_final_when_confirmed_and_when_its_time_has_passed(Engine engine)
    {
        await using var installation = await TestInstallation.StartAsync(engine);
        var world = await MergerWorld.MakeAsync(installation);
        var split = (await world.SplitAsync(world.Acme.Account.Domain, [await world.Acme.PlaceAsync("Home")], world.Globex.Account.Domain)).Value;
        Assert.True((await world.ConfirmAsync(split.Id)).IsOk);
        Assert.Contains("final", (await world.UndoAsync(split.Id)).Refusal!.Detail, StringComparison.Ordinal);
        var merged = (await world.MergeAsync()).Value;
        installation.Advance(TimeSpan.FromDays(30));
        Assert.Contains("final", (await world.UndoAsync(merged.Id)).Refusal!.Detail, StringComparison.Ordinal);
        Assert.Equal("1 became final", await installation.Get<ConfirmMergers>().RunAsync(Stop));
        Assert.Equal(MergerState.Final, (await installation.Get<ListMergers>().FindAsync(merged.Id, Stop))!.State);
        Assert.Equal(world.Acme.Account.Domain, await installation.Get<ListMergers>().SuccessorAsync(world.Globex.Account.Id, Stop));
    }

    [Theory, Engines]
    public async Task A_split_makes_a_new_account_with_chosen_virtual_accounts_and_people(Engine engine)
    {
        await using var installation = await TestInstallation.StartAsync(engine);
        var world = await MergerWorld.MakeAsync(installation);
        var acme = world.Acme.Account.Id;
        var home = await world.Acme.PlaceAsync("Home");
        var cellar = await world.CreateAsync(acme, "Cellar", home);
        var line = await world.Acme.DepositAsync("Home", 10);
        await world.TransferAsync(acme, home, await world.Acme.PlaceAsync("Garden"), 4);
        var comes = await installation.People.PersonAsync(world.Acme.Account, Role.VirtualAccountUser, home);
        var stays = await installation.People.PersonAsync(world.Acme.Account, Role.VirtualAccountUser, home);

        Assert.Contains("is the default virtual account", (await world.SplitOffAsync([world.Acme.Account.DefaultVirtualAccountId])).Refusal!.Detail, StringComparison.Ordinal);
        Assert.Equal("virtualAccountIds", (await world.SplitOffAsync([])).Refusal!.Field);
        var taken = await world.RunAsync(new(MergerKind.Split, world.Acme.Account.Domain) { VirtualAccountIds = [home], NewAccount = new("Again", "GLOBEX.example", new NewPerson("boss@spin.example")) });
        Assert.Equal((RefusalCode.AlreadyExists, "domain"), (taken.Refusal!.Code, taken.Refusal.Field));
        Assert.Equal(RefusalCode.NotFound, (await world.SplitOffAsync([await world.Globex.PlaceAsync("North")])).Refusal!.Code);
        Assert.Equal("people", (await world.SplitOffAsync([home], "nobody@people.example")).Refusal!.Field);

        var split = (await world.SplitOffAsync([home], await world.EmailAsync(comes))).Value;
        Assert.NotNull(split.SetPasswordPath);
        Assert.Equal(["Cellar", "Home"], split.VirtualAccounts.Select(place => place.NameBefore).Order(StringComparer.Ordinal));
        var made = (await world.AccountAsync("spin.example")).Id;
        Assert.Equal("6 | 0 | +6", await world.RowAsync(made, home));
        Assert.Equal("4 | 0 | +4", await world.Acme.RowAsync("Garden"));
        Assert.True(await world.MayAsync(comes, Permission.LicenseTransfer, made, home));
        Assert.False(await world.MayAsync(stays, Permission.AccountView, made));
        Assert.False(await world.MayAsync(stays, Permission.LicenseView, acme, home));
        Assert.Equal(home, (await world.PlacesAsync(made)).Single(place => place.Id == cellar).ParentId);
        await world.AssertCleanAsync();

        var undone = (await world.UndoAsync(split.Id)).Value;
        Assert.True(undone.IsClosed);
        Assert.Equal(AccountStatus.Closed, (await world.AccountAsync("spin.example")).Status);
        Assert.True(await world.MayAsync(stays, Permission.LicenseTransfer, acme, home));
        Assert.Equal("6 | 0 | +6", await world.RowAsync(acme, home));

        // The parts of the line are one line again.
        await using var db = installation.Database.Read(acme);
        var row = await db.LicenseLines.SingleAsync(one => one.AccountId == acme, Stop);
        Assert.Equal((line, 10, LineState.Active), (row.Id, row.Quantity, row.State));
        await world.AssertCleanAsync();
    }

    [Theory, Engines]
    public async Task What_cannot_be_is_refused_with_the_reason(Engine engine)
    {
        await using var installation = await TestInstallation.StartAsync(engine);
        var world = await MergerWorld.MakeAsync(installation);
        Assert.Equal("into", (await world.MergeAsync(into: "")).Refusal!.Field);
        Assert.Equal(RefusalCode.NotFound, (await world.MergeAsync(into: "nowhere.example")).Refusal!.Code);
        Assert.Contains("two different", (await world.MergeAsync(into: world.Globex.Account.Domain)).Refusal!.Detail, StringComparison.Ordinal);
        var holding = await world.MakeAccountAsync("holding.example", AccountType.PartnerHolding);
        Assert.Equal(RefusalCode.AccountTypeForbids, (await world.MergeAsync(into: holding)).Refusal!.Code);
        var limited = await world.MakeAccountAsync("someone.example", AccountType.LimitedUse);
        Assert.Equal(RefusalCode.AccountTypeForbids, (await world.MergeAsync(into: limited)).Refusal!.Code);
        Assert.Contains("not split", (await world.SplitAsync(limited, [1], world.Acme.Account.Domain)).Refusal!.Detail, StringComparison.Ordinal);

        // Ten levels there and one more that would come below.
        var parent = await world.DeepAsync(world.Acme.Account.Id, 10);
        Assert.Equal(RefusalCode.NestingTooDeep, (await world.MergeAsync(parent: parent)).Refusal!.Code);
        Assert.Equal(RefusalCode.NotFound, (await world.MergeAsync(parent: 4711)).Refusal!.Code);
        Assert.True((await world.MergeAsync()).IsOk);
        Assert.Equal(RefusalCode.AccountInactive, (await world.MergeAsync()).Refusal!.Code);
    }

    [Theory, Engines]
    public async Task Custom_tags_come_along_by_name(Engine engine)
    {
        await using var installation = await TestInstallation.StartAsync(engine);
        var world = await MergerWorld.MakeAsync(installation);
        await world.TagAsync(world.Globex.Account.Id, "Country", ["Sweden", "Norway"]);
        await world.TagAsync(world.Acme.Account.Id, "COUNTRY", ["Sweden"]);
        await world.TagAsync(world.Globex.Account.Id, "Site", ["Oslo"]);
        await world.TagPlaceAsync(world.Globex.Account.Id, await world.Globex.PlaceAsync("North"), ("Country", "Norway"), ("Site", "Oslo"));
        var merged = (await world.MergeAsync()).Value;
        Assert.Equal(["Site"], merged.Content.Tags);
        var tags = await installation.Get<ListTags>().HandleAsync(Actor.System, world.Acme.Account.Id, Stop);
        Assert.Equal(["Sweden", "Norway"], tags.Single(tag => tag.Name == "COUNTRY").Values.Select(value => value.Value));
        Assert.Equal(1, tags.Single(tag => tag.Name == "Site").Values.Single().VirtualAccounts);
        Assert.True((await world.UndoAsync(merged.Id)).IsOk);
        var back = (await installation.Get<ListVirtualAccounts>().AllAsync(Actor.System, world.Globex.Account.Id, Stop)).Single(place => place.Name == "North");
        Assert.Equal(["Country: Norway", "Site: Oslo"], back.Tags.Select(tag => $"{tag.Key}: {string.Join(",", tag.Value)}"));
    }
}
