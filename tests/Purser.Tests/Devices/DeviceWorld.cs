using Microsoft.EntityFrameworkCore;
using Purser.Protocol;
using Purser.Server.Accounts;
using Purser.Server.Catalog;
using Purser.Server.Commands;
using Purser.Server.Devices;
using Purser.Server.Devices.Instances;
using Purser.Server.Events;
using Purser.Server.Licenses;
using Purser.Server.Pki;
using Purser.Server.Settings;
using Purser.Server.Store;
using Purser.Server.Tokens;
using Purser.Server.Usage;
using Purser.Tests.Infrastructure;

namespace Purser.Tests.Devices;

/// <summary>A small estate: one product, two licenses, accounts with virtual accounts A and B, tokens, licenses.</summary>
internal sealed class DeviceWorld : IAsyncDisposable
{
    public const string SoftwareTag = "regid.2026-01.example.northwind.NW-9300,1.0_11111111-2222-4333-8444-000000000001";
    public const string AdvantageTag = "regid.2026-01.example.northwind.NW_ADVANTAGE,1.0_11111111-2222-4333-8444-0000000000a1";
    public const string EssentialsTag = "regid.2026-01.example.northwind.NW_ESSENTIALS,1.0_11111111-2222-4333-8444-0000000000a2";
    public const string RestrictedTag = "regid.2026-01.example.northwind.NW_CRYPTO,1.0_11111111-2222-4333-8444-0000000000a3";
    public const long Product = 1;
    public const long Advantage = 11;
    public const long Essentials = 12;
    public const long Restricted = 13;

    private DeviceWorld(TestInstallation server)
    {
        Server = server;
        Http = server.NewClient();
    }

    public TestInstallation Server { get; }

    public HttpClient Http { get; }

    public DateTimeOffset Now => Server.Clock.Now;

    public static async Task<DeviceWorld> StartAsync(Engine engine, Func<PurserSettings, PurserSettings>? settings = null)
    {
        var world = new DeviceWorld(await TestInstallation.StartAsync(engine, settings));
        await world.SeedCatalogAsync();
        await world.AddAccountAsync(1, "Acme");
        return world;
    }

    public async ValueTask DisposeAsync()
    {
        Http.Dispose();
        await Server.DisposeAsync();
    }

    /// <summary>An account n with virtual accounts n×10 ("A") and n×10+1 ("B").</summary>
    public async Task AddAccountAsync(long id, string name, AccountType type = AccountType.Customer)
    {
        await using var db = Server.Database.Open();
        db.Accounts.Add(new Account { Id = id, Name = name, Domain = $"{name.ToLowerInvariant()}.example", Type = type, Status = AccountStatus.Active, CreatedAt = Now });
        db.AccountHeads.Add(Installation.NewHead(id));
        db.VirtualAccounts.Add(new VirtualAccount { AccountId = id, Id = A(id), Name = "A", NameKey = "A", Level = 1, IsDefault = true, CreatedAt = Now });
        db.VirtualAccounts.Add(new VirtualAccount { AccountId = id, Id = B(id), Name = "B", NameKey = "B", Level = 1, CreatedAt = Now });
        await db.SaveChangesAsync();
    }

    public static long A(long account = 1) => account * 10;

    public static long B(long account = 1) => (account * 10) + 1;

    public async Task<string> TokenAsync(
        long virtualAccountId = 10, int? maximumUses = null, int days = 30, bool isRevoked = false, bool exportControlled = false, long accountId = 1)
    {
        var text = RegistrationTokenText.New(Now);
        await using var db = Server.Database.Open();
        var id = await db.RegistrationTokens.CountAsync() + 1;
        db.RegistrationTokens.Add(new RegistrationToken
        {
            AccountId = accountId, Id = id, VirtualAccountId = virtualAccountId, SealedText = [], TextHash = RegistrationTokenText.HashOf(text)!, CreatedBy = "test", CreatedAt = Now,
            ExpiresAt = Now.AddDays(days), MaximumUses = maximumUses, RevokedAt = isRevoked ? Now : null, ExportControlled = exportControlled,
        });
        db.TokenDirectory.Add(new TokenDirectory { TextHash = RegistrationTokenText.HashOf(text)!, AccountId = accountId, TokenId = id });
        await db.SaveChangesAsync();
        return text;
    }

    /// <summary>Perpetual licenses by way of the ledger.</summary>
    public async Task DepositAsync(long entitlementId, long quantity, long virtualAccountId = 10, long accountId = 1)
    {
        var verdict = await Server.WritePath.RunAsync<Done>(new Command("test.deposit", Actor.System, new { quantity }) { Accounts = [accountId] }, async scope =>
        {
            await scope.Ledger(accountId).DepositAsync(
                new LineDraft(entitlementId, quantity, LicenseTerms.Perpetual, LineSource.ManualFulfillment), virtualAccountId, scope.NextId(IdKind.Transaction));
            return Verdict.Done;
        });
        Assert.True(verdict.IsOk, verdict.Refusal?.ToString());
    }

