using Purser.Agent;
using Purser.Agent.Policy;
using Purser.Agent.Policy.Authorizations;
using Purser.Agent.Policy.Show;
using Purser.Agent.Restconf;
using Purser.Agent.Rules;
using Purser.Agent.Show;
using Purser.Protocol;
using Purser.Protocol.Authorizations;
using Purser.Protocol.Reservations;
using Purser.Protocol.Usage;
using Purser.Tests.Agent.Restconf;

namespace Purser.Tests.Agent.Policy;

/// <summary>A device uses restricted licenses within its authorization code, and no further (device reference 4.6).</summary>
[Trait("Feature", "SP-04")]
public sealed class CodeTests : IDisposable
{
    private readonly PolicyBench bench = new();

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task What_the_code_gives_may_be_used_and_no_more()
    {
        Assert.Contains("'license smart authorization request add hseck9 local 1'", (await bench.Agent.RequestAsync("hseck9", 1, Cancel)).Reason, StringComparison.Ordinal);
        Install(7, count: 2);

        await bench.UseAsync("hseck9", 2);
        var more = await bench.Agent.RequestAsync("hseck9", 1, Cancel);
        Assert.Contains("gives 2 of hseck9, and 3 would be in use", more.Reason, StringComparison.Ordinal);
        Assert.Equal(2, bench.Agent.State.Entitlements.Single().Count);
        Assert.Contains("(NW9300 High Security)", ShowLicense.Summary(bench.Agent.State, bench.Agent.Now), StringComparison.Ordinal);
    }

    [Fact]
    public void What_is_asked_for_stands_on_the_page_until_the_code_is_there()
    {
        Assert.True(bench.Agent.Policy.Codes.Ask("hseck9", 2, replaces: false).IsDone);
        Assert.Contains("Outstanding request:\n  hseck9: 2 in all", PolicyPages.Authorization(bench.Agent.State).ReplaceLineEndings("\n"), StringComparison.Ordinal);

        Install(7, count: 2);

        Assert.DoesNotContain("Outstanding request", PolicyPages.Authorization(bench.Agent.State), StringComparison.Ordinal);
    }

    [Fact]
    public async Task At_the_end_of_its_term_or_under_a_smaller_code_the_use_is_not_authorized()
    {
        Install(7, count: 2, ends: DateOnly.FromDateTime(PolicyBench.Start.UtcDateTime.AddDays(2)));
        await bench.UseAsync("hseck9", 2);
        var due = await bench.Agent.TickAsync(Cancel);
        Assert.True(due <= PolicyBench.Start.AddDays(3));

        await bench.AdvanceAsync(TimeSpan.FromDays(3));
        Assert.Contains("NOT AUTHORIZED", ShowLicense.Summary(bench.Agent.State, bench.Agent.Now), StringComparison.Ordinal);
        Assert.Single(bench.Notices, notice => notice.Name == "NOT_AUTHORIZED");

        Install(8, count: 1);
        Assert.Contains("NOT AUTHORIZED", ShowLicense.Summary(bench.Agent.State, bench.Agent.Now), StringComparison.Ordinal);
        await bench.UseAsync("hseck9", -1);
        Assert.DoesNotContain("NOT AUTHORIZED", ShowLicense.Summary(bench.Agent.State, bench.Agent.Now), StringComparison.Ordinal);
    }

    [Fact]
    public void A_code_is_for_this_device_untouched_and_not_older()
    {
        Install(7, count: 2);
        Assert.True(bench.Import(Code(7, 2)).IsOk);
        Assert.Equal(ReservationError.PreviouslyInstalled, bench.Import(Code(6, 5)).Code);
        Assert.Equal(ReservationError.AnotherDevice, bench.Import(Code(8, 2, udi: new Udi("NW-9300-48", "FOC2501A0B9"))).Code);
        Assert.Equal(ReservationError.BadSignature, bench.Import(Code(8, 2).Replace("\"count\":2", "\"count\":3", StringComparison.Ordinal)).Code);
        Assert.Equal(7UL, bench.State.Codes.Installed!.Code.Number);
    }

    [Fact]
    public async Task A_code_is_given_back_once_nothing_needs_it_and_never_comes_again()
    {
        Assert.Equal(ReservationError.NoAuthorizationInstalled, bench.Agent.Policy.Codes.Return().Code);
        var file = Code(7, 2);
        Assert.True(bench.Import(file).IsOk);
        await bench.UseAsync("hseck9", 1);
        Assert.Contains("hseck9 is in use", bench.Agent.Policy.Codes.Return().Detail, StringComparison.Ordinal);
        Assert.Contains("has an authorization code", bench.Agent.FactoryReset().Reason, StringComparison.Ordinal);
        await bench.UseAsync("hseck9", -1);

        var code = bench.Agent.Policy.Codes.Return().Value;
        Assert.Equal(code, bench.Agent.Policy.Codes.Return().Value);
        Assert.Contains($"Last return code: {code}\n", PolicyPages.Authorization(bench.Agent.State), StringComparison.Ordinal);
        bench.Restart();
        Assert.Equal(ReservationError.PreviouslyInstalled, bench.Import(file).Code);
        Assert.True(bench.Agent.FactoryReset().IsDone);
        Assert.Equal(ReservationError.PreviouslyInstalled, bench.Import(file).Code);
        Assert.Equal(code, AuthorizationRequestFile.Read(await SaveAsync()).Value.Requests.Single().ReturnCode);
    }

