using Microsoft.EntityFrameworkCore;
using Purser.Protocol;
using Purser.Server.Accounts;
using Purser.Server.Alerts;
using Purser.Server.Catalog;
using Purser.Server.Commands;
using Purser.Server.Devices;
using Purser.Server.Events;
using Purser.Server.Jobs;
using Purser.Server.Licenses;
using Purser.Server.Pki;
using Purser.Server.Store;
using Purser.Tests.Infrastructure;

namespace Purser.Tests.Devices;

/// <summary>An account with licenses and product instances put there without the wire: for what happens to them afterwards.</summary>
internal sealed class DeviceEstate(TestInstallation installation, TestAccount account)
{
    public const string Product = "Northwind 9300";

    private int count;

    public TestInstallation Installation => installation;

    public TestAccount Account => account;

    public long Default => account.DefaultVirtualAccountId;

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    public static async Task<DeviceEstate> MakeAsync(TestInstallation installation, string domain = "acme.example")
    {
        await installation.Get<ApplyCatalog>().HandleAsync(Actor.System, new CatalogDraft { Products = [new ProductDraft(Product)] }, cancellation: Stop);
        return new DeviceEstate(installation, await installation.People.AccountAsync(domain));
    }

    public Task<long> VirtualAccountAsync(string name, long? parentId = null) => WriteAsync(scope =>
    {
        var id = scope.NextId(IdKind.VirtualAccount);
        scope.Db.VirtualAccounts.Add(new VirtualAccount
        {
            AccountId = account.Id, Id = id, Name = name, NameKey = name.ToUpperInvariant(), ParentId = parentId, Level = parentId is null ? 1 : 2, CreatedAt = scope.Now,
        });
        return Task.FromResult(id);
    });

    public async Task<long> EntitlementAsync(string name)
    {
        var draft = new CatalogDraft { Entitlements = [new EntitlementDraft(name, Description: $"What {name} gives")] };
        await installation.Get<ApplyCatalog>().HandleAsync(Actor.System, draft, cancellation: Stop);
        return (await CatalogAsync()).FindEntitlement(name)!.Id;
    }

    public Task DepositAsync(long virtualAccountId, long entitlementId, long quantity, LicenseTerms? terms = null) => WriteAsync(async scope =>
    {
        var draft = new LineDraft(entitlementId, quantity, terms ?? LicenseTerms.Perpetual, LineSource.ManualFulfillment);
        return (await scope.Ledger(account.Id).DepositAsync(draft, virtualAccountId, scope.NextId(IdKind.Transaction))).Id;
    });

    /// <summary>A registered product instance that uses what is given.</summary>
    public Task<long> DeviceAsync(long virtualAccountId, string name, Action<Device>? adjust = null, params (long Entitlement, long Count)[] uses) => WriteAsync(async scope =>
    {
        var number = ++count;
        var product = (await CatalogAsync()).FindProduct(Product)!;
        var device = new Device
        {
            AccountId = account.Id,
            Id = scope.NextId(IdKind.Device),
            VirtualAccountId = virtualAccountId,
            ProductId = product.Id,
            Piid = SecretSource.NewUuid(),
            UdiPid = "NW-9300-48",
            UdiSerialNumber = $"FOC{account.Id}{number:D4}",
            HostIdentifier = name,
            DisplayName = name,
            SearchText = $"{name} NW-9300-48 FOC{account.Id}{number:D4}".ToUpperInvariant(),
            State = DeviceState.Registered,
            RegisteredAt = scope.Now,
            LastContactAt = scope.Now,
            CertificateSerial = $"11{number:X32}",
            CertificateEndsAt = scope.Now.AddDays(365).AddSeconds(-300),
            KeyFingerprint = new byte[32],
        };
        adjust?.Invoke(device);
        scope.Db.Devices.Add(device);
        scope.Db.DeviceDirectory.Add(new DeviceDirectory
        {
            Udi = new Udi(device.UdiPid, device.UdiSerialNumber).Key, ProductId = product.Id, Piid = device.Piid, AccountId = account.Id, DeviceId = device.Id,
        });
        scope.Db.IdentityCertificates.Add(new IdentityCertificate
        {
            Serial = $"{device.CertificateSerial}{account.Id:X}", AccountId = account.Id, DeviceId = device.Id, Piid = device.Piid, IssuingKeyId = 1,
            State = CertificateState.Issued, ContentHash = new byte[32], NotBefore = device.RegisteredAt, NotAfter = device.CertificateEndsAt,
        });
        foreach (var (entitlement, quantity) in uses)
        {
            scope.Db.LicenseUses.Add(new LicenseUse
            {
                AccountId = account.Id, DeviceId = device.Id, EntitlementId = entitlement, VirtualAccountId = virtualAccountId, Requested = quantity, Since = scope.Now,
            });
            await scope.Ledger(account.Id).ChangeUseAsync(new PoolKey(virtualAccountId, entitlement), quantity);
        }

        return device.Id;
    });

    public string Api(long virtualAccountId) => $"{account.Api}/virtual-accounts/{virtualAccountId}/devices";

    public Task TouchAsync(long deviceId, Action<Device> change) => WriteAsync(async scope =>
    {
        change(await scope.Db.Devices.SingleAsync(row => row.Id == deviceId, Stop));
        return 0L;
    });

    /// <summary>Moves the clock and lets the jobs work.</summary>
    public async Task PassAsync(DateTimeOffset until)
    {
        installation.Clock.HoldAt(until);
        Assert.DoesNotContain(await installation.Get<JobRunner>().RunDueAsync(Stop), outcome => outcome.Failed);
    }

    public async Task<Device> DeviceRowAsync(long id)
    {
        await using var db = installation.Database.Read();
        return await db.Devices.SingleAsync(row => row.Id == id, Stop);
    }

    /// <summary>"18 | 6 | +12": purchased, in use, balance.</summary>
    public async Task<string> PoolAsync(long virtualAccountId, long entitlementId)
    {
        await using var db = installation.Database.Read();
        var pool = await db.Pools.SingleOrDefaultAsync(row => row.VirtualAccountId == virtualAccountId && row.EntitlementId == entitlementId, Stop);
        return pool is null ? "none" : $"{pool.Purchased} | {pool.InUse} | {pool.Balance:+0;-0;0}";
    }

    public async Task<List<Alert>> AlertsAsync(AlertState? state = AlertState.Open)
    {
        await using var db = installation.Database.Read();
        return await db.Alerts.Where(row => row.AccountId == account.Id && (state == null || row.State == state)).OrderBy(row => row.Id).ToListAsync(Stop);
    }

    public async Task<List<EventRow>> EventsAsync(long deviceId)
    {
        await using var db = installation.Database.Read();
        return await db.Events.Where(row => row.AccountId == account.Id && row.DeviceId == deviceId).OrderBy(row => row.Seq).ToListAsync(Stop);
    }

    public async Task<CatalogSnapshot> CatalogAsync() => await installation.Get<CatalogCache>().CurrentAsync(Stop);

    public async Task<long> WriteAsync(Func<WriteScope, Task<long>> act)
    {
        var verdict = await installation.WritePath.RunAsync<long>(
            new Command("test.write", Actor.System, new { }) { Accounts = [account.Id], Ids = 500 }, async scope => await act(scope), Stop);
        Assert.True(verdict.IsOk, verdict.Refusal?.ToString());
        return verdict.Value;
    }
}
