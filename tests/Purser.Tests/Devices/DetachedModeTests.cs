using System.Net;
using Purser.Protocol;
using Purser.Protocol.Wire;
using Purser.Server.Commands;
using Purser.Server.Devices;
using Purser.Server.Devices.Detach;
using Purser.Server.Jobs;
using Purser.Server.People;
using Purser.Server.Store;
using Purser.Tests.Infrastructure;

namespace Purser.Tests.Devices;

/// <summary>Silence is not counted, use is; passing the end date or reattaching starts the clock afresh (domain rules 7.9, help ch. 6).</summary>
[Trait("Feature", "PI-08")]
public sealed class DetachedModeTests
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Theory, Engines]
    public async Task A_device_detaches_stays_in_use_without_warnings_and_reattaches(Engine engine)
    {
        await using var world = await DeviceWorld.StartAsync(engine);
        using var device = await StartAsync(world);

        var detached = await device.DetachAsync(world.Now.AddDays(120));
        await PassAsync(world, 100);

        Assert.Equal(ReplyStatus.Ok, detached.Reply.Status);
        Assert.Equal(5, (await world.PoolAsync(DeviceWorld.Advantage))!.InUse);
        Assert.Equal((DeviceMode.Detached, 0), await StateAsync(world));
        Assert.DoesNotContain(await world.OpenAlertsAsync(), alert => alert.Contains("connect", StringComparison.Ordinal));

        Assert.Equal(ReplyStatus.Ok, (await device.ReattachAsync()).Reply.Status);

        Assert.Equal((DeviceMode.Direct, 0), await StateAsync(world));
        Assert.Equal(
            [
                "The product instance lab-1 in the Virtual Account \"A\" was put in detached mode.",
                "The product instance lab-1 in the Virtual Account \"A\" was taken out of detached mode.",
            ],
            (await world.EventsAsync()).ConvertAll(row => row.Message)[^2..]);
        await world.AssertConsistentAsync();
    }

    [Theory, Engines]
    public async Task The_end_date_starts_the_clock_afresh(Engine engine)
    {
        await using var world = await DeviceWorld.StartAsync(engine);
        using var device = await StartAsync(world);
        await device.DetachAsync(world.Now.AddDays(60));

        await PassAsync(world, 60);
        Assert.Equal((DeviceMode.Direct, 0), await StateAsync(world));
        await PassAsync(world, 29);
        Assert.Equal((DeviceMode.Direct, 0), await StateAsync(world));
        await PassAsync(world, 1);
        Assert.Equal((DeviceMode.Direct, 1), await StateAsync(world));
        Assert.Contains(await world.OpenAlertsAsync(), alert => alert.Contains("lab-1", StringComparison.Ordinal));
        Assert.Single(await world.EventsAsync(), row => row.Message.EndsWith("was taken out of detached mode.", StringComparison.Ordinal));
    }

    [Theory, Engines]
    public async Task Failures_are_in_the_log_once_however_often_the_message_comes(Engine engine)
    {
        await using var world = await DeviceWorld.StartAsync(engine);
        using var device = await StartAsync(world);
        var late = RequestWriter.Compose(device.Header(RequestType.Detach), new DetachRequest(world.Now.AddDays(400).ToUnixTimeSeconds()));

        var first = await device.SendAsync(late);
        var again = await device.SendAsync(late);
        var past = await device.DetachAsync(world.Now.AddDays(-1));
        var back = await device.ReattachAsync();

        Assert.Equal((WireCode.DetachRefused, first.Reply.Message), (first.Reply.Code, again.Reply.Message));
        Assert.Contains("identity certificate ends", first.Reply.Message, StringComparison.Ordinal);
        Assert.Contains("must lie in the future", past.Reply.Message, StringComparison.Ordinal);
        Assert.Contains("not in detached mode", back.Reply.Message, StringComparison.Ordinal);
        var failures = (await world.EventsAsync()).Where(row => row.Message.Contains("failed to", StringComparison.Ordinal)).Select(row => (row.Kind, row.Message)).ToList();
        Assert.Equal(
            [
                ("Product Instance Failed to Detach", "The product instance lab-1 in the Virtual Account \"A\" failed to go into detached mode."),
                ("Product Instance Failed to Detach", "The product instance lab-1 in the Virtual Account \"A\" failed to go into detached mode."),
                ("Product Instance Failed to Reattach", "The product instance lab-1 in the Virtual Account \"A\" failed to be taken out of detached mode."),
            ],
            failures);
    }

    [Theory, Engines]
    public async Task A_person_detaches_what_has_been_silent_and_its_warning_goes(Engine engine)
    {
        await using var world = await DeviceWorld.StartAsync(engine);
        using var device = await StartAsync(world);
        await PassAsync(world, 35);
        Assert.Equal((DeviceMode.Direct, 1), await StateAsync(world));
        var id = (await world.DeviceRowAsync("SN1")).Id;

        var tooLong = await DetachAsync(world, id, 365);
        var done = await DetachAsync(world, id, 200);
        var twice = await DetachAsync(world, id, 100);

        Assert.Equal(RefusalCode.InvalidInput, tooLong.Refusal!.Code);
        Assert.True(done.IsOk, done.Refusal?.Detail);
        Assert.Equal(RefusalCode.Conflict, twice.Refusal!.Code);
        Assert.Equal((DeviceMode.Detached, 0), await StateAsync(world));
        Assert.DoesNotContain(await world.OpenAlertsAsync(), alert => alert.Contains("lab-1", StringComparison.Ordinal));

        // What calls all the same is served; it stays detached.
        Assert.Equal(ReplyStatus.Ok, (await device.AuthorizeAsync((DeviceWorld.AdvantageTag, 6))).Reply.Status);
        Assert.Equal((DeviceMode.Detached, 0), await StateAsync(world));

        var reattach = world.Server.Get<ReattachDevice>();
        var input = new ReattachDevice.Input(DeviceWorld.A(), id);
        Assert.True((await reattach.HandleAsync(Command(ReattachDevice.Name), input, Stop)).IsOk);
        Assert.Equal(RefusalCode.Conflict, (await reattach.HandleAsync(Command(ReattachDevice.Name), input, Stop)).Refusal!.Code);
        Assert.Equal(RefusalCode.NotFound, (await reattach.HandleAsync(Command(ReattachDevice.Name), input with { VirtualAccountId = DeviceWorld.B() }, Stop)).Refusal!.Code);
        await world.AssertConsistentAsync();
    }

    [Theory, Engines]
    public async Task Released_licenses_and_a_new_registration(Engine engine)
    {
        await using var world = await DeviceWorld.StartAsync(engine);
        using var device = await StartAsync(world);
        await PassAsync(world, 95);
        var id = (await world.DeviceRowAsync("SN1")).Id;
        Assert.Contains("Let it connect first", (await DetachAsync(world, id, 30)).Refusal!.Detail, StringComparison.Ordinal);

        await device.DetachAsync(world.Now.AddDays(30));
        Assert.Equal((DeviceMode.Detached, 0), await StateAsync(world));
        Assert.Equal(5, (await world.PoolAsync(DeviceWorld.Advantage))!.InUse);

        // Registering again is being back.
        await device.RegisterAsync(await world.TokenAsync());
        Assert.Equal((DeviceMode.Direct, 0), await StateAsync(world));
        Assert.Contains(await world.EventsAsync(), row => row.Message.EndsWith("was taken out of detached mode.", StringComparison.Ordinal));
        await world.AssertConsistentAsync();
    }

    [Theory, Engines]
    public async Task The_dialog_takes_the_last_day_and_says_what_is_wrong_with_it(Engine engine)
    {
        await using var installation = await TestInstallation.StartAsync(engine);
        var estate = await DeviceEstate.MakeAsync(installation);
        var id = await estate.DeviceAsync(estate.Default, "lab-1");
        var browser = await FormBrowser.SignedInAsync(installation, await installation.People.PersonAsync(estate.Account, Role.SmartAccountUser));
        var device = $"/accounts/{estate.Account.Domain}/inventory/{estate.Default}/devices/{id}";
        Assert.Contains("The licenses that it uses stay in use", Collapsed(await (await browser.GetAsync($"{device}/detach")).Content.ReadAsStringAsync(Stop)), StringComparison.OrdinalIgnoreCase);

        foreach (var (until, words) in new[] { ("", "Choose the last day in detached mode."), ("31.02.2026", "Choose the last day in detached mode."), ("2026-01-09", "must lie in the future"), ("2030-01-01", "at the latest") })
        {
            var refused = await browser.PostAsync($"{device}/detach", $"{device}/detach", new() { ["until"] = until });
            Assert.Equal(HttpStatusCode.UnprocessableEntity, refused.StatusCode);
            Assert.Contains(words, await refused.Content.ReadAsStringAsync(Stop), StringComparison.Ordinal);
        }

        // The whole day counts.
        Assert.Equal(HttpStatusCode.SeeOther, (await browser.PostAsync($"{device}/detach", $"{device}/detach", new() { ["until"] = "2026-02-28" })).StatusCode);
        Assert.Equal(new DateTimeOffset(2026, 3, 1, 0, 0, 0, TimeSpan.Zero), (await estate.DeviceRowAsync(id)).DetachedUntil);
        Assert.Contains("Reattach", await (await browser.GetAsync($"{device}/detach")).Content.ReadAsStringAsync(Stop), StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.SeeOther, (await browser.PostAsync($"{device}/detach", $"{device}/reattach", [])).StatusCode);
        Assert.Null((await estate.DeviceRowAsync(id)).DetachedUntil);
        Assert.NotEqual(HttpStatusCode.SeeOther, (await browser.PostAsync($"{device}/detach", $"{device}/reattach", [])).StatusCode);

        var viewer = await FormBrowser.SignedInAsync(installation, await installation.People.PersonAsync(estate.Account, Role.SmartAccountViewer));
        Assert.Equal(HttpStatusCode.Forbidden, (await viewer.GetAsync($"{device}/detach")).StatusCode);
    }

    private static string Collapsed(string html) => string.Join(' ', html.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries));

    private static async Task<TestDevice> StartAsync(DeviceWorld world)
    {
        var device = new TestDevice(world, "SN1", "lab-1");
        await device.RegisterAsync(await world.TokenAsync());
        await device.AuthorizeAsync((DeviceWorld.AdvantageTag, 5));
        return device;
    }

    private static Command Command(string name) => new(name, Actor.System, "") { Accounts = [1] };

    private static Task<Verdict<DetachDevice.Answer>> DetachAsync(DeviceWorld world, long id, int days) => world.Server.Get<DetachDevice>()
        .HandleAsync(Command(DetachDevice.Name), new DetachDevice.Input(DeviceWorld.A(), id, world.Now.AddDays(days)), Stop);

    private static async Task PassAsync(DeviceWorld world, int days)
    {
        world.Server.Advance(TimeSpan.FromDays(days));
        Assert.DoesNotContain(await world.Server.Get<JobRunner>().RunDueAsync(Stop), outcome => outcome.Failed);
    }

    private static async Task<(DeviceMode Mode, int Silence)> StateAsync(DeviceWorld world)
    {
        var row = await world.DeviceRowAsync("SN1");
        return (row.Mode, row.SilenceStage);
    }
}
