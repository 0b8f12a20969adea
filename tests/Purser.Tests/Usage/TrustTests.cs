using System.Security.Cryptography;
using Microsoft.EntityFrameworkCore;
using Purser.Protocol;
using Purser.Protocol.Trust;
using Purser.Protocol.Usage;
using Purser.Server.Commands;
using Purser.Server.Store;
using Purser.Server.Usage;
using Purser.Server.Usage.Trust;
using Purser.Tests.Infrastructure;

namespace Purser.Tests.Usage;

/// <summary>Trust by file: what a device signs with the key of its trust code is verified (SP-02, SP-03).</summary>
public sealed class TrustTests : IDisposable
{
    private static readonly Udi Standby = new("C9300-24UX", "FCW00002");

    private readonly ECDsa key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
    private readonly ECDsa other = ECDsa.Create(ECCurve.NamedCurves.nistP256);

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Theory, Engines]
    public async Task Reports_signed_with_a_trusted_key_are_verified_and_altered_ones_refused(Engine engine)
    {
        await using var world = await ReportingWorld.StartAsync(engine);
        world.At("03-12");
        var code = Assert.Single(CodesOf(await TrustAsync(world, Request(world, ReportingWorld.Switch, key))));
        var good = SealedReport.Seal(world.Report(1, "03-10", "03-11", 4), key, code.Id);
        var altered = SealedReport.Seal(world.Report(2, "03-11", "03-12", 4), key, code.Id).Write().Replace("\\\"value\\\":\\\"4\\\"", "\\\"value\\\":\\\"1\\\"", StringComparison.Ordinal);
        var foreign = SealedReport.Seal(world.Report(3, "03-11", "03-12", 5), other, "999999");

        var receipt = await world.SendAsync("A", [good.Write(), altered, foreign.Write()]);

        var outcome = Assert.Single(receipt.ProductInstances);
        Assert.Equal((2, 1), (outcome.Counted, outcome.Refused.Count));
        Assert.Equal(("2", true), (outcome.Refused[0].ReportId, outcome.Refused[0].Reason.Contains("altered", StringComparison.Ordinal)));
        await using var db = world.Installation.Database.Read();
        Assert.Equal(
            [ReportVerification.Verified, ReportVerification.Unverified], await db.ReceivedReports.OrderBy(row => row.ReportId).Select(row => row.Verification).ToListAsync(Stop));
    }

    [Theory, Engines]
    public async Task A_report_that_is_written_with_other_spaces_does_not_fit_its_signature_and_comes_twice_where_it_is_known(Engine engine)
    {
        await using var world = await ReportingWorld.StartAsync(engine);
        world.At("03-12");
        var code = Assert.Single(CodesOf(await TrustAsync(world, Request(world, ReportingWorld.Switch, key))));
        var known = SealedReport.Seal(world.Report(1, "03-10", "03-11", 4), key, code.Id).Write();
        var fresh = SealedReport.Seal(world.Report(2, "03-11", "03-12", 5), key, code.Id).Write();
        await world.SendAsync("A", [known]);

        var outcome = Assert.Single((await world.SendAsync("A", [Spaced(known), Spaced(fresh)])).ProductInstances);

        Assert.Equal((0, 1), (outcome.Counted, outcome.Repeated));
        Assert.Equal(("2", true), (Assert.Single(outcome.Refused).ReportId, outcome.Refused[0].Reason.Contains("signature does not fit", StringComparison.Ordinal)));
        Assert.Equal(4, await world.InUseAsync());
        await world.SendAsync("A", [fresh]);
        Assert.Equal(5, await world.InUseAsync());
        await using var db = world.Installation.Database.Read();
        Assert.Equal([known, fresh], await db.ReceivedReports.OrderBy(row => row.ReportId).Select(row => row.Text).ToListAsync(Stop));

        static string Spaced(string report) => report.Replace(",\\\"", ", \\\"", StringComparison.Ordinal);
    }

    [Theory, Engines]
    public async Task Every_unit_of_a_set_gets_a_code_and_the_same_key_the_same_one(Engine engine)
    {
        await using var world = await ReportingWorld.StartAsync(engine);
        var file = TrustRequestFile.Write([Request(world, ReportingWorld.Switch, key), Request(world, Standby, other)]);

        var first = CodesOf(await TrustAsync(world, file));
        var again = CodesOf(await TrustAsync(world, file));

        Assert.Equal([ReportingWorld.Switch, Standby], first.Select(code => code.Udi));
        Assert.Equal(first.Select(code => code.Id), again.Select(code => code.Id));
        Assert.True(first[0].ValidFrom < world.Installation.Clock.Now && first[0].ValidUntil > world.Installation.Clock.Now.AddYears(7));
        Assert.Single(first.Select(code => code.Piid).Distinct());
    }

    [Theory, Engines]
    public async Task What_is_signed_with_an_earlier_key_stays_good_and_a_new_key_replaces_it(Engine engine)
    {
        await using var world = await ReportingWorld.StartAsync(engine);
        world.At("03-12");
        var before = Assert.Single(CodesOf(await TrustAsync(world, Request(world, ReportingWorld.Switch, key))));
        var after = Assert.Single(CodesOf(await TrustAsync(world, Request(world, ReportingWorld.Switch, other))));

        await world.SendAsync("A", [SealedReport.Seal(world.Report(1, "03-10", "03-11", 4), key, before.Id).Write()]);

        Assert.NotEqual(before.Id, after.Id);
        await using var db = world.Installation.Database.Read();
        Assert.Equal(ReportVerification.Verified, (await db.ReceivedReports.SingleAsync(Stop)).Verification);
        Assert.Equal(1, await db.IssuedTrusts.CountAsync(row => row.EndedAt == null, Stop));
    }

    [Theory, Engines]
    public async Task A_device_that_asks_for_trust_first_reports_like_any_other_also_after_a_removal(Engine engine)
    {
        await using var world = await ReportingWorld.StartAsync(engine);
        await world.Stock.DepositAsync("A", 9);
        world.At("03-21");
        var device = (await TrustAsync(world, Request(world, ReportingWorld.Switch, key))).Units[0].DeviceId!.Value;
        var old = world.Report(1, "03-10", "03-20", 4);
        await world.SendAsync(old);
        Assert.Equal(4, await world.AsOfAsync("03-15"));
        world.At("04-01");
        await world.RemoveAsync(device);
        world.At("04-10");
        await TrustAsync(world, Request(world, ReportingWorld.Switch, key));

        var again = await world.SendAsync(old);

        Assert.Equal((0, 1), (again.Counted, again.Repeated));
        Assert.Equal(4, await world.AsOfAsync("03-15"));
        await world.AssertCleanAsync();
    }

    [Theory, Engines]
    public async Task A_report_that_is_refused_does_not_end_a_registration(Engine engine)
    {
        await using var world = await ReportingWorld.StartAsync(engine);
        world.At("03-12");
        var code = Assert.Single(CodesOf(await TrustAsync(world, Request(world, ReportingWorld.Switch, key))));
        await world.RegisterAgainAsync();

        var receipt = await world.SendAsync("A", [SealedReport.Seal(world.Report(1, "03-10", "03-11", 4), other, code.Id).Write()]);

        Assert.Single(receipt.ProductInstances[0].Refused);
        await using var db = world.Installation.Database.Read();
        Assert.Equal(Server.Devices.DeviceMode.Direct, (await db.Devices.SingleAsync(Stop)).Mode);
    }

    [Theory, Engines]
    public async Task A_file_that_is_none_or_was_altered_is_refused(Engine engine)
    {
        await using var world = await ReportingWorld.StartAsync(engine);
        var good = TrustRequestFile.Write([Request(world, ReportingWorld.Switch, key)]);

        Assert.Contains("no trust request file", (await TryTrustAsync(world, "<smartLicense/>")).Refusal!.Detail, StringComparison.Ordinal);
        Assert.Contains("altered", (await TryTrustAsync(world, good.Replace("FCW00001", "FCW00009", StringComparison.Ordinal))).Refusal!.Detail, StringComparison.Ordinal);
        Assert.Contains("no product", (await TryTrustAsync(world, TrustRequestFile.Write([new TrustRequest(ReportingWorld.Switch, "none", Spki(key), world.Installation.Clock.Now).Seal(key)]))).Value.Units[0].Refused, StringComparison.Ordinal);
    }

    public void Dispose()
    {
        key.Dispose();
        other.Dispose();
    }

    private static byte[] Spki(ECDsa key) => key.ExportSubjectPublicKeyInfo();

    private static System.Xml.Linq.XElement Request(ReportingWorld world, Udi udi, ECDsa key) => new TrustRequest(udi, world.SoftwareTag, Spki(key), world.Installation.Clock.Now).Seal(key);

    private static Task<EstablishTrust.Answer> TrustAsync(ReportingWorld world, System.Xml.Linq.XElement request) => TrustAsync(world, TrustRequestFile.Write([request]));

    private static async Task<EstablishTrust.Answer> TrustAsync(ReportingWorld world, string file)
    {
        var done = await TryTrustAsync(world, file);
        Assert.True(done.IsOk, done.Refusal?.Detail);
        return done.Value;
    }

    private static async Task<Verdict<EstablishTrust.Answer>> TryTrustAsync(ReportingWorld world, string file) => await world.Installation.Get<EstablishTrust>().FileAsync(
        new Command(EstablishTrust.Name, Actor.System, new { }) { Accounts = [world.Stock.Account.Id] }, await world.Stock.PlaceAsync("A"), file, Stop);

    private static List<TrustCode> CodesOf(EstablishTrust.Answer answer) =>
        [.. ImportFile.Read(answer.Codes!).Value.Elements.Select(element => TrustCode.Read(element.Data).Value)];
}
