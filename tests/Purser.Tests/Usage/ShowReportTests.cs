using System.Net;
using Microsoft.EntityFrameworkCore;
using Purser.Protocol;
using Purser.Protocol.Usage;
using Purser.Server.Commands;
using Purser.Server.People;
using Purser.Server.Store;
using Purser.Server.Usage;
using Purser.Server.Usage.Pages;
using Purser.Tests.Infrastructure;

namespace Purser.Tests.Usage;

/// <summary>People see all that one report says, and get it as it came.</summary>
[Trait("Feature", "SP-03")]
public sealed class ShowReportTests
{
    private static readonly Udi Standby = new("C9300-24UX", "FCW00002");
    private static readonly Udi Accesspoint = new("AP-1", "AP<00001>");

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Theory, Engines]
    public async Task Units_sub_devices_and_a_clock_that_was_set_are_shown_and_the_file_is_as_it_came(Engine engine)
    {
        await using var world = await ReportingWorld.StartAsync(engine);
        world.At("03-20");
        var plain = world.Report(7, "03-10", "03-11", 2);
        var text = SealedReport.SealBuiltin(plain with
        {
            Units = [new ReportingUnit("Active", ReportingWorld.Switch), new ReportingUnit("Standby", Standby)],
            Measurements =
            [
                plain.Measurements[0],
                new Measurement(ReportingWorld.Day("03-11"), ReportingWorld.Day("03-11"), ReportingWorld.Day("03-12"), 3, AddedUnits: [Accesspoint], ClockChange: TimeSpan.FromSeconds(-3433), CloseReason: "ProductReload"),
            ],
        }).Write();
        await world.SendAsync("A", [text]);
        await using var db = world.Installation.Database.Read();
        var device = (await db.Devices.SingleAsync(Stop)).Id;
        var (account, place) = (world.Stock.Account, await world.Stock.PlaceAsync("A"));

        var shown = (await world.Installation.Get<ShowReport>().HandleAsync(Actor.System, account.Id, place, device, 7, Stop)).Value;
        Assert.Equal([("Active", ReportingWorld.Switch.Display), ("Standby", Standby.Display)], shown.Units.Select(unit => (unit.Role, unit.Udi)));
        Assert.Equal([2, 3], shown.Measurements.Select(measurement => measurement.Quantity));
        Assert.Equal((Accesspoint.Display, -3433, "ProductReload"), (shown.Measurements[1].Added.Single(), shown.Measurements[1].ClockChangeSeconds, shown.Measurements[1].Ended));
        Assert.False((await world.Installation.Get<ShowReport>().HandleAsync(Actor.System, account.Id, await world.Stock.PlaceAsync("B"), device, 7, Stop)).IsOk);

        var browser = await FormBrowser.SignedInAsync(world.Installation, await world.Installation.People.PersonAsync(account, Role.SmartAccountAdministrator));
        var address = UsageLinks.Report(account.Domain, place, device, 7);
        var page = await (await browser.GetAsync(address)).Content.ReadAsStringAsync(Stop);
        foreach (var part in new[] { "Came: PID:AP-1,SN:AP&lt;00001&gt;", "Clock set by -3,433 s", "Ended: ProductReload", Standby.Display, "The clock of the product instance was set meanwhile." })
        {
            Assert.Contains(part, page, StringComparison.Ordinal);
        }

        Assert.Equal(text, await (await browser.GetAsync(address + "/file")).Content.ReadAsStringAsync(Stop));
        Assert.Contains($"href=\"{address}\"", await (await browser.GetAsync(UsageLinks.Reports(account.Domain, place, device))).Content.ReadAsStringAsync(Stop), StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.NotFound, (await browser.GetAsync(UsageLinks.Report(account.Domain, place, device, 8))).StatusCode);
        Assert.Equal(HttpStatusCode.NotFound, (await browser.GetAsync(UsageLinks.Report(account.Domain, place, device, 8) + "/file")).StatusCode);
    }
}
