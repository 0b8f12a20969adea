using Microsoft.EntityFrameworkCore;
using Purser.Protocol;
using Purser.Protocol.Authorizations;
using Purser.Protocol.Usage;
using Purser.Server.Accounts;
using Purser.Server.Alerts;
using Purser.Server.Catalog;
using Purser.Server.Commands;
using Purser.Server.Store;
using Purser.Server.Usage.Authorizations;
using Purser.Tests.Infrastructure;

namespace Purser.Tests.Usage;

/// <summary>Authorization codes: what they give is locked to the device until it gives it up (SP-04, EX-02; domain rules 9.2).</summary>
public sealed class AuthorizationTests
{
    private static readonly Udi Other = new("C9300-24UX", "FCW00002");

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Theory, Engines]
    public async Task A_code_is_granted_whole_or_refused_and_its_licenses_are_locked(Engine engine)
    {
        await using var world = await StartAsync(engine);

        // domain rules 9.2: K 5|0|+5. One asks 3; another 3 is refused whole, 2 are granted; the first raises to 4 and keeps its 3.
        var first = await AskAsync(world, ReportingWorld.Switch, ("HSEC", 3));
        Assert.Equal("5 | 3 | 2", await FiguresAsync(world));
        Assert.Equal(AuthorizationRefusal.AllCountsInUse, (await AskAsync(world, Other, ("HSEC", 3))).Refused);
        Assert.True((await AskAsync(world, Other, ("HSEC", 2))).IsDone);
        Assert.Equal("5 | 5 | 0", await FiguresAsync(world));
        var raised = await AskAsync(world, ReportingWorld.Switch, ("HSEC", 4));

        Assert.Equal(AuthorizationRefusal.AllCountsInUse, raised.Refused);
        Assert.Equal("5 | 5 | 0", await FiguresAsync(world));
        Assert.Equal(3, CodeOf(first).Code.Licenses.Sum(license => license.Count));
        Assert.True(CodeOf(first).Code.Licenses[0].ExportRestricted);
        await using (var db = world.Installation.Database.Read())
        {
            Assert.Equal(1, await db.Alerts.CountAsync(row => row.Kind == AlertKind.RestrictedLicenseNotAvailable && row.State == AlertState.Open, Stop));
        }

        await world.AssertCleanAsync();
    }

    [Theory, Engines]
    public async Task What_a_later_code_gives_no_more_is_free_once_that_is_confirmed(Engine engine)
    {
        await using var world = await StartAsync(engine);
        var first = await AskAsync(world, ReportingWorld.Switch, ("HSEC", 4), ("Boost", 1));

        var second = await AskAsync(world, new AuthorizationRequest(ReportingWorld.Switch, [new(world.TagOf("HSEC"), 1)], world.SoftwareTag, Replaces: true));
        Assert.Equal("5 | 4 | 1", await FiguresAsync(world));
        Assert.Equal(AuthorizationRefusal.InvalidConfirmationCode, (await ConfirmAsync(world, first)).Refused);
        Assert.True((await ConfirmAsync(world, second)).IsDone);

        Assert.Equal("5 | 1 | 4", await FiguresAsync(world));
        Assert.Equal(0, (await world.Stock.PoolAsync("A", "Boost")).InUse);
        Assert.True((await ConfirmAsync(world, second)).IsDone);
        Assert.Equal("5 | 1 | 4", await FiguresAsync(world));
        await world.AssertCleanAsync();
    }

    [Theory, Engines]
    public async Task Whoever_asks_for_a_code_or_confirms_one_was_heard_of(Engine engine)
    {
        await using var world = await StartAsync(engine);
        var code = await AskAsync(world, ReportingWorld.Switch, ("HSEC", 1));
        world.Installation.Advance(TimeSpan.FromDays(3));

        Assert.True((await ConfirmAsync(world, code)).IsDone);

        await using var db = world.Installation.Database.Read();
        Assert.Equal(world.Installation.Clock.Now, (await db.Devices.SingleAsync(row => row.Id == code.DeviceId, Stop)).LastContactAt, TimeSpan.FromSeconds(1));
    }

    [Theory, Engines]
    public async Task A_returned_code_frees_its_licenses_once(Engine engine)
    {
        await using var world = await StartAsync(engine);
        var first = await AskAsync(world, ReportingWorld.Switch, ("HSEC", 1));
        var second = await AskAsync(world, ReportingWorld.Switch, ("HSEC", 2));

        Assert.Equal(AuthorizationRefusal.InvalidReturnCode, (await ReturnAsync(world, ReturnCodeOf(first))).Refused);
        var code = ReturnCodeOf(second);
        Assert.Equal(AuthorizationRefusal.InvalidReturnCode, (await ReturnAsync(world, code[..^1] + (code[^1] == 'a' ? 'b' : 'a'))).Refused);
        Assert.Equal("5 | 2 | 3", await FiguresAsync(world));
        Assert.True((await ReturnAsync(world, code)).IsDone);

        Assert.Equal("5 | 0 | 5", await FiguresAsync(world));
        Assert.Equal(AuthorizationRefusal.UdiNotFound, (await ReturnAsync(world, code)).Refused);
        await world.AssertCleanAsync();
    }

    [Theory, Engines]
    public async Task What_cannot_be_authorized_says_why_and_changes_nothing(Engine engine)
    {
        await using var world = await StartAsync(engine);

        Assert.Equal(AuthorizationRefusal.NotEnforced, (await AskAsync(world, ReportingWorld.Switch, ("Advantage", 1))).Refused);
        Assert.Equal(AuthorizationRefusal.UnknownTag, (await AskAsync(world, new AuthorizationRequest(ReportingWorld.Switch, [new("regid.2026-01.com.example.NONE,1.0_0d4e8a31-7c25-4b9f-8e61-2a5b7c9d1e03", 1)], world.SoftwareTag))).Refused);
        Assert.Equal(AuthorizationRefusal.UnknownProduct, (await AskAsync(world, new AuthorizationRequest(new Udi("XYZ-1", "1"), [new(world.TagOf("HSEC"), 1)]))).Refused);
        Assert.Equal(AuthorizationRefusal.NothingAsked, (await AskAsync(world, ReportingWorld.Switch)).Refused);
        await world.PermitExportAsync(false);
        Assert.Equal(AuthorizationRefusal.ExportNotPermitted, (await AskAsync(world, ReportingWorld.Switch, ("HSEC", 1))).Refused);
        Assert.True((await AskAsync(world, ReportingWorld.Switch, ("Boost", 1))).IsDone);

        Assert.Equal("5 | 0 | 5", await FiguresAsync(world));
        await world.AssertCleanAsync();
    }

    [Theory, Engines]
    public async Task What_is_locked_and_reported_counts_once(Engine engine)
    {
        await using var world = await StartAsync(engine);
        world.At("03-12");
        await AskAsync(world, ReportingWorld.Switch, ("HSEC", 2));

        await world.SendAsync(world.Report(1, "03-10", "03-11", 2, "HSEC"));

        Assert.Equal("5 | 2 | 3", await FiguresAsync(world));
        await world.AssertCleanAsync();
    }

    [Theory, Engines]
    public async Task The_file_of_a_device_is_answered_with_its_code(Engine engine)
    {
        await using var world = await StartAsync(engine);
        var file = new AuthorizationRequestFile([new(ReportingWorld.Switch, [new(world.TagOf("HSEC"), 1)], world.SoftwareTag, "r1")]).Write(1656010025453, "nonce");
        var command = new Command(AuthorizeDevices.Name, Actor.System, new { }) { Accounts = [world.Stock.Account.Id] };

        var done = await world.Installation.Get<AuthorizeDevices>().FileAsync(command, await world.Stock.PlaceAsync("A"), file, Stop);
        var none = await world.Installation.Get<AuthorizeDevices>().FileAsync(command, null, "<smartLicense/>", Stop);

        Assert.Equal(ReportingWorld.Switch, CodeOf(Assert.Single(done.Value.ProductInstances)).Code.Udi);
        Assert.Contains("no authorization request file", none.Refusal!.Detail, StringComparison.Ordinal);
    }

    private static async Task<ReportingWorld> StartAsync(Engine engine)
    {
        var world = await ReportingWorld.StartAsync(engine);
        await world.AddLicensesAsync(new EntitlementDraft("HSEC") { Enforcement = Enforcement.ExportRestricted }, new EntitlementDraft("Boost") { Enforcement = Enforcement.Enforced });
        await world.PermitExportAsync(true);
        await world.Stock.DepositAsync("A", 5, license: "HSEC");
        await world.Stock.DepositAsync("A", 1, license: "Boost");
        return world;
    }

    private static Task<AuthorizationOutcome> AskAsync(ReportingWorld world, Udi udi, params (string License, long Count)[] licenses) =>
        AskAsync(world, new AuthorizationRequest(udi, [.. licenses.Select(one => new AskedAuthorization(world.TagOf(one.License), one.Count))], world.SoftwareTag));

    private static async Task<AuthorizationOutcome> AskAsync(ReportingWorld world, AuthorizationRequest request)
    {
        var input = new AuthorizeDevices.Input(await world.Stock.PlaceAsync("A"), [request]);
        var done = await world.Installation.Get<AuthorizeDevices>().HandleAsync(new Command(AuthorizeDevices.Name, Actor.System, input) { Accounts = [world.Stock.Account.Id] }, input, Stop);
        return Assert.Single(done.Value.ProductInstances);
    }

    private static Task<AuthorizationOutcome> ConfirmAsync(ReportingWorld world, AuthorizationOutcome made) => AskAsync(
        world, new AuthorizationRequest(ReportingWorld.Switch, [], world.SoftwareTag, ConfirmationCode: AuthorizationCode.ConfirmationOf(ReportingWorld.Switch, CodeOf(made).Signature)));

    private static Task<AuthorizationOutcome> ReturnAsync(ReportingWorld world, string code) => AskAsync(world, new AuthorizationRequest(ReportingWorld.Switch, [], ReturnCode: code));

    private static string ReturnCodeOf(AuthorizationOutcome made) =>
        AuthorizationCode.ReturnOf(ReportingWorld.Switch, CodeOf(made).Code.Number, CodeOf(made).Signature, wasInstalled: true).ToString();

    private static (AuthorizationCode Code, string Signature) CodeOf(AuthorizationOutcome outcome)
    {
        Assert.True(outcome.IsDone, outcome.Message);
        var element = ImportFile.Read(outcome.Code!).Value.Find(AuthorizationCode.Element)!;
        return (AuthorizationCode.Read(element.Data).Value, element.Signature);
    }

    private static async Task<string> FiguresAsync(ReportingWorld world)
    {
        var pool = await world.Stock.PoolAsync("A", "HSEC");
        return $"{pool.Purchased} | {pool.InUse} | {pool.Balance}";
    }
}
