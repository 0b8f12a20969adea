using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using System.Security.Cryptography;
using Microsoft.EntityFrameworkCore;
using Purser.Protocol.Authorizations;
using Purser.Protocol.Bundles;
using Purser.Protocol.Trust;
using Purser.Protocol.Usage;
using Purser.Server.Catalog;
using Purser.Server.Commands;
using Purser.Server.Http;
using Purser.Server.People;
using Purser.Server.Store;
using Purser.Server.Usage.Bundles;
using Purser.Tests.Infrastructure;

namespace Purser.Tests.Usage;

/// <summary>A collector's bundle: each file is worked off once, in the name of who brought it, and the answers go back in a bundle (SP-03).</summary>
public sealed class BundleUploadTests : IDisposable
{
    private readonly ECDsa key = ECDsa.Create(ECCurve.NamedCurves.nistP256);

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Theory, Engines]
    public async Task Files_are_counted_once_also_after_a_stop_and_each_gets_one_answer(Engine engine)
    {
        await using var world = await ReportingWorld.StartAsync(engine);
        world.At("03-12");
        var trust = new TrustRequest(ReportingWorld.Switch, world.SoftwareTag, key.ExportSubjectPublicKeyInfo(), world.Installation.Clock.Now).Seal(key);
        var asks = ReportsOf(world, 1).Replace("</smartLicense>", trust.ToString(System.Xml.Linq.SaveOptions.DisableFormatting) + "</smartLicense>", StringComparison.Ordinal);
        var bundle = await StartAsync(world, Actor.System, Make(BundleAccount.None, ("1", asks), ("2", "hello"), ("3", ReportsOf(world, 1, 2))));

        // A node works the first file off, and is gone before it is noted.
        await using (var db = world.Installation.Database.Read(world.Stock.Account.Id))
        {
            var file = await db.UsageBundleFiles.SingleAsync(row => row.AccountId == world.Stock.Account.Id && row.BundleId == bundle.Id && row.Number == 1, Stop);
            Assert.True((await world.Installation.Get<BundleFileWork>().RunAsync(file, Actor.System, Stop)).IsOk);
        }

        Assert.Equal("3 files worked off", await world.Installation.Get<CarryOutBundles>().RunAsync(Stop));
        Assert.Equal("0 files worked off", await world.Installation.Get<CarryOutBundles>().RunAsync(Stop));

        var files = await FilesAsync(world, Actor.System, bundle);
        Assert.Equal([(1, 0, 0), (0, 0, 1), (1, 1, 0)], files.Select(file => (file.Counted, file.Repeated, file.Refused)));
        Assert.Contains("no XML", files[1].Problem, StringComparison.Ordinal);
        var answers = await AnswersAsync(world, bundle);
        Assert.Equal(["1", "3"], answers.Select(file => file.DeviceId));
        Assert.Equal([Acknowledgement.Element, TrustCode.Element], ImportFile.Read(answers[0].Text).Value.Elements.Select(element => element.Name));
        Assert.Equal([1UL, 2UL], AcknowledgedIn(answers[1]));
        await world.AssertCleanAsync();
    }

    [Theory, Engines]
    public async Task More_reports_than_one_command_counts_get_one_acknowledgement(Engine engine)
    {
        await using var world = await ReportingWorld.StartAsync(engine);
        world.At("03-12");
        var ids = Enumerable.Range(1, 300).Select(id => (ulong)id).ToArray();
        var bundle = await StartAsync(world, Actor.System, Make(BundleAccount.None, ("1", ReportsOf(world, ids))));

        await world.Installation.Get<CarryOutBundles>().RunAsync(Stop);

        Assert.Equal(ids, AcknowledgedIn(Assert.Single(await AnswersAsync(world, bundle))));
    }

    [Theory, Engines]
    public async Task A_virtual_account_without_the_right_is_refused_alone_and_looks_like_none(Engine engine)
    {
        await using var world = await ReportingWorld.StartAsync(engine);
        world.At("03-12");
        var (here, there) = (await world.Stock.PlaceAsync("A"), await world.Stock.PlaceAsync("B"));
        var person = await world.Installation.People.PersonAsync(world.Stock.Account, Role.VirtualAccountUser, here);
        var bundle = await StartAsync(world, person, Of(
            ("UD_VA_1.tar.gz", new BundleAccount("a", ""), [("1", ReportsOf(world, 1))]),
            ("UD_VA_2.tar.gz", new BundleAccount("", Text(there)), [("2", ReportsOf(world, 2))]),
            ("UD_VA_3.tar.gz", new BundleAccount("Nowhere", ""), [("3", ReportsOf(world, 3))])));

        await world.Installation.Get<CarryOutBundles>().RunAsync(Stop);

        var files = await FilesAsync(world, person, bundle);
        Assert.Equal([UsageBundleFileState.Done, UsageBundleFileState.Refused, UsageBundleFileState.Refused], files.Select(file => file.State));
        Assert.Equal(files[1].Problem!.Replace(Text(there), "X", StringComparison.Ordinal), files[2].Problem!.Replace("Nowhere", "X", StringComparison.Ordinal));
        Assert.Single(await AnswersAsync(world, bundle));
        await using var db = world.Installation.Database.Read();
        Assert.Equal([1L], await db.ReceivedReports.Select(row => row.ReportId).ToListAsync(Stop));
    }

    [Theory, Engines]
    public async Task A_bundle_that_is_broken_or_for_another_account_is_refused_whole_and_an_old_one_is_forgotten(Engine engine)
    {
        await using var world = await ReportingWorld.StartAsync(engine);
        var good = Make(BundleAccount.None, ("1", ReportsOf(world, 1)));

        Assert.Contains("only a part", (await TryStartAsync(world, Actor.System, good.Write()[..^9])).Refusal!.Detail, StringComparison.Ordinal);
        Assert.Contains("for the Smart Account Other", (await TryStartAsync(world, Actor.System, (good with { Account = new BundleAccount("Other", "77777") }).Write())).Refusal!.Detail, StringComparison.Ordinal);
        Assert.Contains("nothing in this bundle", (await TryStartAsync(world, Actor.System, Make(BundleAccount.None).Write())).Refusal!.Detail, StringComparison.Ordinal);

        var bundle = await StartAsync(world, Actor.System, good);
        await world.Installation.Get<CarryOutBundles>().RunAsync(Stop);
        world.Installation.Advance(ForgetBundles.Kept + TimeSpan.FromDays(1));
        Assert.Equal("1 bundles forgotten", await world.Installation.Get<ForgetBundles>().RunAsync(Stop));
        await using var db = world.Installation.Database.Read(world.Stock.Account.Id);
        Assert.Equal((0, 0), (await db.UsageBundles.CountAsync(Stop), await db.UsageBundleFiles.CountAsync(Stop)));
        Assert.Equal(RefusalCode.NotFound, (await world.Installation.Get<ShowBundles>().HandleAsync(Actor.System, world.Stock.Account.Id, bundle.VirtualAccountId, bundle.Id, Stop)).Refusal!.Code);
    }

    [Theory, Engines]
    public async Task What_is_asked_for_comes_back_and_a_confirmation_alone_needs_no_answer(Engine engine)
    {
        await using var world = await ReportingWorld.StartAsync(engine);
        await world.AddLicensesAsync(new EntitlementDraft("Boost") { Enforcement = Enforcement.Enforced });
        await world.Stock.DepositAsync("A", 2, license: "Boost");
        var asked = await CarryAsync(world, new AuthorizationRequest(ReportingWorld.Switch, [new(world.TagOf("Boost"), 2)], world.SoftwareTag));
        var code = ImportFile.Read(Assert.Single(await AnswersAsync(world, asked)).Text).Value.Find(AuthorizationCode.Element)!;
        var confirmation = AuthorizationCode.ConfirmationOf(ReportingWorld.Switch, code.Signature);
        var confirmed = await CarryAsync(world, new AuthorizationRequest(ReportingWorld.Switch, [], world.SoftwareTag, ConfirmationCode: confirmation));

        Assert.Equal(2, (await world.Stock.PoolAsync("A", "Boost")).InUse);
        Assert.Equal(UsageBundleFileState.Done, Assert.Single(await FilesAsync(world, Actor.System, confirmed)).State);
        var show = world.Installation.Get<ShowBundles>();
        Assert.True(await show.HasAnswersAsync(Actor.System, world.Stock.Account.Id, asked.Id, Stop));
        Assert.False(await show.HasAnswersAsync(Actor.System, world.Stock.Account.Id, confirmed.Id, Stop));
        await world.AssertCleanAsync();
    }

    [Theory, Engines]
    public async Task Programs_upload_and_download_with_the_right_alone(Engine engine)
    {
        await using var world = await ReportingWorld.StartAsync(engine);
        world.At("03-12");
        var address = $"{world.Stock.Account.Api}/virtual-accounts/{await world.Stock.PlaceAsync("A")}/usage-bundles";
        using var http = await world.Installation.People.ApiAsync(world.Stock.Account, Role.VirtualAccountUser, await world.Stock.PlaceAsync("A"));
        using var viewer = await world.Installation.People.ApiAsync(world.Stock.Account, Role.SmartAccountViewer);

        Assert.Equal(HttpStatusCode.Forbidden, (await viewer.PostAsync(address, Body(world), Stop)).StatusCode);
        Assert.Equal(HttpStatusCode.UnprocessableEntity, (await http.PostAsync(address, new ByteArrayContent([1, 2, 3]), Stop)).StatusCode);
        var made = await http.PostAsync(address, Body(world), Stop);
        Assert.Equal(HttpStatusCode.Created, made.StatusCode);
        var id = System.Text.Json.JsonElement.Parse(await made.Content.ReadAsStringAsync(Stop)).GetProperty("id").GetInt64();
        Assert.Equal(HttpStatusCode.Conflict, (await http.GetAsync($"{address}/{id}/acknowledgements", Stop)).StatusCode);
        await world.Installation.Get<CarryOutBundles>().RunAsync(Stop);

        var answer = await http.GetByteArrayAsync($"{address}/{id}/acknowledgements", Stop);
        Assert.Equal("ACK_dev_1_1.txt", Read(answer).Parts[0].Files[0].Name);
        Assert.Equal(HttpStatusCode.Forbidden, (await viewer.GetAsync($"{address}/{id}/acknowledgements", Stop)).StatusCode);
    }

    public void Dispose() => key.Dispose();

    private static ByteArrayContent Body(ReportingWorld world) =>
        new(Make(BundleAccount.None, ("1", ReportsOf(world, 1))).Write()) { Headers = { ContentType = new MediaTypeHeaderValue("application/gzip") } };

    private static string ReportsOf(ReportingWorld world, params ulong[] ids) =>
        new ReportFile([.. ids.Select(id => SealedReport.SealBuiltin(world.Report(id, "03-10", "03-11", 4)).Write())]).Write();

    private static Bundle Make(BundleAccount place, params (string Device, string Text)[] files) => Of(("UD_VA_1.tar.gz", place, files));

    private static Bundle Of(params (string Name, BundleAccount Place, (string Device, string Text)[] Files)[] parts) => new(BundleKind.Usage, "collector-1", BundleAccount.None,
        [.. parts.Select(part => new BundlePart(part.Name, part.Place, [.. part.Files.Select(file => new BundleFile($"dev_{file.Device}_1.txt", file.Text))]))]);

    private static Bundle Read(byte[] file) => Bundle.Read(BundleKind.Acknowledgement, file).Value;

    private static string Text(long id) => id.ToString(CultureInfo.InvariantCulture);

    private static IReadOnlyList<ulong> AcknowledgedIn(BundleFile file) => Acknowledgement.Read(ImportFile.Read(file.Text).Value.Find(Acknowledgement.Element)!.Data).Value.Acknowledged;

    private static async Task<Verdict<BundleView>> TryStartAsync(ReportingWorld world, Actor actor, byte[] file) => await world.Installation.Get<StartBundle>().HandleAsync(
        new Command(StartBundle.Name, actor, new { }) { Accounts = [world.Stock.Account.Id] }, await world.Stock.PlaceAsync("A"), file, Stop);

    private static async Task<BundleView> StartAsync(ReportingWorld world, Actor actor, Bundle bundle)
    {
        var done = await TryStartAsync(world, actor, bundle.Write());
        Assert.True(done.IsOk, done.Refusal?.Detail);
        return done.Value;
    }

    private static async Task<BundleView> CarryAsync(ReportingWorld world, AuthorizationRequest request)
    {
        var bundle = await StartAsync(world, Actor.System, Make(BundleAccount.None, ("1", new AuthorizationRequestFile([request]).Write(1656010025453, "nonce"))));
        await world.Installation.Get<CarryOutBundles>().RunAsync(Stop);
        return bundle;
    }

    private static async Task<IReadOnlyList<BundleFileView>> FilesAsync(ReportingWorld world, Actor actor, BundleView bundle) =>
        (await world.Installation.Get<ShowBundles>().FilesAsync(actor, world.Stock.Account.Id, bundle.VirtualAccountId, bundle.Id, null, new PageRequest(), Stop)).Value.Items;

    private static async Task<List<BundleFile>> AnswersAsync(ReportingWorld world, BundleView bundle)
    {
        var made = await world.Installation.Get<ShowBundles>().AcknowledgementsAsync(Actor.System, world.Stock.Account.Id, bundle.VirtualAccountId, bundle.Id, Stop);
        Assert.True(made.IsOk, made.Refusal?.Detail);
        return [.. Read(made.Value.Content).Parts.SelectMany(part => part.Files)];
    }
}