    [Fact]
    public async Task Requests_gather_until_a_code_is_installed_then_its_confirmation_goes_back()
    {
        var codes = bench.Agent.Policy.Codes;
        Assert.Contains("nothing is asked for", (await codes.SaveRequestAsync(static _ => Task.CompletedTask)).Detail, StringComparison.Ordinal);
        Assert.Contains("needs no authorization code", codes.Ask("network-advantage", 1, replaces: false).Reason, StringComparison.Ordinal);
        Assert.Contains("no license 'nonsense'", codes.Ask("nonsense", 1, replaces: false).Reason, StringComparison.Ordinal);
        Assert.True(codes.Ask("hseck9", 1, replaces: false).IsDone);
        Assert.True(codes.Ask(PolicyBench.Restricted, 3, replaces: true).IsDone);

        var asked = AuthorizationRequestFile.Read(await SaveAsync()).Value.Requests.Single();
        Assert.Equal((PolicyBench.Device, true, "edge-1"), (asked.Udi, asked.Replaces, asked.Hostname));
        Assert.Equal([new AskedAuthorization(PolicyBench.Restricted, 3)], asked.Licenses);
        Install(7, count: 3);
        var confirming = AuthorizationRequestFile.Read(await SaveAsync()).Value.Requests.Single();
        Assert.Equal((bench.State.Codes.Installed!.Confirmation, 0), (confirming.ConfirmationCode, confirming.Licenses.Count));
    }

    [Fact]
    public void To_add_never_asks_for_fewer_than_the_code_gives()
    {
        var codes = bench.Agent.Policy.Codes;
        Install(7, count: 3);

        Assert.Contains("gives 3 of hseck9 already", codes.Ask("hseck9", 1, replaces: false).Reason, StringComparison.Ordinal);
        Assert.True(codes.Ask("hseck9", null, replaces: false).IsDone);
        Assert.Equal([new AskedCount(PolicyBench.Restricted, 3)], bench.State.Codes.Asked);
        Assert.True(codes.Ask("hseck9", 1, replaces: true).IsDone);
        Assert.Equal([new AskedCount(PolicyBench.Restricted, 1, Replaces: true)], bench.State.Codes.Asked);
    }

    [Fact]
    public async Task A_remedy_can_be_typed_and_a_file_for_the_portal_is_called_one()
    {
        const string tag = "regid.2026-01.example.northwind.NW_IPS,1.0_11111111-2222-4333-8444-0000000000b1";
        Assert.True(bench.Agent.Policy.Describe(new ProductLicense(tag, "Intrusion Prevention", "Signatures", Enforcement: LicenseEnforcement.Enforced)).IsOk);

        Assert.Contains($"request add {tag} local 1'", (await bench.Agent.RequestAsync("Intrusion Prevention", 1, TestContext.Current.CancellationToken)).Reason, StringComparison.Ordinal);
        Assert.True(bench.Agent.Policy.Codes.Ask(tag, 1, replaces: false).IsDone);
        Assert.Contains("for the portal: bring it there", bench.Import(await SaveAsync()).Detail, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_a_term_gave_that_has_ended_can_be_asked_for_again()
    {
        Install(7, count: 3, ends: DateOnly.FromDateTime(bench.Clock.GetUtcNow().UtcDateTime).AddDays(1));
        await bench.AdvanceAsync(TimeSpan.FromDays(3));

        Assert.True(bench.Agent.Policy.Codes.Ask("hseck9", 1, replaces: false).IsDone);
        Assert.True(bench.Agent.Policy.Codes.Ask("hseck9", 5, replaces: false).IsDone);
        Assert.True(bench.Agent.Policy.Codes.Ask("hseck9", null, replaces: false).IsDone);
        Assert.Equal([new AskedCount(PolicyBench.Restricted, 5)], bench.State.Codes.Asked);
    }

    [Fact]
    public async Task The_code_is_shown_in_the_published_layout_and_by_the_model()
    {
        Install(7, count: 2, ends: new DateOnly(2025, 7, 29));
        var page = PolicyPages.Authorization(bench.Agent.State).Replace(bench.State.Codes.Installed!.Confirmation, "1fc54c75", StringComparison.Ordinal);
        Golden.Check("coded-authorization.txt", page);
        var tree = LicensingTree.Of(bench.Agent.State, bench.Agent.Now);
        Assert.Contains("authorization-type-auth-code", tree.ToJsonString(), StringComparison.Ordinal);
        await Yanglint.ValidAsync("data", new() { ["cisco-smart-license:licensing"] = tree });
    }

    public void Dispose() => bench.Dispose();

    private void Install(ulong number, long count, DateOnly? ends = null)
    {
        var done = bench.Import(Code(number, count, ends));
        Assert.True(done.IsOk, done.Detail);
    }

    private string Code(ulong number, long count, DateOnly? ends = null, Udi? udi = null) => bench.Signed(
    [
        (AuthorizationCode.Element, new AuthorizationCode(number, udi ?? PolicyBench.Device, "piid-1", bench.Clock.GetUtcNow(),
            [new AuthorizedLicense(PolicyBench.Restricted, count, ends is null ? null : new DateOnly(2024, 7, 1), ends, "hseck9", "High Security", "") { ExportRestricted = true }]).Write()),
    ]);

    private async Task<string> SaveAsync()
    {
        var text = "";
        var saved = await bench.Agent.Policy.Codes.SaveRequestAsync(file =>
        {
            text = file;
            return Task.CompletedTask;
        });
        Assert.True(saved.IsOk, saved.Detail);
        return text;
    }
}
