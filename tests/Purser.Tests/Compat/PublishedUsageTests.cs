using System.Net;
using System.Text;
using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using Purser.Protocol;
using Purser.Protocol.Authorizations;
using Purser.Protocol.Usage;
using Purser.Server.Accounts;
using Purser.Server.Catalog;
using Purser.Server.Commands;
using Purser.Server.Licenses;
using Purser.Server.Store;
using Purser.Tests.Infrastructure;

namespace Purser.Tests.Compat;

/// <summary>A program that knows only the published API uploads usage reports, polls and gets the acknowledgement (API reference 4.3 to 4.5).</summary>
[Trait("Feature", "AP-02")]
public sealed class PublishedUsageTests
{
    private const string Api = PublishedClient.Cloud;

    private static readonly Udi Router = new("C8000V", "9ABC");

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Theory, Engines]
    public async Task Reports_are_uploaded_polled_for_and_acknowledged_also_after_they_were_repeated(Engine engine)
    {
        await using var world = await World.StartAsync(engine);
        var report = SealedReport.SealBuiltin(world.Report(1, 2));

        var accepted = await world.PostAsync("/v2/devices/reportusage", Upload(report));
        Assert.Equal(("OK_POLL", "acknowledgements", "random1234", 1644340472292), (Text(accepted, "status"), Text(accepted, "action"), Text(accepted, "nonce"), accepted.GetProperty("timestamp").GetInt64()));
        Assert.DoesNotContain(": ", world.LastText, StringComparison.Ordinal);
        var poll = accepted.GetProperty("poll_id").GetInt64();
        var done = await world.PostAsync("/v2/accounts/poll", Poll(poll));

        Assert.Equal(("COMPLETE", "", "acknowledgements"), (Text(done, "status"), Text(done, "message"), Text(done, "type")));
        var file = Assert.Single(done.GetProperty("data").GetProperty("acknowledgements").EnumerateArray());
        var element = ImportFile.Read(Encoding.UTF8.GetString(Convert.FromBase64String(Text(file, "smart_license")))).Value.Find(Acknowledgement.Element)!;
        Assert.Equal([1UL], Acknowledgement.Read(element.Data).Value.Acknowledged);

        var summary = await world.PostAsync("/v3/licenses/summary", new { data = new { timestamp = 5, nonce = "n", tags = new[] { world.Tag } } });
        Assert.Equal(10, summary.GetProperty("summary")[0].GetProperty("prepaid_inuse").GetInt64());
        Assert.Equal(10, (await world.PostAsync("/v2/licenses/summary", new { data = new { timestamp = 5, nonce = "n", tags = new[] { world.Tag } } })).GetProperty("summary")[0].GetProperty("inuse").GetInt64());

        // Blanks that a program takes out of the payload change nothing of what it says.
        var again = await world.PostAsync("/v2/devices/reportusage", Upload(report with { Payload = report.Payload.Replace(",\"", ", \"", StringComparison.Ordinal) }));
        Assert.Equal("OK_POLL", Text(again, "status"));
        Assert.Equal(10, (await world.PostAsync("/v3/licenses/summary", new { data = new { timestamp = 5, nonce = "n", tags = new[] { world.Tag } } })).GetProperty("summary")[0].GetProperty("prepaid_inuse").GetInt64());
    }

    [Theory, Engines]
    [Trait("Feature", "LI-17")]
    public async Task What_is_reported_is_postpaid_where_a_subscription_lies(Engine engine)
    {
        await using var world = await World.StartAsync(engine);
        await world.PostAsync("/v2/devices/reportusage", Upload(SealedReport.SealBuiltin(world.Report(1, 2))));

        await world.SubscribeAsync("Sub1");

        var asked = new { data = new { timestamp = 5, nonce = "n", tags = new[] { world.Tag } } };
        var license = Assert.Single((await world.PostAsync("/v3/licenses/summary", asked)).GetProperty("summary").EnumerateArray());
        Assert.Equal(8, license.GetProperty("prepaid_inuse").GetInt64());
        var postpaid = license.GetProperty("license_details").EnumerateArray().Single(part => Text(part, "billing_type") == "POSTPAID");
        Assert.Equal(("Sub1", "ACTIVE", 2L, JsonValueKind.Null), (Text(postpaid, "subscription_id"), Text(postpaid, "status"), postpaid.GetProperty("postpaid_usage").GetInt64(), postpaid.GetProperty("quantity").ValueKind));
        Assert.Equal(10, (await world.PostAsync("/v2/licenses/summary", asked)).GetProperty("summary")[0].GetProperty("inuse").GetInt64());
    }

    [Theory, Engines]
    public async Task What_is_refused_says_why_and_nobody_polls_for_anothers_answer(Engine engine)
    {
        await using var world = await World.StartAsync(engine);
        var strange = world.Report(1, 2) with { SoftwareTag = "regid.2026-01.com.example.NONE,1.0_0d4e8a31-7c25-4b9f-8e61-2a5b7c9d1e03" };

        var refused = await world.PostAsync("/v2/devices/reportusage", Upload(SealedReport.SealBuiltin(strange)));
        Assert.Equal("FAILED", Text(refused, "status"));
        Assert.Contains("no product with the software tag", Text(refused, "message"), StringComparison.Ordinal);
        Assert.Equal("FAILED", Text(await world.PostAsync("/v2/devices/reportusage", new { data = new { reports = Array.Empty<object>() } }), "status"));

        var poll = (await world.PostAsync("/v2/devices/reportusage", Upload(SealedReport.SealBuiltin(world.Report(2, 3))))).GetProperty("poll_id").GetInt64();
        await using (var db = world.Installation.Database.Open())
        {
            await db.UsageExchanges.ExecuteUpdateAsync(set => set.SetProperty(row => row.Asker, "Client:999"), Stop);
        }

        Assert.Equal("INVALID_POLL_ID", Text(await world.PostAsync("/v2/accounts/poll", Poll(poll)), "message_code"));
        Assert.Equal("INVALID_POLL_ID", Text(await world.PostAsync("/v2/accounts/poll", Poll(poll + 1)), "message_code"));
    }

    [Theory, Engines]
    public async Task A_code_is_asked_for_polled_for_and_returned(Engine engine)
    {
        await using var world = await World.StartAsync(engine);
        var tag = await world.AddRestrictedAsync(2);

        var accepted = await world.PostAsync("/v2/devices/authrequest", Ask(tag, "2"));
        var done = await world.PostAsync("/v2/accounts/poll", new { data = new { timestamp = 1656610485678, nonce = "n", poll_id = accepted.GetProperty("poll_id"), action = "authorizations" } });

        Assert.Equal(("OK_POLL", "authorizations"), (Text(accepted, "status"), Text(accepted, "action")));
        var authorization = Assert.Single(done.GetProperty("data").GetProperty("authorizations").EnumerateArray());
        Assert.Equal(("SUCCESS", JsonValueKind.Null), (Text(authorization, "status"), authorization.GetProperty("error_code").ValueKind));
        var element = ImportFile.Read(Encoding.UTF8.GetString(Convert.FromBase64String(Text(authorization, "smart_license")))).Value.Find(AuthorizationCode.Element)!;
        var code = AuthorizationCode.Read(element.Data).Value;
        Assert.Equal((tag, 2), (code.Licenses[0].Tag, code.Licenses[0].Count));

        Assert.Equal("ERROR_ALL_COUNTS_IN_USE", Text(await world.AuthorizationAsync(Ask(tag, "3")), "error_code"));
        var removal = AuthorizationCode.ReturnOf(Router, code.Number, element.Signature, wasInstalled: true).ToString();
        var returned = await world.AuthorizationAsync(new { data = new { timestamp = 1, nonce = "n", licenses = new[] { new { sudi = new { udi_pid = Router.Pid, udi_serial_number = Router.Sn }, keys = Array.Empty<object>(), remove_code = removal } } } });
        Assert.Equal(("SUCCESS", JsonValueKind.Null), (Text(returned, "status"), returned.GetProperty("smart_license").ValueKind));
        Assert.Equal("FAILED", Text(await world.PostAsync("/v2/devices/authrequest", new { data = new { licenses = new[] { new { hostname = "r1" } } } }), "status"));
    }

    private static object Ask(string tag, string count) => new
    {
        data = new
        {
            timestamp = 1656010025453, nonce = "random1234", device_type = "DNA On Prem",
            licenses = new[] { new { sudi = new { udi_pid = Router.Pid, udi_serial_number = Router.Sn }, hostname = "r1", trust_request = "r1", keys = new[] { new { entitlement = tag, count } }, confirm_code = (string?)null, remove_code = (string?)null } },
        },
    };

    private static object Upload(SealedReport report) => new
    {
        data = new
        {
            timestamp = 1644340472292, nonce = "random1234",
            reports = new[]
            {
                new
                {
                    sudi = new { udi_pid = Router.Pid, udi_serial_number = Router.Sn }, hostname = "r1", trust_requests = (object?)null,
                    usage = new[] { JsonSerializer.Deserialize<JsonElement>(report.Write()) },
                },
            },
        },
    };

    private static object Poll(long id) => new { data = new { timestamp = "1656610485678", nonce = "random1234", poll_id = id, action = "acknowledgements", type = "authorizations" } };

    private static string Text(JsonElement element, string name) => element.GetProperty(name).GetString()!;

    private sealed class World(TestInstallation installation, PublishedEstate estate, HttpClient http) : IAsyncDisposable
    {
        public TestInstallation Installation => installation;

        public string Tag { get; private set; } = "";

        public string LastText { get; private set; } = "";

        private string SoftwareTag { get; set; } = "";

        public static async Task<World> StartAsync(Engine engine)
        {
            var installation = await TestInstallation.StartAsync(engine);
            var estate = await PublishedEstate.MakeAsync(installation);
            await installation.Get<ApplyCatalog>().HandleAsync(Actor.System, new CatalogDraft { Products = [new ProductDraft("Router")] }, cancellation: Stop);
            var catalog = await installation.Get<CatalogCache>().CurrentAsync(Stop);
            var http = await estate.SignInAsync(installation.NewClient());
            http.DefaultRequestHeaders.Add("X-CSW-SMART-ACCOUNT-ID", estate.Devices.Account.Id.ToString(System.Globalization.CultureInfo.InvariantCulture));
            http.DefaultRequestHeaders.Add("X-CSW-VIRTUAL-ACCOUNT-ID", estate.Devices.Default.ToString(System.Globalization.CultureInfo.InvariantCulture));
            return new World(installation, estate, http) { Tag = catalog.FindEntitlement("Network Advantage")!.Tag, SoftwareTag = catalog.FindProduct("Router")!.Tag };
        }

        /// <summary>Eight devices use one each already.</summary>
        public UsageReport Report(ulong id, long count)
        {
            var from = TestInstallation.Start.AddDays(-3);
            return new UsageReport(UsageReport.Version2, id, SoftwareTag, Router, Tag, "17.09.02", [new Measurement(from, from, from.AddHours((int)id), count)]);
        }

        public async Task SubscribeAsync(string subscription)
        {
            var (account, license) = (estate.Devices.Account.Id, (await installation.Get<CatalogCache>().CurrentAsync(Stop)).FindEntitlement(Tag)!.Id);
            await installation.WritePath.RunAsync<Done>(new Command("test", Actor.System, new { }) { Accounts = [account] }, async scope =>
            {
                await new UsageBook(scope, account).AddAsync(new LineDraft(license, 1, LicenseTerms.Perpetual, LineSource.Order) { SubscriptionId = subscription }, estate.Devices.Default);
                return Verdict.Done;
            }, Stop);
        }

        /// <summary>A restricted license that this account may use, and so many of it.</summary>
        public async Task<string> AddRestrictedAsync(long quantity)
        {
            await installation.Get<ApplyCatalog>().HandleAsync(
                Actor.System, new CatalogDraft { Products = [new ProductDraft("Router") { Pids = "C8000V" }], Entitlements = [new EntitlementDraft("HSEC") { Enforcement = Enforcement.ExportRestricted }] }, cancellation: Stop);
            var input = new EditAccount.Input { ExportPermitted = true };
            Assert.True((await installation.Get<EditAccount>().HandleAsync(new Command(EditAccount.Name, Actor.System, input) { Accounts = [estate.Devices.Account.Id] }, input, Stop)).IsOk);
            var license = (await installation.Get<CatalogCache>().CurrentAsync(Stop)).FindEntitlement("HSEC")!;
            await estate.Devices.DepositAsync(estate.Devices.Default, license.Id, quantity);
            return license.Tag;
        }

        public async Task<JsonElement> AuthorizationAsync(object request)
        {
            var poll = (await PostAsync("/v2/devices/authrequest", request)).GetProperty("poll_id");
            var done = await PostAsync("/v2/accounts/poll", new { data = new { nonce = "n", poll_id = poll, action = "authorizations" } });
            return Assert.Single(done.GetProperty("data").GetProperty("authorizations").EnumerateArray());
        }

        public async Task<JsonElement> PostAsync(string path, object body)
        {
            using var content = new StringContent(JsonSerializer.Serialize(body), Encoding.UTF8, "application/json");
            using var answer = await http.PostAsync(Api + path, content, Stop);
            LastText = await answer.Content.ReadAsStringAsync(Stop);
            Assert.True(answer.StatusCode is HttpStatusCode.OK or HttpStatusCode.Accepted, $"{path}: {(int)answer.StatusCode} {LastText}");
            return JsonDocument.Parse(LastText).RootElement;
        }

        public async ValueTask DisposeAsync()
        {
            http.Dispose();
            await installation.DisposeAsync();
        }
    }
}
