using Purser.Agent.Policy.Show;
using Purser.Agent.Show;
using Purser.Protocol;
using Purser.Protocol.Trust;
using Purser.Protocol.Usage;

namespace Purser.Tests.Agent.Policy;

/// <summary>A device asks for trust codes by file, installs what belongs to its own keys, and signs with them (device reference 4.5).</summary>
[Trait("Feature", "AG-01")]
public sealed class TrustCodeTests : IDisposable
{
    private readonly PolicyBench bench = new();

    [Fact]
    public async Task Reports_are_signed_with_the_key_of_the_code_from_then_on()
    {
        await bench.UseAsync("network-advantage", 1);
        await bench.AdvanceAsync(TimeSpan.FromDays(1));
        var before = Assert.Single(await bench.SaveAsync());
        var request = Assert.Single(await bench.AskForTrustAsync());

        Assert.True(bench.Import(bench.Trust([request])).IsOk);
        bench.Restart();
        await bench.AdvanceAsync(TimeSpan.FromDays(1));
        var reports = await bench.SaveAsync();

        using var key = Purser.Protocol.Wire.MessageSignature.ImportPublicKey(request.PublicKey).Value;
        Assert.Equal([SigningTypes.Builtin, SigningTypes.Trust], reports.Select(report => report.Signature.SigningType));
        Assert.Equal(before.Write(), reports[0].Write());
        Assert.Equal(("552", true, "piid-1"), (reports[1].Signature.Key, reports[1].IsSignedBy(key), reports[1].Report.Piid));
        Assert.Contains(bench.Notices, notice => notice.ToString() == "%SMART_LIC-6-TRUST_CODE_INSTALL_SUCCESS: A new licensing trust code was successfully installed on P:NW-9300-48,S:FOC2501A0B1");
    }

    [Fact]
    public async Task The_private_key_is_on_no_page_and_is_not_the_one_that_devices_register_with()
    {
        await bench.AskForTrustAsync();
        bench.Import(bench.Trust(await bench.AskForTrustAsync()));
        var key = bench.State.Trusts[0].Installed!.PrivateKey;

        Assert.DoesNotContain(key, ShowLicense.TechSupport(bench.Agent.State, bench.Agent.Now), StringComparison.Ordinal);
        Assert.DoesNotContain(key, LogPages.Events(bench.State, null), StringComparison.Ordinal);
        Assert.NotEqual(bench.Agent.State.PrivateKey, key);
    }

    [Fact]
    public async Task A_request_that_was_lost_is_saved_again_for_the_same_key_and_the_same_code_comes_twice()
    {
        var (first, second) = (await bench.AskForTrustAsync(), await bench.AskForTrustAsync());
        Assert.Equal(first[0].PublicKey, second[0].PublicKey);
        var code = bench.Trust(first);
        Assert.True(bench.Import(code).IsOk);
        var installed = bench.State.Trusts;
        await bench.AdvanceAsync(TimeSpan.FromDays(1));

        Assert.True(bench.Import(code).IsOk);

        Assert.Equal(installed, bench.State.Trusts);
        Assert.Equal(first[0].PublicKey, (await bench.AskForTrustAsync())[0].PublicKey);
        Assert.Equal(2, bench.State.Imports.Count(note => note is { Type: "TRUST CODE", Failure: null }));
    }

    [Fact]
    public async Task A_code_for_another_device_for_another_key_or_altered_is_refused()
    {
        var requests = await bench.AskForTrustAsync();
        var good = bench.Trust(requests);
        using var other = new PolicyBench();
        var foreign = await other.AskForTrustAsync();

        Assert.Contains("The trust code is for PID:NW-9300-48,SN:OTHER", bench.Import(bench.Trust([requests[0] with { Udi = new Udi("NW-9300-48", "OTHER") }])).Detail, StringComparison.Ordinal);
        Assert.Contains("another key", bench.Import(bench.Trust(foreign)).Detail, StringComparison.Ordinal);
        Assert.Contains("ended at", bench.Import(bench.Trust(requests, days: 0)).Detail, StringComparison.Ordinal);
        Assert.Contains("not signed by the authority", bench.Import(other.Trust(requests)).Detail, StringComparison.Ordinal);
        Assert.Contains("signature does not fit", bench.Import(good.Replace("piid-1", "piid-2", StringComparison.Ordinal)).Detail, StringComparison.Ordinal);
        Assert.Contains("no proper UDI, or has no key", bench.Import(bench.Signed([(TrustCode.Element, TextOf(requests[0]).Replace("NW-9300-48", "", StringComparison.Ordinal))])).Detail, StringComparison.Ordinal);
        Assert.Contains("not the expected JSON", bench.Import(bench.Signed([(TrustCode.Element, "[]")])).Detail, StringComparison.Ordinal);
        Assert.Contains("not signed by the authority", bench.Import(bench.Signed([(TrustCode.Element, TextOf(requests[0]).Replace("\"timestamp\":", "\"timestamp\":99999", StringComparison.Ordinal))])).Detail, StringComparison.Ordinal);
        Assert.Null(bench.State.Trusts[0].Installed);
        Assert.Contains(bench.Notices, notice => notice is { Severity: 3, Name: "TRUST_CODE_INSTALL_FAILED" });
        Assert.True(bench.Import(good).IsOk);
    }

