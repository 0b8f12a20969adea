using Purser.Server.Alerts.Thresholds;
using Purser.Server.Commands;
using Purser.Server.Store;
using Purser.Tests.Devices;
using Purser.Tests.Infrastructure;

namespace Purser.Tests.Alerts.Thresholds;

/// <summary>What devices ask for steps over thresholds too: the committer of their messages keeps the same book as the pages.</summary>
[Trait("Feature", "AL-04")]
public sealed class DeviceThresholdTests
{
    [Theory, Engines]
    public async Task A_device_that_asks_for_much_raises_the_alert_and_one_that_asks_for_less_clears_it(Engine engine)
    {
        await using var world = await DeviceWorld.StartAsync(engine);
        await world.DepositAsync(DeviceWorld.Advantage, 10);
        var input = new SetLicenseThreshold.Input(DeviceWorld.A(), DeviceWorld.Advantage, new LicenseThreshold(80, 2));
        var command = new Command(SetLicenseThreshold.Name, Actor.System, input) { Accounts = [1] };
        Assert.True((await world.Server.Get<SetLicenseThreshold>().HandleAsync(command, input, TestContext.Current.CancellationToken)).IsOk);
        using var device = new TestDevice(world, "SN1", "edge-1");
        await device.RegisterAsync(await world.TokenAsync());
        await device.AuthorizeAsync((DeviceWorld.AdvantageTag, 7));
        Assert.Empty(await world.OpenAlertsAsync());
        await device.AuthorizeAsync((DeviceWorld.AdvantageTag, 8));
        var open = Assert.Single(await world.OpenAlertsAsync());
        Assert.Contains("has reached a threshold: in use reaches 80 % or fewer than 2 are left.", open, StringComparison.Ordinal);
        await device.AuthorizeAsync((DeviceWorld.AdvantageTag, 9));
        Assert.Single(await world.OpenAlertsAsync());
        await device.AuthorizeAsync((DeviceWorld.AdvantageTag, 11));
        Assert.Equal(2, (await world.OpenAlertsAsync()).Count);
        await device.AuthorizeAsync((DeviceWorld.AdvantageTag, 3));
        Assert.Empty(await world.OpenAlertsAsync());
        await world.AssertConsistentAsync();
    }
}
