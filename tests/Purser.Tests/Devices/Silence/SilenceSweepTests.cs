using System.Globalization;
using Microsoft.EntityFrameworkCore;
using Purser.Server.Alerts;
using Purser.Server.Devices;
using Purser.Server.Devices.Silence;
using Purser.Server.Jobs;
using Purser.Server.Pki;
using Purser.Server.Store;
using Purser.Tests.Infrastructure;

namespace Purser.Tests.Devices.Silence;

[Trait("Feature", "PI-03")]
[Trait("Feature", "AL-01")]
public sealed class SilenceSweepTests
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    // Registered 2026-01-10 08:00, last contact 2026-03-02 08:00 (domain rules 7.4).
    [Theory, Engines]
    public async Task The_worked_example_of_a_device_that_falls_silent(Engine engine)
    {
        await using var installation = await TestInstallation.StartAsync(engine);
        var (estate, license, device) = await SilentDeviceAsync(installation);

        await estate.PassAsync(At("2026-04-01 07:59"));
        Assert.Empty(await estate.AlertsAsync());

        await estate.PassAsync(At("2026-04-01 08:10"));
        var first = Assert.Single(await estate.AlertsAsync());
        Assert.Equal((AlertKind.FailedToConnect, AlertLevel.Minor, 60), (first.Kind, first.Level, first.Period));
        Assert.Equal((At("2026-04-01 08:00"), At("2026-05-31 08:00")), (first.RaisedAt, first.DueAt));
        Assert.Contains("\"core-1\"", first.Message, StringComparison.Ordinal);
        Assert.Contains("within the next 60 days", first.Message, StringComparison.Ordinal);
        Assert.Equal("10 | 4 | +6", await estate.PoolAsync(estate.Default, license));
        Assert.Equal("Failure to Connect Detected", Assert.Single(await estate.EventsAsync(device)).Kind);

        await estate.PassAsync(At("2026-05-01 08:00"));
        var second = Assert.Single(await estate.AlertsAsync());
        Assert.Equal((AlertKind.FailedToConnect, AlertLevel.Minor, 30), (second.Kind, second.Level, second.Period));
        Assert.Contains("within the next 30 days", second.Message, StringComparison.Ordinal);
        Assert.Equal(At("2026-05-01 08:00"), Assert.Single(await estate.AlertsAsync(AlertState.Cleared)).ClosedAt);

        await estate.PassAsync(At("2026-05-31 08:00"));
        var major = Assert.Single(await estate.AlertsAsync());
        Assert.Equal((AlertKind.FailedToRenew, AlertLevel.Major), (major.Kind, major.Level));
        Assert.Null(major.DueAt);
        Assert.Equal("10 | 0 | +10", await estate.PoolAsync(estate.Default, license));
        Assert.True((await UsesAsync(installation, device)).Single().Released);

        await estate.PassAsync(At("2027-03-02 07:59"));
        Assert.Equal(DeviceState.Registered, (await estate.DeviceRowAsync(device)).State);
        await estate.PassAsync(At("2027-03-02 08:09"));
        var row = await estate.DeviceRowAsync(device);
        Assert.Equal((DeviceState.Removed, At("2027-03-02 08:09")), (row.State, row.RemovedAt));
        Assert.Empty(await estate.AlertsAsync());
        Assert.Empty(await UsesAsync(installation, device));
        Assert.Equal(["Failure to Connect Detected", "Product Instance Removed"], (await estate.EventsAsync(device)).Select(line => line.Kind));
        await using var db = installation.Database.Read();
        Assert.False(await db.DeviceDirectory.AnyAsync(entry => entry.DeviceId == device, Stop));
    }

    [Theory, Engines]
    public async Task A_jump_over_all_stages_ends_like_the_steps_did(Engine engine)
    {
        await using var installation = await TestInstallation.StartAsync(engine);
        var (estate, license, device) = await SilentDeviceAsync(installation);
        await estate.PassAsync(At("2026-06-20 12:00"));
        Assert.Equal(AlertKind.FailedToRenew, Assert.Single(await estate.AlertsAsync()).Kind);
        Assert.Equal("10 | 0 | +10", await estate.PoolAsync(estate.Default, license));

        await estate.PassAsync(At("2028-01-01 00:00"));
        var alerts = await estate.AlertsAsync(state: null);
        Assert.Equal([At("2026-04-01 08:00"), At("2026-05-01 08:00"), At("2026-05-31 08:00")], alerts.Select(alert => alert.RaisedAt));
        Assert.Equal([At("2026-05-01 08:00"), At("2026-05-31 08:00"), At("2028-01-01 00:00")], alerts.Select(alert => alert.ClosedAt!.Value));
        Assert.Equal(DeviceState.Removed, (await estate.DeviceRowAsync(device)).State);
        Assert.Equal(["Failure to Connect Detected", "Product Instance Removed"], (await estate.EventsAsync(device)).Select(line => line.Kind));
    }

    [Theory, Engines]
    public async Task Removal_revokes_the_certificate(Engine engine)
    {
        await using var installation = await TestInstallation.StartAsync(engine);
        var estate = await DeviceEstate.MakeAsync(installation);

        // Renewed not long before it fell silent, so that its certificate outlives the year.
        var device = await estate.DeviceAsync(estate.Default, "core-1", row => row.CertificateEndsAt = At("2027-06-01 00:00"));
        await estate.PassAsync(TestInstallation.Start.AddDays(366));
        await using var db = installation.Database.Read();
        var certificate = await db.IdentityCertificates.SingleAsync(row => row.DeviceId == device, Stop);
        Assert.Equal((CertificateState.Revoked, installation.Clock.Now), (certificate.State, certificate.RevokedAt));
        Assert.NotEmpty(certificate.RevocationReason);
    }

    [Theory, Engines]
    public async Task Only_directly_registered_ones_are_concerned(Engine engine)
    {
        await using var installation = await TestInstallation.StartAsync(engine);
        var estate = await DeviceEstate.MakeAsync(installation);
        foreach (var mode in Enum.GetValues<DeviceMode>())
        {
            await estate.DeviceAsync(estate.Default, $"device-{mode}", row => row.Mode = mode);
        }

        await estate.PassAsync(TestInstallation.Start.AddDays(500));
        await using var db = installation.Database.Read();
        Assert.Equal(
            [DeviceMode.Direct], await db.Devices.Where(row => row.State == DeviceState.Removed).Select(row => row.Mode).ToListAsync(Stop));
    }

    [Theory, Engines]
    public async Task Running_twice_changes_nothing_more(Engine engine)
    {
        await using var installation = await TestInstallation.StartAsync(engine);
        var (estate, _, device) = await SilentDeviceAsync(installation);
        installation.Clock.HoldAt(At("2026-04-02 00:00"));
        var sweep = installation.Get<SilenceSweep>();
        Assert.Equal("1 warned, 0 released, 0 removed", await sweep.RunAsync(Stop));
        Assert.Equal("0 warned, 0 released, 0 removed", await sweep.RunAsync(Stop));
        Assert.Single(await estate.AlertsAsync(state: null));
        Assert.Single(await estate.EventsAsync(device));
    }

    [Theory, Engines]
    public async Task Many_devices_of_several_accounts_are_swept_in_slices(Engine engine)
    {
        await using var installation = await TestInstallation.StartAsync(engine);
        var one = await DeviceEstate.MakeAsync(installation);
        var other = await DeviceEstate.MakeAsync(installation, "other.example");
        var license = await one.EntitlementAsync("Gold");
        for (var index = 0; index < 3; index++)
        {
            await one.DeviceAsync(one.Default, $"one-{index}", uses: (license, 1));
            await other.DeviceAsync(other.Default, $"other-{index}", uses: (license, 1));
        }

        await BulkDevices.InsertAsync(installation, one.Account.Id, one.Default, 600);
        installation.Clock.HoldAt(TestInstallation.Start.AddDays(91));
        Assert.Equal("1212 warned, 606 released, 0 removed", await installation.Get<SilenceSweep>().RunAsync(Stop));
        Assert.Equal(603, (await one.AlertsAsync()).Count(alert => alert.Kind == AlertKind.FailedToRenew));

        // Nothing was deposited: releasing the use also ends the shortage.
        Assert.Equal("0 | 0 | 0", await other.PoolAsync(other.Default, license));
        Assert.DoesNotContain(await other.AlertsAsync(), alert => alert.Kind == AlertKind.InsufficientLicenses);
    }

    private static async Task<(DeviceEstate Estate, long License, long Device)> SilentDeviceAsync(TestInstallation installation)
    {
        var estate = await DeviceEstate.MakeAsync(installation);
        var license = await estate.EntitlementAsync("Network Advantage");
        await estate.DepositAsync(estate.Default, license, 10);
        var device = await estate.DeviceAsync(estate.Default, "core-1", row => row.LastContactAt = At("2026-03-02 08:00"), (license, 4));
        return (estate, license, device);
    }

    private static async Task<List<Purser.Server.Licenses.LicenseUse>> UsesAsync(TestInstallation installation, long device)
    {
        await using var db = installation.Database.Read();
        return await db.LicenseUses.Where(row => row.DeviceId == device).ToListAsync(Stop);
    }

    private static DateTimeOffset At(string text) => DateTimeOffset.Parse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal);
}