    [Fact]
    public async Task Near_its_end_a_code_is_renewed_with_a_new_key_and_the_old_one_never_comes_back()
    {
        var first = await bench.AskForTrustAsync();
        var old = bench.Trust(first, days: 100);
        bench.Import(old);
        await bench.AdvanceAsync(TimeSpan.FromDays(9));
        Assert.Equal(first[0].PublicKey, (await bench.AskForTrustAsync())[0].PublicKey);
        Assert.DoesNotContain(bench.Notices, notice => notice.Name == "TRUST_CODE_EXPIRE_WARNING");

        await bench.AdvanceAsync(TimeSpan.FromDays(2));
        var renewal = await bench.AskForTrustAsync();
        await bench.UseAsync("network-advantage", 1);
        await bench.AdvanceAsync(TimeSpan.FromDays(1));
        var meanwhile = await bench.SaveAsync();
        Assert.True(bench.Import(bench.Trust(renewal, id: 553)).IsOk);
        await bench.AdvanceAsync(TimeSpan.FromDays(1));

        Assert.NotEqual(first[0].PublicKey, renewal[0].PublicKey);
        Assert.Equal("552", meanwhile[0].Signature.Key);
        Assert.Equal("553", (await bench.SaveAsync())[^1].Signature.Key);
        Assert.Contains("it is older", bench.Import(old).Detail, StringComparison.Ordinal);
        Assert.Equal("The licensing trust code of P:NW-9300-48,S:FOC2501A0B1 will end in 90 days. Renew it: license smart save trust-request FILE", Assert.Single(bench.Notices, notice => notice.Name == "TRUST_CODE_EXPIRE_WARNING").Text);
    }

    [Fact]
    public async Task Each_reminder_is_written_once_and_after_the_end_reports_are_signed_as_before()
    {
        bench.Import(bench.Trust(await bench.AskForTrustAsync(), days: 100));
        await bench.UseAsync("network-advantage", 1);
        DateTimeOffset? next = null;
        for (var day = 0; day < 101; day++)
        {
            next = await bench.AdvanceAsync(TimeSpan.FromDays(1));
            bench.Restart();
        }

        Assert.Equal(["90", "30", "7"], bench.Notices.Where(notice => notice.Name == "TRUST_CODE_EXPIRE_WARNING").Select(notice => notice.Text.Split(' ')[^9]));
        Assert.Single(bench.Notices, notice => notice.Name == "TRUST_CODE_EXPIRED");
        Assert.Equal(SigningTypes.Builtin, (await bench.SaveAsync())[^1].Signature.SigningType);
        Assert.True(next > bench.Agent.Now);
    }

    [Fact]
    public async Task A_device_that_uses_nothing_is_reminded_in_time_too()
    {
        bench.Import(bench.Trust(await bench.AskForTrustAsync(), days: 100));
        Assert.Equal(PolicyBench.Start.AddDays(10), await bench.Agent.TickAsync(TestContext.Current.CancellationToken));
        Assert.Equal(PolicyBench.Start.AddDays(70), await bench.AdvanceAsync(TimeSpan.FromDays(10)));
        Assert.Null(await bench.AdvanceAsync(TimeSpan.FromDays(95)));
    }

    [Fact]
    public async Task Every_unit_has_its_own_key_and_the_active_one_signs()
    {
        await bench.SetUnitsAsync();
        var requests = await bench.AskForTrustAsync();
        Assert.Equal(["FOC2501A0B1", "FOC2501A0B2", "FOC2501A0B3"], requests.Select(request => request.Udi.Sn));
        Assert.Equal(3, bench.Import(bench.Trust(requests)).Value.Count);
        await bench.UseAsync("network-advantage", 1);
        await bench.AdvanceAsync(TimeSpan.FromDays(1));

        await bench.SetUnitsAsync(active: "FOC2501A0B2", standby: "FOC2501A0B1");
        await bench.AdvanceAsync(TimeSpan.FromDays(1));

        Assert.Equal(["552", "553"], (await bench.SaveAsync()).Select(report => report.Signature.Key));
        Assert.Equal("FOC2501A0B2", (await bench.AskForTrustAsync())[0].Udi.Sn);
    }

    [Fact]
    public async Task A_factory_reset_forgets_the_keys()
    {
        var requests = await bench.AskForTrustAsync();
        bench.Import(bench.Trust(requests));

        Assert.True(bench.Agent.FactoryReset().IsDone);

        Assert.Empty(bench.State.Trusts);
        Assert.Contains("reset since", bench.Import(bench.Trust(requests)).Detail, StringComparison.Ordinal);
    }

    public void Dispose() => bench.Dispose();

    private string TextOf(TrustRequest request) =>
        new TrustCode("552", request.Udi, "piid-1", request.PublicKey, bench.Clock.GetUtcNow(), bench.Clock.GetUtcNow().AddDays(90), bench.Clock.GetUtcNow()).Write();
}
