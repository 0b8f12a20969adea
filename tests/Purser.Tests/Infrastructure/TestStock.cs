using Microsoft.EntityFrameworkCore;
using Purser.Server.Accounts;
using Purser.Server.Catalog;
using Purser.Server.Commands;
using Purser.Server.Licenses;
using Purser.Server.Reservations;
using Purser.Server.Store;

namespace Purser.Tests.Infrastructure;

/// <summary>Licenses of one account as tests need them: a catalog, virtual accounts A, B, C …, deposits and uses, and the rows of the license table.</summary>
internal sealed class TestStock
{
    private readonly TestInstallation installation;
    private readonly Dictionary<string, long> virtualAccounts = [];
    private TestStock(TestInstallation installation, TestAccount account)
    {
        this.installation = installation;
        Account = account;
    }

    public TestAccount Account { get; }

    public static async Task<TestStock> MakeAsync(TestInstallation installation, string domain = "acme.example", params string[] licenses)
    {
        var names = licenses.Length > 0 ? licenses : ["Advantage", "Essentials"];
        var draft = new CatalogDraft { Entitlements = [.. names.Select(name => new EntitlementDraft(name))] };
        await installation.Get<ApplyCatalog>().HandleAsync(Actor.System, draft);
        return new TestStock(installation, await new TestPeople(installation).AccountAsync(domain));
    }

    public async Task<long> LicenseAsync(string name = "Advantage") => (await installation.Get<CatalogCache>().CurrentAsync()).FindEntitlement(name)!.Id;

    /// <summary>The number of a virtual account, made when it is first named.</summary>
    public async Task<long> PlaceAsync(string name)
    {
        if (virtualAccounts.TryGetValue(name, out var known))
        {
            return known;
        }

        var made = await RunAsync<long>(scope =>
        {
            var row = NewVirtualAccount.Row(scope, Account.Id, name);
            scope.Db.VirtualAccounts.Add(row);
            return Task.FromResult<Verdict<long>>(row.Id);
        });
        return virtualAccounts[name] = made.Value;
    }

    public Task<Verdict<T>> RunAsync<T>(Func<WriteScope, Task<Verdict<T>>> decide, Actor? actor = null) =>
        installation.WritePath.RunAsync(new Command("test", actor ?? Actor.System, new { }) { Accounts = [Account.Id] }, decide);

    public async Task<long> DepositAsync(string place, long quantity, LicenseTerms? terms = null, string license = "Advantage")
    {
        var virtualAccount = await PlaceAsync(place);
        var entitlement = await LicenseAsync(license);
        var line = await RunAsync<long>(async scope =>
            (await scope.Ledger(Account.Id).DepositAsync(
                new LineDraft(entitlement, quantity, terms ?? LicenseTerms.Perpetual, LineSource.ManualFulfillment), virtualAccount, scope.NextId(IdKind.Transaction))).Id);
        return line.Value;
    }

    /// <summary>A subscription of a license that is billed by usage.</summary>
    public async Task SubscribeAsync(string place, string subscription, string license = "Advantage")
    {
        var (virtualAccount, entitlement) = (await PlaceAsync(place), await LicenseAsync(license));
        await RunAsync<Done>(async scope =>
        {
            await new UsageBook(scope, Account.Id).AddAsync(new LineDraft(entitlement, 1, LicenseTerms.Perpetual, LineSource.Order) { SubscriptionId = subscription }, virtualAccount);
            return Verdict.Done;
        });
    }

    /// <summary>A new device that asks for this much of a license.</summary>
    public async Task<long> UseAsync(string place, long quantity, string license = "Advantage")
    {
        var virtualAccount = await PlaceAsync(place);
        var entitlement = await LicenseAsync(license);
        var made = await RunAsync<long>(async scope =>
        {
            var device = TestDevices.Add(scope, Account.Id, virtualAccount);
            scope.Db.LicenseUses.Add(new LicenseUse
            {
                AccountId = Account.Id, DeviceId = device.Id, EntitlementId = entitlement, VirtualAccountId = virtualAccount, Requested = quantity, Since = scope.Now,
            });
            await scope.Ledger(Account.Id).ChangeUseAsync(new PoolKey(virtualAccount, entitlement), quantity);
            return device.Id;
        });
        return made.Value;
    }

    /// <summary>Binds units of a line to a device, as a reservation does.</summary>
    public async Task ReserveAsync(string place, long lineId, long quantity)
    {
        var virtualAccount = await PlaceAsync(place);
        await RunAsync<Done>(async scope =>
        {
            var holding = (await scope.Db.Holdings.FindAsync(Account.Id, lineId, virtualAccount))!;
            holding.Firm += quantity;
            scope.Db.ReservedUnits.Add(new ReservedUnits
            {
                AccountId = Account.Id, DeviceId = 1_000_000 + lineId, EntitlementId = holding.EntitlementId, LineId = lineId, VirtualAccountId = virtualAccount, Firm = quantity,
            });
            (await scope.Ledger(Account.Id).PoolAsync(new PoolKey(virtualAccount, holding.EntitlementId))).Firm += quantity;
            return Verdict.Done;
        });
    }

    public async Task<Pool> PoolAsync(string place, string license = "Advantage", Billing billing = Billing.Prepaid)
    {
        var (virtualAccount, entitlement) = (await PlaceAsync(place), await LicenseAsync(license));
        await using var db = installation.Database.Read(Account.Id);
        return await db.Pools.FirstOrDefaultAsync(pool => pool.AccountId == Account.Id && pool.VirtualAccountId == virtualAccount && pool.EntitlementId == entitlement && pool.Billing == billing)
            ?? new Pool { AccountId = Account.Id, VirtualAccountId = virtualAccount, EntitlementId = entitlement, Billing = billing };
    }

    /// <summary>A row of the license table as the rules write it: "10 | 4 (3) | +3".</summary>
    public async Task<string> RowAsync(string place, string license = "Advantage")
    {
        var pool = await PoolAsync(place, license);
        var reserved = pool.Reserved > 0 ? $" ({pool.Reserved})" : "";
        return $"{pool.Purchased} | {pool.InUse}{reserved} | {(pool.Balance > 0 ? "+" : pool.Balance < 0 ? "−" : "")}{Math.Abs(pool.Balance)}";
    }

    /// <summary>Open alerts: "LicensesExpiring 90: 5", "InsufficientLicenses: 3".</summary>
    public async Task<IReadOnlyList<string>> AlertsAsync(string? place = null)
    {
        long? virtualAccount = place is null ? null : await PlaceAsync(place);
        await using var db = installation.Database.Read(Account.Id);
        var open = await db.Alerts
            .Where(alert => alert.AccountId == Account.Id && alert.State == Server.Alerts.AlertState.Open
                && alert.VirtualAccountId != null && (virtualAccount == null || alert.VirtualAccountId == virtualAccount))
            .OrderBy(alert => alert.Id).ToListAsync();
        return [.. open.Select(alert => $"{alert.Kind}{(alert.Period > 0 ? $" {alert.Period}" : "")}: {alert.Count}")];
    }

    public async Task<IReadOnlyList<string>> EventsAsync()
    {
        await using var db = installation.Database.Read(Account.Id);
        return await db.Events.Where(row => row.AccountId == Account.Id && row.EntitlementId != null).OrderBy(row => row.Seq).Select(row => row.Message).ToListAsync();
    }
}
