using System.Globalization;
using Microsoft.EntityFrameworkCore;
using Purser.Server.Accounts;
using Purser.Server.Audit;
using Purser.Server.Commands;
using Purser.Server.Licenses;
using Purser.Server.People;
using Purser.Server.Tokens;
using Purser.Tests.Infrastructure;

namespace Purser.Tests.Accounts;

/// <summary>Acme and Globex, each with licenses of its own, and an operator who joins and divides them.</summary>
internal sealed class MergerWorld(TestInstallation installation, TestStock acme, TestStock globex)
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    public TestStock Acme => acme;

    public TestStock Globex => globex;

    public static async Task<MergerWorld> MakeAsync(TestInstallation installation)
    {
        var world = new MergerWorld(installation, await TestStock.MakeAsync(installation), await TestStock.MakeAsync(installation, "globex.example"));
        await world.Acme.PlaceAsync("Home");
        await world.Globex.PlaceAsync("North");
        return world;
    }

    public Task<Verdict<MergeAccounts.Answer>> MergeAsync(bool dryRun = false, string? into = null, long? parent = null) =>
        RunAsync(new(MergerKind.Merge, globex.Account.Domain) { Into = into ?? acme.Account.Domain, ParentId = parent }, dryRun);

    public Task<Verdict<MergeAccounts.Answer>> SplitAsync(string from, IReadOnlyList<long> places, string into) =>
        RunAsync(new(MergerKind.Split, from) { VirtualAccountIds = places, Into = into });

    /// <summary>From Acme into a new account.</summary>
    public Task<Verdict<MergeAccounts.Answer>> SplitOffAsync(IReadOnlyList<long> places, params string[] people) => RunAsync(new(MergerKind.Split, acme.Account.Domain)
    {
        VirtualAccountIds = places, People = people, NewAccount = new("Spin", "spin.example", new NewPerson("boss@spin.example")),
    });

    public Task<Verdict<MergeAccounts.Answer>> RunAsync(MergeAccounts.Input input, bool dryRun = false) =>
        installation.Get<MergeAccounts>().HandleAsync(new Command(MergeAccounts.NameOf(input.Kind), Actor.System, input) { DryRun = dryRun }, input, Stop);

    public Task<Verdict<UndoMerger.Answer>> UndoAsync(long merger, bool dryRun = false)
    {
        var input = new UndoMerger.Input(merger);
        return installation.Get<UndoMerger>().HandleAsync(new Command(UndoMerger.Name, Actor.System, input) { DryRun = dryRun }, input, Stop);
    }

    public Task<Verdict<Done>> ConfirmAsync(long merger)
    {
        var input = new ConfirmMergers.Input(merger);
        return installation.Get<ConfirmMergers>().HandleAsync(new Command(ConfirmMergers.Name, Actor.System, input), input, Stop);
    }

    public async Task<Verdict<TransferLicenses.Answer>> TransferAsync(long account, long from, long to, long quantity)
    {
        var license = await acme.LicenseAsync();
        var input = new TransferLicenses.Input(from, to, [new TransferLicenses.Row(license.ToString(CultureInfo.InvariantCulture), quantity)]);
        return await installation.Get<TransferLicenses>().HandleAsync(new Command(TransferLicenses.Name, Actor.System, input) { Accounts = [account] }, input, Stop);
    }

    public async Task<long> CreateAsync(long account, string name, long? parent = null)
    {
        var input = new CreateVirtualAccount.Input(name) { ParentId = parent };
        return (await installation.Get<CreateVirtualAccount>().HandleAsync(new Command(CreateVirtualAccount.Name, Actor.System, input) { Accounts = [account] }, input, Stop)).Value.Id;
    }

    /// <summary>The lowest of a chain of virtual accounts.</summary>
    public async Task<long> DeepAsync(long account, int levels)
    {
        long? last = null;
        for (var level = 1; level <= levels; level++)
        {
            last = await CreateAsync(account, $"Level {level}", last);
        }

        return last!.Value;
    }

    public async Task DeleteAsync(long account, long place)
    {
        var input = new DeleteVirtualAccount.Input(place);
        Assert.True((await installation.Get<DeleteVirtualAccount>().HandleAsync(new Command(DeleteVirtualAccount.Name, Actor.System, input) { Accounts = [account] }, input, Stop)).IsOk);
    }

    public async Task MakeDefaultAsync(long account, long place)
    {
        var input = new MakeVirtualAccountDefault.Input(place);
        Assert.True((await installation.Get<MakeVirtualAccountDefault>().HandleAsync(new Command(MakeVirtualAccountDefault.Name, Actor.System, input) { Accounts = [account] }, input, Stop)).IsOk);
    }

    public async Task<Refusal?> OpenAsync(long account)
    {
        var input = new EditAccount.Input { Status = AccountStatus.Active };
        return (await installation.Get<EditAccount>().HandleAsync(new Command(EditAccount.Name, Actor.System, input) { Accounts = [account] }, input, Stop)).Refusal;
    }

    public async Task<string> MakeAccountAsync(string domain, AccountType type)
    {
        var input = new CreateAccount.Input(domain, domain) { Type = type };
        return (await installation.Get<CreateAccount>().HandleAsync(new Command(CreateAccount.Name, Actor.System, input), input, Stop)).Value.Domain;
    }

    public async Task<string> TokenAsync(long account, long place)
    {
        var input = new CreateTokens.Input([place]) { TermsAccepted = true };
        return (await installation.Get<CreateTokens>().HandleAsync(new Command(CreateTokens.Name, Actor.System, input) { Accounts = [account] }, input, Stop)).Value.Tokens[0].Token!;
    }

    public async Task TagAsync(long account, string name, IReadOnlyList<string> values)
    {
        var input = new SaveTag.Input(name, values);
        Assert.True((await installation.Get<SaveTag>().HandleAsync(new Command(SaveTag.Create, Actor.System, input) { Accounts = [account] }, input, Stop)).IsOk);
    }

    public async Task TagPlaceAsync(long account, long place, params (string Tag, string Value)[] tags)
    {
        var input = new EditVirtualAccount.Input { VirtualAccountId = place, Tags = tags.ToDictionary(tag => tag.Tag, tag => (IReadOnlyList<string>)[tag.Value]) };
        Assert.True((await installation.Get<EditVirtualAccount>().HandleAsync(new Command(EditVirtualAccount.Name, Actor.System, input) { Accounts = [account] }, input, Stop)).IsOk);
    }

    public async Task<Account> AccountAsync(long id)
    {
        await using var db = installation.Database.Read();
        return await db.Accounts.SingleAsync(row => row.Id == id, Stop);
    }

    public async Task<Account> AccountAsync(string domain)
    {
        await using var db = installation.Database.Read();
        return await db.Accounts.SingleAsync(row => row.Domain == domain, Stop);
    }

    public async Task<IReadOnlyList<(long Id, string Name, long? ParentId, int Level, bool IsDefault)>> PlacesAsync(long account)
    {
        await using var db = installation.Database.Read(account);
        var rows = await db.VirtualAccounts.Where(row => row.AccountId == account).OrderBy(row => row.Id).ToListAsync(Stop);
        return [.. rows.Select(row => (row.Id, row.Name, row.ParentId, row.Level, row.IsDefault))];
    }

    /// <summary>"10 | 4 (3) | +3" of a virtual account, whatever Smart Account it began in.</summary>
    public async Task<string> RowAsync(long account, long place)
    {
        await using var db = installation.Database.Read(account);
        var license = await acme.LicenseAsync();
        var pool = await db.Pools.SingleAsync(row => row.AccountId == account && row.VirtualAccountId == place && row.EntitlementId == license, Stop);
        var reserved = pool.Reserved > 0 ? $" ({pool.Reserved})" : "";
        return $"{pool.Purchased} | {pool.InUse}{reserved} | {(pool.Balance > 0 ? "+" : pool.Balance < 0 ? "−" : "")}{Math.Abs(pool.Balance)}";
    }

    /// <summary>With the rights that she has now.</summary>
    public async Task<bool> MayAsync(Actor person, Permission permission, long account, long? place = null)
    {
        var actor = await installation.People.ActorAsync(person.Id);
        return place is { } id ? actor.May(permission, account, id) : actor.May(permission, account);
    }

    public async Task<string> EmailAsync(Actor person)
    {
        await using var db = installation.Database.Read();
        return await db.Users.Where(row => row.Id == person.Id).Select(row => row.Email!).SingleAsync(Stop);
    }

    public async Task AssertCleanAsync()
    {
        var report = await installation.Get<AuditBook>().HandleAsync(Stop);
        Assert.True(report.IsClean, string.Join('\n', report.Findings));
    }
}
