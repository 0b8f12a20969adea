using Microsoft.EntityFrameworkCore;
using Purser.Protocol.Wire;
using Purser.Server.Audit;
using Purser.Server.Commands;
using Purser.Server.Devices.Silence;
using Purser.Server.Licenses;
using Purser.Server.Store;
using Purser.Tests.Infrastructure;

namespace Purser.Tests.Devices.Restricted;

/// <summary>A device world whose account is of the regime in which product instances hold restricted licenses.</summary>
internal static class RestrictedWorld
{
    public const string K = DeviceWorld.RestrictedTag;

    public static CancellationToken Stop => TestContext.Current.CancellationToken;

    public static async Task<DeviceWorld> StartAsync(Engine engine, long restricted = 5)
    {
        var world = await DeviceWorld.StartAsync(engine);
        await HoldsAsync(world);
        if (restricted > 0)
        {
            await world.DepositAsync(DeviceWorld.Restricted, restricted);
        }

        return world;
    }

    public static async Task HoldsAsync(DeviceWorld world, long account = 1)
    {
        await using var db = world.Server.Database.Open();
        (await db.Accounts.SingleAsync(row => row.Id == account, Stop)).HoldsRestrictedLicenses = true;
        await db.SaveChangesAsync(Stop);
    }

    public static async Task<TestDevice> RegisterAsync(DeviceWorld world, string name, long virtualAccount = 10)
    {
        var device = new TestDevice(world, $"SN-{name}", name);
        Assert.Equal("OK", (await device.RegisterAsync(await world.TokenAsync(virtualAccount, days: 365))).Reply.Status);
        return device;
    }

    /// <summary>"IN_COMPLIANCE", "NOT_AUTHORIZED" …, in the order asked.</summary>
    public static async Task<IReadOnlyList<string>> AskAsync(TestDevice device, params (string Tag, long Count)[] wanted) =>
        [.. (await device.AuthorizeAsync(wanted)).Data<AuthorizationReply>().Value.Entitlements.Select(one => one.Status)];

    /// <summary>"5 | 3 | +2": purchased, in use, balance.</summary>
    public static async Task<string> PoolAsync(DeviceWorld world, long license, long virtualAccount = 10) =>
        await world.PoolAsync(license, virtualAccount) is { } pool ? $"{pool.Purchased} | {pool.InUse} | {pool.Balance:+0;-0;0}" : "none";

    public static async Task SweepAsync(DeviceWorld world, DateTimeOffset at)
    {
        world.Server.Clock.HoldAt(at);
        await world.Server.Get<SilenceSweep>().RunAsync(Stop);
    }

    public static Command Command<T>(string name, T input)
        where T : notnull => new(name, Actor.System, input) { Accounts = [1] };

    public static async Task AssertSoundAsync(DeviceWorld world)
    {
        await world.AssertConsistentAsync();
        Assert.Empty((await world.Server.Get<AuditBook>().HandleAsync(Stop)).Findings.Select(finding => finding.ToString()));
        await using var db = world.Server.Database.Read();
        var locks = (await db.LicenseLocks.IgnoreQueryFilters().ToListAsync(Stop)).GroupBy(row => (row.LineId, row.VirtualAccountId)).ToDictionary(group => group.Key, group => group.Sum(row => row.Quantity));
        foreach (var holding in await db.Holdings.IgnoreQueryFilters().ToListAsync(Stop))
        {
            Assert.Equal(locks.GetValueOrDefault((holding.LineId, holding.VirtualAccountId)), holding.Locked);
        }
    }
}