    /// <summary>A product instance in A that is licensed by policy and reports that it uses so many, billed by usage.</summary>
    public async Task ReportingAsync(string serialNumber, long entitlementId, long quantity)
    {
        var verdict = await Server.WritePath.RunAsync<Done>(new Command("test.report", Actor.System, new { quantity }) { Accounts = [1] }, async scope =>
        {
            if (!scope.Db.UsagePlaces.Any())
            {
                await new UsageBook(scope, 1).AddAsync(new LineDraft(entitlementId, 1, LicenseTerms.Perpetual, LineSource.Order) { SubscriptionId = "Sub1" }, A());
            }

            var device = UnregisteredDevice.Add(scope, 1, A(), Product, new Udi(TestDevice.Pid, serialNumber), DeviceMode.Policy);
            await new ReportingStays(scope, 1).BeginAsync(device, earlier: null);
            scope.Db.UsageMeasures.Add(new UsageMeasure { AccountId = 1, DeviceId = device.Id, EntitlementId = entitlementId, StartsAt = scope.Now, EndsAt = scope.Now.AddHours(1), Quantity = quantity, ReportId = 1 });
            await new ReportedUse(scope, 1).SetAsync(device, entitlementId, quantity);
            return Verdict.Done;
        });
        Assert.True(verdict.IsOk, verdict.Refusal?.ToString());
    }

    public async Task<Device> DeviceRowAsync(string serialNumber, long accountId = 1)
    {
        await using var db = Server.Database.Read(accountId);
        return await db.Devices.SingleAsync(device => device.AccountId == accountId && device.UdiSerialNumber == serialNumber);
    }

    public async Task<Device> RegisteredRowAsync(string serialNumber, long accountId = 1)
    {
        await using var db = Server.Database.Read(accountId);
        return await db.Devices.SingleAsync(
            device => device.AccountId == accountId && device.UdiSerialNumber == serialNumber && device.State == DeviceState.Registered);
    }

    public async Task<Pool?> PoolAsync(long entitlementId, long virtualAccountId = 10, long accountId = 1)
    {
        await using var db = Server.Database.Read(accountId);
        return await db.Pools.SingleOrDefaultAsync(
            pool => pool.AccountId == accountId && pool.VirtualAccountId == virtualAccountId && pool.EntitlementId == entitlementId);
    }

    public async Task<List<EventRow>> EventsAsync(long accountId = 1)
    {
        await using var db = Server.Database.Read(accountId);
        return await db.Events.Where(row => row.AccountId == accountId).OrderBy(row => row.Seq).ToListAsync();
    }

    public async Task<List<string>> OpenAlertsAsync(long accountId = 1)
    {
        await using var db = Server.Database.Read(accountId);
        return await db.Alerts.Where(alert => alert.AccountId == accountId && alert.State == Purser.Server.Alerts.AlertState.Open)
            .OrderBy(alert => alert.Id).Select(alert => alert.Message).ToListAsync();
    }

    /// <summary>
    /// What the books must agree on, whatever happened: in use = Σ of counted uses, balances and "short since", chains without gap or break.
    /// </summary>
    public async Task AssertConsistentAsync()
    {
        await using var db = Server.Database.Read();
        var used = (await db.LicenseUses.IgnoreQueryFilters().Where(use => !use.Released && !use.Covered).ToListAsync())
            .GroupBy(use => (use.AccountId, use.VirtualAccountId, use.EntitlementId, use.Billing)).ToDictionary(group => group.Key, group => group.Sum(use => use.Requested));
        foreach (var pool in await db.Pools.IgnoreQueryFilters().ToListAsync())
        {
            used.Remove((pool.AccountId, pool.VirtualAccountId, pool.EntitlementId, pool.Billing), out var sum);
            Assert.Equal(sum, pool.InUse);
            Assert.Equal(pool.Balance < 0, pool.ShortSince is not null);
        }

        Assert.Empty(used);
        foreach (var head in await db.AccountHeads.IgnoreQueryFilters().ToListAsync())
        {
            var hash = HashChain.Genesis;
            long seq = 0;
            foreach (var row in await db.Events.IgnoreQueryFilters().Where(row => row.AccountId == head.AccountId).OrderBy(row => row.Seq).ToListAsync())
            {
                Assert.Equal(++seq, row.Seq);
                hash = HashChain.Of(row, hash);
                Assert.Equal(hash, row.Hash);
            }

            Assert.Equal(head.EventSeq, seq);
            Assert.Equal(head.EventHash, hash);
        }
    }

    private async Task SeedCatalogAsync()
    {
        await using var db = Server.Database.Open();
        db.Products.Add(new Product { Id = Product, Tag = SoftwareTag, TagUuid = SoftwareTag[^36..], Name = "NW-9300", CreatedAt = Now });
        foreach (var (id, tag, name) in new[] { (Advantage, AdvantageTag, "Network Advantage"), (Essentials, EssentialsTag, "Network Essentials"), (Restricted, RestrictedTag, "Strong Crypto") })
        {
            db.Entitlements.Add(new Entitlement
            {
                Id = id, Tag = tag, TagUuid = tag[^36..], Name = name, CreatedAt = Now, Enforcement = id == Restricted ? Enforcement.ExportRestricted : Enforcement.NotEnforced,
            });
        }

        await db.SaveChangesAsync();
    }
}
