using System.Net;
using System.Security.Cryptography;
using System.Text;
using Microsoft.EntityFrameworkCore;
using Purser.Protocol;
using Purser.Protocol.Authorizations;
using Purser.Protocol.Push;
using Purser.Protocol.Trust;
using Purser.Protocol.Usage;
using Purser.Server.Catalog;
using Purser.Server.Store;
using Purser.Server.Usage;
using Purser.Server.Usage.Push;
using Purser.Tests.Infrastructure;

namespace Purser.Tests.Usage;

/// <summary>Product instances push their files and get the answers (SP-02, SP-03, SP-04).</summary>
public sealed class PushDoorTests : IDisposable
{
    private static readonly Udi Other = new("C9300-24UX", "FCW00077");

    private readonly ECDsa key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
    private readonly ECDsa next = ECDsa.Create(ECCurve.NamedCurves.nistP256);

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Theory, Engines]
    public async Task A_token_gives_trust_once_and_the_same_request_the_same_code(Engine engine)
    {
        await using var rig = await PushRig.StartAsync(engine);
        var token = await rig.TokenAsync("B", uses: 1);
        var file = rig.TrustFile(ReportingWorld.Switch, key);

        var first = Assert.Single(PushRig.CodesIn(await rig.TrustAsync(file, token)));
        var again = Assert.Single(PushRig.CodesIn(await rig.TrustAsync(file, token)));
        var another = await rig.TrustAsync(rig.TrustFile(Other, next), token, udi: Other);

        Assert.Equal(first.Id, again.Id);
        Assert.Equal((PushStatus.Failed, WireCode.TokenUsedUp), (another.Status, another.Code));
        await using var db = rig.World.Installation.Database.Read();
        Assert.Equal(1, (await db.RegistrationTokens.SingleAsync(Stop)).Uses);
        Assert.Equal(await rig.World.Stock.PlaceAsync("B"), (await db.Devices.SingleAsync(Stop)).VirtualAccountId);
        await rig.World.AssertCleanAsync();
    }

    [Theory, Engines]
    public async Task A_token_that_opens_nothing_gives_no_trust_and_a_refused_request_uses_none(Engine engine)
    {
        await using var rig = await PushRig.StartAsync(engine);
        var (revoked, expired) = (await rig.TokenAsync("A", uses: 5), await rig.TokenAsync("B", uses: 5));
        var good = await rig.TokenAsync("C", uses: 1);
        await rig.RevokeAsync(revoked);
        var unknown = await rig.TrustAsync(TrustRequestFile.Write([new TrustRequest(ReportingWorld.Switch, "none", key.ExportSubjectPublicKeyInfo(), rig.Now).Seal(key)]), good);
        Assert.Contains("no product", unknown.Message, StringComparison.Ordinal);
        await rig.World.Stock.RunAsync<long>(async scope =>
        {
            Assert.Equal(0, (await scope.Db.RegistrationTokens.OrderBy(row => row.Id).LastAsync(Stop)).Uses);
            return 0;
        });
        rig.World.Installation.Advance(TimeSpan.FromDays(40));

        Assert.Equal(WireCode.TokenRevoked, (await rig.TrustAsync(rig.TrustFile(ReportingWorld.Switch, key), revoked)).Code);
        Assert.Equal(WireCode.TokenExpired, (await rig.TrustAsync(rig.TrustFile(ReportingWorld.Switch, key), expired)).Code);
        Assert.Equal(WireCode.TokenInvalid, (await rig.TrustAsync(rig.TrustFile(ReportingWorld.Switch, key), "bm9uZQ")).Code);
        Assert.Equal(WireCode.BadSignature, (await rig.TrustAsync(rig.TrustFile(ReportingWorld.Switch, key), token: null)).Code);
        await using var db = rig.World.Installation.Database.Read();
        Assert.False(await db.Devices.AnyAsync(Stop) || await db.IssuedTrusts.AnyAsync(Stop));
    }

    [Theory, Engines]
    public async Task Reports_are_counted_once_also_where_the_answer_was_lost(Engine engine)
    {
        await using var rig = await PushRig.StartAsync(engine);
        rig.World.At("03-12");
        var trust = await rig.TrustedAsync(key);
        var file = rig.Reports(key, trust, 1, 2);

        var first = await rig.PushAsync(key, trust, PushKind.Usage, file);
        var again = await rig.PushAsync(key, trust, PushKind.Usage, file);

        Assert.Equal([1UL, 2UL], PushRig.AcknowledgedIn(first));
        Assert.Equal(PushRig.AcknowledgedIn(first), PushRig.AcknowledgedIn(again));
        await using var db = rig.World.Installation.Database.Read();
        Assert.Equal(
            [(ReportVerification.Verified, ReportSource.Push), (ReportVerification.Verified, ReportSource.Push)],
            (await db.ReceivedReports.ToListAsync(Stop)).Select(row => (row.Verification, row.Source)));
    }

    [Theory, Engines]
    public async Task A_message_that_is_altered_foreign_or_repeated_counts_nothing(Engine engine)
    {
        await using var rig = await PushRig.StartAsync(engine);
        rig.World.At("03-12");
        var trust = await rig.TrustedAsync(key);
        var foreign = Assert.Single(PushRig.CodesIn(await rig.TrustAsync(rig.TrustFile(Other, next), await rig.TokenAsync("B"), udi: Other))).Id;
        var file = rig.Reports(key, trust, 1);
        var good = PushRequest.Seal(rig.Message(PushKind.Usage) with { File = file }, key, trust);
        var altered = good with { Text = good.Text.Replace("\"nonce\":\"", "\"hostname\":\"x\",\"nonce\":\"", StringComparison.Ordinal) };
        Assert.NotEqual(good.Text, altered.Text);

        Assert.Equal(WireCode.BadSignature, (await rig.SendAsync(altered)).Code);
        Assert.Equal(WireCode.BadSignature, (await rig.PushAsync(next, trust, PushKind.Usage, file)).Code);
        Assert.Equal(WireCode.BadSignature, (await rig.PushAsync(next, foreign, PushKind.Usage, file)).Code);
        Assert.Equal(WireCode.IdentityInvalid, (await rig.PushAsync(key, "999999", PushKind.Usage, file)).Code);
        Assert.Equal(WireCode.BadSignature, (await rig.SendAsync(PushRequest.Unsigned(rig.Message(PushKind.Usage) with { File = file }))).Code);
        var smuggled = await rig.SendAsync(PushRequest.Seal(rig.Message(PushKind.Usage) with { Udi = Other, File = file }, next, foreign));
        Assert.Equal((WireCode.NotAllowed, true), (smuggled.Code, smuggled.Message!.Contains("FCW00001", StringComparison.Ordinal)));
        await using (var db = rig.World.Installation.Database.Read())
        {
            Assert.False(await db.ReceivedReports.AnyAsync(Stop));
        }

        Assert.Equal(PushStatus.Ok, (await rig.SendAsync(good)).Status);
        Assert.Equal(WireCode.NonceReplayed, (await rig.SendAsync(good)).Code);
        rig.World.Installation.Advance(TimeSpan.FromMinutes(10));
        await rig.World.Installation.Get<ForgetPushes>().RunAsync(Stop);
        Assert.Equal(WireCode.NonceReplayed, (await rig.SendAsync(good)).Code);
        rig.World.Installation.Advance(ForgetPushes.NoncesKept);

        // Of two trust requests, of the one that spoke for another, and of the good one.
        Assert.StartsWith("4 nonces", await rig.World.Installation.Get<ForgetPushes>().RunAsync(Stop), StringComparison.Ordinal);
        Assert.Equal(WireCode.ClockSkew, (await rig.SendAsync(good)).Code);
    }

    [Theory, Engines]
    public async Task A_wrong_clock_is_told_the_time_and_then_the_message_counts(Engine engine)
    {
        await using var rig = await PushRig.StartAsync(engine);
        rig.World.At("03-12");
        var trust = await rig.TrustedAsync(key);
        var message = rig.Message(PushKind.Usage) with { File = rig.Reports(key, trust, 1) };

        var wrong = await rig.SendAsync(PushRequest.Seal(message with { At = rig.Now - TimeSpan.FromMinutes(20) }, key, trust));
        var right = await rig.SendAsync(PushRequest.Seal(message with { At = wrong.ServerTime }, key, trust));

        Assert.Equal((PushStatus.Failed, WireCode.ClockSkew, rig.Now), (wrong.Status, wrong.Code, wrong.ServerTime));
        Assert.Equal([1UL], PushRig.AcknowledgedIn(right));
    }

    [Theory, Engines]
    public async Task A_renewal_is_signed_with_the_code_before_also_again_after_it_was_replaced(Engine engine)
    {
        await using var rig = await PushRig.StartAsync(engine);
        rig.World.At("03-12");
        var trust = await rig.TrustedAsync(key);
        var file = rig.TrustFile(ReportingWorld.Switch, next);

        var renewed = Assert.Single(PushRig.CodesIn(await rig.PushAsync(key, trust, PushKind.Trust, file)));
        var again = Assert.Single(PushRig.CodesIn(await rig.PushAsync(key, trust, PushKind.Trust, file)));
        var old = await rig.PushAsync(key, trust, PushKind.Usage, rig.Reports(key, trust, 1));
        var third = await rig.PushAsync(key, trust, PushKind.Trust, rig.TrustFile(ReportingWorld.Switch, key));
        var stranger = await rig.PushAsync(next, renewed.Id, PushKind.Trust, rig.TrustFile(Other, next));

        Assert.Equal((renewed.Id, WireCode.IdentityInvalid, WireCode.IdentityInvalid, WireCode.BadSignature), (again.Id, old.Code, third.Code, stranger.Code));
        Assert.Equal([1UL], PushRig.AcknowledgedIn(await rig.PushAsync(next, renewed.Id, PushKind.Usage, rig.Reports(next, renewed.Id, 1))));
    }

    [Theory, Engines]
    public async Task A_product_instance_is_no_unit_of_another_one_that_asks_for_trust(Engine engine)
    {
        await using var rig = await PushRig.StartAsync(engine);
        rig.World.At("03-12");
        var trust = await rig.TrustedAsync(key);
        var victim = Assert.Single(PushRig.CodesIn(await rig.TrustAsync(rig.TrustFile(Other, next), await rig.TokenAsync("A"), udi: Other))).Id;
        var unit = new Udi("C9300-24UX", "FCW00002");

        Assert.Equal(WireCode.BadSignature, (await rig.PushAsync(key, trust, PushKind.Trust, rig.TrustFile(key, Other, ReportingWorld.Switch))).Code);
        Assert.Equal(WireCode.BadSignature, (await rig.PushAsync(key, trust, PushKind.Trust, rig.TrustFile(key, ReportingWorld.Switch, Other))).Code);
        Assert.Equal(2, PushRig.CodesIn(await rig.PushAsync(key, trust, PushKind.Trust, rig.TrustFile(key, unit, ReportingWorld.Switch))).Count);
        await using var db = rig.World.Installation.Database.Read();
        Assert.Null((await db.IssuedTrusts.SingleAsync(row => row.Udi == Other.Key, Stop)).EndedAt);
        Assert.Equal(victim, (await db.IssuedTrusts.SingleAsync(row => row.Udi == Other.Key, Stop)).Id.ToString(System.Globalization.CultureInfo.InvariantCulture));
    }

    [Theory, Engines]
    public async Task The_address_may_name_the_Smart_Account_and_no_other(Engine engine)
    {
        await using var rig = await PushRig.StartAsync(engine);
        rig.World.At("03-12");
        var trust = await rig.TrustedAsync(key);
        await using var db = rig.World.Installation.Database.Read();
        var account = await db.Accounts.SingleAsync(row => row.Id == rig.World.Stock.Account.Id, Stop);

        Assert.Equal(PushStatus.Ok, (await rig.PushAsync(key, trust, PushKind.Usage, rig.Reports(key, trust, 1), $"/{account.Domain.ToUpperInvariant()}")).Status);
        Assert.Equal(PushStatus.Ok, (await rig.PushAsync(key, trust, PushKind.Usage, rig.Reports(key, trust, 2), $"/{Uri.EscapeDataString(account.Name)}-1")).Status);
        var wrong = await rig.PushAsync(key, trust, PushKind.Usage, rig.Reports(key, trust, 3), "/other.example");
        Assert.Equal((WireCode.NotAllowed, true), (wrong.Code, wrong.Message!.Contains("other.example", StringComparison.Ordinal)));
        Assert.Equal(2, await db.ReceivedReports.CountAsync(Stop));
    }

    [Theory, Engines]
    public async Task An_authorization_request_gets_its_code_and_again_the_same(Engine engine)
    {
        await using var rig = await PushRig.StartAsync(engine);
        await rig.World.AddLicensesAsync(new EntitlementDraft("Boost") { Enforcement = Enforcement.Enforced });
        await rig.World.Stock.DepositAsync("A", 2, license: "Boost");
        var trust = await rig.TrustedAsync(key);
        string Asking(Udi udi) => new AuthorizationRequestFile([new AuthorizationRequest(udi, [new(rig.World.TagOf("Boost"), 2)], rig.World.SoftwareTag)]).Write(rig.Now.ToUnixTimeSeconds(), rig.Nonce());
        var file = Asking(ReportingWorld.Switch);

        var first = await rig.PushAsync(key, trust, PushKind.Authorization, file);
        var again = await rig.PushAsync(key, trust, PushKind.Authorization, file);
        var foreign = await rig.PushAsync(key, trust, PushKind.Authorization, Asking(Other));

        Assert.NotNull(ImportFile.Read(first.File!).Value.Find(AuthorizationCode.Element));
        Assert.Equal((first.File, WireCode.NotAllowed), (again.File, foreign.Code));
        await using var db = rig.World.Installation.Database.Read();
        Assert.Equal(1, await db.IssuedAuthorizations.CountAsync(Stop));
    }

    [Theory, Engines]
    public async Task A_long_file_is_polled_for_also_after_a_restart_and_by_nobody_else(Engine engine)
    {
        await using var rig = await PushRig.StartAsync(engine);
        rig.World.At("03-12");
        var trust = await rig.TrustedAsync(key);
        var foreign = Assert.Single(PushRig.CodesIn(await rig.TrustAsync(rig.TrustFile(Other, next), await rig.TokenAsync("B"), udi: Other))).Id;
        var ids = Enumerable.Range(1, 260).Select(id => (ulong)id).ToArray();
        var file = rig.Reports(key, trust, ids);

        var kept = await rig.PushAsync(key, trust, PushKind.Usage, file);
        var again = await rig.PushAsync(key, trust, PushKind.Usage, file);
        Assert.Equal((PushStatus.Poll, kept.PollId), (kept.Status, again.PollId));
        Assert.Equal(PushStatus.Poll, (await rig.PollAsync(key, trust, kept.PollId!)).Status);

        // The server stops after the work and before it is noted: what is in the database alone decides.
        await using (var db = rig.World.Installation.Database.Read())
        {
            var row = await db.PushedFiles.SingleAsync(Stop);
            var sender = await rig.World.Installation.Get<PushSenders>().FindAsync(row, Stop);
            Assert.Equal(PushStatus.Ok, (await rig.World.Installation.Get<PushFileWork>().UsageAsync(sender!, row.Text, Stop)).Status);
        }

        Assert.Equal("1 pushed files worked off", await rig.World.Installation.Get<CarryOutPushes>().RunAsync(Stop));
        Assert.Equal("0 pushed files worked off", await rig.World.Installation.Get<CarryOutPushes>().RunAsync(Stop));
        Assert.Equal(ids, PushRig.AcknowledgedIn(await rig.PollAsync(key, trust, kept.PollId!)));
        Assert.Equal(WireCode.NotAllowed, (await rig.SendAsync(PushRequest.Seal(rig.Message(PushKind.Poll) with { Udi = Other, PollId = kept.PollId }, next, foreign))).Code);
        Assert.Equal(260, await rig.CountAsync());
    }

    [Theory, Engines]
    public async Task What_is_no_push_message_is_refused_and_the_door_says_that_it_is_open(Engine engine)
    {
        await using var rig = await PushRig.StartAsync(engine);

        Assert.Equal(HttpStatusCode.BadRequest, await rig.StatusAsync("hello"));
        Assert.Equal(HttpStatusCode.BadRequest, await rig.StatusAsync("{\"request\":\"{}\"}"));
        Assert.Equal(HttpStatusCode.UnsupportedMediaType, await rig.StatusAsync("{}", "text/plain"));
        Assert.Equal(HttpStatusCode.RequestEntityTooLarge, await rig.StatusAsync(new string(' ', PushLimits.BodyBytes + 1)));
        Assert.Equal("{\"status\":\"OK\"}", await rig.Http.GetStringAsync("/cslu/v1/health", Stop));
    }

    [Fact]
    public async Task Who_pushes_too_often_is_told_when_to_come_again()
    {
        await using var installation = await TestInstallation.StartAsync(Engine.Sqlite, settings => settings with { Http = settings.Http with { ApiRequestsPerSecond = 1, ApiBurst = 2 } });
        using var http = installation.NewClient();

        using var first = await http.GetAsync("/cslu/v1/health", Stop);
        using var second = await http.PostAsync("/cslu/v1/pi", new StringContent("{}", Encoding.UTF8, "application/json"), Stop);
        using var third = await http.PostAsync("/cslu/v1/pi", new StringContent("{}", Encoding.UTF8, "application/json"), Stop);

        Assert.Equal((HttpStatusCode.OK, HttpStatusCode.BadRequest, HttpStatusCode.TooManyRequests), (first.StatusCode, second.StatusCode, third.StatusCode));
        Assert.True(third.Headers.RetryAfter!.Delta >= TimeSpan.FromSeconds(1));
    }

    public void Dispose()
    {
        key.Dispose();
        next.Dispose();
    }
}
