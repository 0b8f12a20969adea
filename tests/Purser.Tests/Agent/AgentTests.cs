using System.Text;
using Purser.Agent;
using Purser.Agent.Rules;
using Purser.Agent.State;
using Purser.Protocol;
using Purser.Protocol.Wire;
using Purser.Tests.Protocol;

namespace Purser.Tests.Agent;

[Trait("Feature", "AG-01")]
public sealed class AgentTests : IDisposable
{
    private readonly AgentBench bench = new();

    private DeviceState State => bench.Agent.State;

    [Fact]
    [Trait("Feature", "PI-01")]
    public async Task Registering_brings_an_identity_and_an_authorization_at_once()
    {
        await bench.RegisterAsync();

        Assert.Equal(RegistrationStatus.Registered, State.Registration.Status);
        Assert.Equal(WireSamples.Identifier, State.Registration.Identity!.ProductInstanceIdentifier);
        Assert.Equal(AgentBench.Start.AddDays(30), State.Authorization.NextAt);
        Assert.Equal([RequestType.Registration, RequestType.Authorization], bench.Authority.Received.Select(static one => one.Type));
        Assert.Null(State.Pending);
    }

    [Fact]
    public async Task A_refused_token_fails_for_good_and_names_it()
    {
        var outcome = await bench.Agent.RegisterAsync("other", cancel: AgentBench.Cancel);

        Assert.Equal((AgentOutcomeKind.Refused, WireCode.TokenInvalid), (outcome.Kind, outcome.Code));
        Assert.Contains("'other' is not valid", outcome.Reason, StringComparison.Ordinal);
        Assert.Equal(RegistrationStatus.Failed, State.Registration.Status);
        Assert.Null(State.Pending);
    }

    [Fact]
    public async Task Registering_twice_needs_force()
    {
        await bench.RegisterAsync();
        var second = await bench.Agent.RegisterAsync(TestAuthority.Token, cancel: AgentBench.Cancel);
        Assert.Equal(WireCode.AlreadyRegistered, second.Code);

        var forced = await bench.Agent.RegisterAsync(TestAuthority.Token, force: true, AgentBench.Cancel);
        Assert.True(forced.IsDone);
        var refused = await bench.Agent.RegisterAsync("other", force: true, AgentBench.Cancel);
        Assert.Equal(AgentOutcomeKind.Refused, refused.Kind);
        Assert.Equal(RegistrationStatus.Registered, State.Registration.Status);
    }

    [Fact]
    public async Task A_lost_answer_is_asked_for_with_the_same_bytes_and_nothing_is_done_twice()
    {
        bench.Authority.LoseReplies = true;
        var outcome = await bench.Agent.RegisterAsync(TestAuthority.Token, cancel: AgentBench.Cancel);
        Assert.Equal(AgentOutcomeKind.Deferred, outcome.Kind);
        Assert.Equal(RegistrationStatus.Retry, State.Registration.Status);

        bench.Authority.LoseReplies = false;
        bench.Restart();
        bench.Advance(TimeSpan.FromMinutes(20));
        await bench.Agent.TickAsync(AgentBench.Cancel);

        Assert.Equal(RegistrationStatus.Registered, State.Registration.Status);
        Assert.Equal(bench.Authority.Received[0].Text, bench.Authority.Received[1].Text);
        Assert.Equal(2, bench.Authority.Executed);
    }

    [Fact]
    public async Task Typing_the_same_token_again_repeats_the_message_another_token_replaces_it()
    {
        bench.Authority.Unreachable = true;
        await bench.Agent.RegisterAsync(TestAuthority.Token, cancel: AgentBench.Cancel);
        var first = State.Pending!.Text;
        await bench.Agent.RegisterAsync(TestAuthority.Token, cancel: AgentBench.Cancel);
        Assert.Equal(first, State.Pending!.Text);
        await bench.Agent.RegisterAsync("other", cancel: AgentBench.Cancel);
        Assert.NotEqual(first, State.Pending!.Text);
    }

    [Fact]
    [Trait("Feature", "PI-02")]
    public async Task Counts_are_sent_whole_and_add_up()
    {
        await bench.RegisterAsync();
        await bench.Agent.RequestAsync(WireSamples.AdvantageTag, 2, AgentBench.Cancel);
        await bench.Agent.RequestAsync(TestAuthority.LicenseName, 3, AgentBench.Cancel);
        Assert.Equal(5, bench.Authority.InUse[WireSamples.AdvantageTag]);
        Assert.Equal(AuthorizationStatus.Authorized, bench.Agent.AuthorizationStatus);

        await bench.Agent.RequestAsync(WireSamples.AdvantageTag, 6, AgentBench.Cancel);
        Assert.Equal(AuthorizationStatus.OutOfCompliance, bench.Agent.AuthorizationStatus);
        Assert.Equal(AgentBench.Start.AddHours(12), State.Authorization.NextAt);

        await bench.Agent.ReleaseAsync(WireSamples.AdvantageTag, 11, AgentBench.Cancel);
        Assert.Empty(bench.Authority.InUse);
        Assert.Equal(AuthorizationStatus.None, bench.Agent.AuthorizationStatus);
    }

    [Fact]
    public async Task A_license_called_once_by_name_and_once_by_tag_is_one_license()
    {
        await bench.Agent.RequestAsync(TestAuthority.LicenseName, 2, AgentBench.Cancel);
        await bench.Agent.RequestAsync(WireSamples.AdvantageTag, 3, AgentBench.Cancel);
        await bench.RegisterAsync();

        Assert.Equal(5, Assert.Single(State.Entitlements).Count);
        Assert.Equal(5, bench.Authority.InUse[WireSamples.AdvantageTag]);
    }

    [Fact]
    public async Task An_unknown_name_is_not_kept()
    {
        await bench.RegisterAsync();
        await bench.Agent.RequestAsync("No such license", 1, AgentBench.Cancel);
        Assert.Empty(State.Entitlements);
    }

    [Theory]
    [InlineData("x", 0, WireCode.InvalidCount)]
    [InlineData("x", -1, WireCode.InvalidCount)]
    [InlineData("x", long.MaxValue, WireCode.InvalidCount)]
    [InlineData("", 1, WireCode.InvalidTag)]
    [InlineData("regid.2026-01.net.northwind", 1, WireCode.InvalidTag)]
    public async Task Bad_requests_stop_at_the_device(string license, long count, string code)
    {
        var outcome = await bench.Agent.RequestAsync(license, count, AgentBench.Cancel);
        Assert.Equal(code, outcome.Code);
        Assert.Empty(State.Entitlements);
    }

    [Fact]
    public async Task Failed_authorizations_are_repeated_after_30_seconds_doubling_to_an_hour()
    {
        await bench.RegisterAsync();
        bench.Authority.Unreachable = true;
        bench.Advance(TimeSpan.FromDays(30));
        var waits = new List<double>();
        for (var i = 0; i < 9; i++)
        {
            var next = await bench.Agent.TickAsync(AgentBench.Cancel);
            waits.Add((next!.Value - bench.Clock.GetUtcNow()).TotalSeconds);
            bench.Advance(next.Value - bench.Clock.GetUtcNow());
        }

        Assert.Equal([30, 60, 120, 240, 480, 960, 1920, 3600, 3600], waits);
        Assert.Equal("Communication message send error: 127.0.0.1:80: Connection refused", State.Authorization.LastAttempt!.Failure);

        bench.Authority.Unreachable = false;
        await bench.Agent.TickAsync(AgentBench.Cancel);
        Assert.True(State.Authorization.LastAttempt!.Succeeded);
    }

    [Fact]
    public async Task A_busy_server_says_when_to_come_back()
    {
        await bench.RegisterAsync();
        bench.Authority.BusyFor = TimeSpan.FromSeconds(7);
        bench.Advance(TimeSpan.FromDays(30));
        Assert.Equal(bench.Clock.GetUtcNow().AddSeconds(7), await bench.Agent.TickAsync(AgentBench.Cancel));
    }

    [Fact]
    public async Task The_identity_is_renewed_at_180_days_and_repeated_every_15_minutes()
    {
        await bench.RegisterAsync();
        for (var day = 0; day < 180; day += 30)
        {
            await bench.Agent.TickAsync(AgentBench.Cancel);
            bench.Advance(TimeSpan.FromDays(30));
        }

        var old = State.Registration.Identity!.SerialNumber;
        bench.Authority.Unreachable = true;
        await bench.Agent.TickAsync(AgentBench.Cancel);
        Assert.Equal(AgentBench.Start.AddDays(180).AddMinutes(15), State.Registration.Identity!.RenewAt);
        Assert.False(State.Registration.LastRenewal!.Succeeded);

        bench.Authority.Unreachable = false;
        bench.Advance(TimeSpan.FromMinutes(15));
        await bench.Agent.TickAsync(AgentBench.Cancel);
        Assert.NotEqual(old, State.Registration.Identity!.SerialNumber);
        Assert.Equal(bench.Clock.GetUtcNow().AddDays(180), State.Registration.Identity!.RenewAt);
        Assert.Equal(AgentBench.Start, State.Registration.Identity!.RegisteredAt);
        Assert.Equal(bench.Clock.GetUtcNow().AddDays(30), State.Authorization.NextAt);
    }

    [Fact]
    public async Task After_the_deadline_the_authorization_has_expired_until_it_succeeds()
    {
        await bench.RegisterAsync();
        await bench.Agent.RequestAsync(WireSamples.AdvantageTag, 1, AgentBench.Cancel);
        bench.Authority.Unreachable = true;
        bench.Advance(TimeSpan.FromDays(90) - TimeSpan.FromSeconds(301));
        Assert.Equal(AuthorizationStatus.Authorized, bench.Agent.AuthorizationStatus);
        bench.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal(AuthorizationStatus.Expired, bench.Agent.AuthorizationStatus);

        bench.Authority.Unreachable = false;
        await bench.Agent.TickAsync(AgentBench.Cancel);
        Assert.Equal(AuthorizationStatus.Authorized, bench.Agent.AuthorizationStatus);
    }

    [Fact]
    public async Task An_ended_certificate_ends_the_registration_and_the_evaluation_goes_on_where_it_stood()
    {
        await bench.Agent.RequestAsync(WireSamples.AdvantageTag, 1, AgentBench.Cancel);
        bench.Advance(TimeSpan.FromDays(10));
        await bench.RegisterAsync();
        bench.Authority.Unreachable = true;
        bench.Advance(TimeSpan.FromDays(365) - TimeSpan.FromSeconds(300));
        await bench.Agent.TickAsync(AgentBench.Cancel);

        Assert.Equal(RegistrationStatus.Expired, State.Registration.Status);
        Assert.Null(State.Registration.Identity);
        Assert.Equal(TimeSpan.FromDays(80), State.Evaluation.RemainingAt(bench.Agent.Now));
        bench.Advance(TimeSpan.FromDays(80));
        Assert.Equal(AuthorizationStatus.EvaluationExpired, bench.Agent.AuthorizationStatus);
        Assert.Contains(bench.Notices, static notice => notice.Name == "ID_CERT_EXPIRED");
    }

    [Fact]
    public async Task Evaluation_counts_only_while_a_license_is_in_use()
    {
        bench.Advance(TimeSpan.FromDays(5));
        await bench.Agent.RequestAsync("x", 1, AgentBench.Cancel);
        bench.Advance(TimeSpan.FromDays(2));
        await bench.Agent.ReleaseAsync("x", 1, AgentBench.Cancel);
        bench.Advance(TimeSpan.FromDays(50));
        Assert.Equal(TimeSpan.FromDays(88), State.Evaluation.RemainingAt(bench.Agent.Now));
    }

    [Fact]
    public async Task Evaluation_warns_before_it_ends()
    {
        await bench.Agent.RequestAsync("x", 1, AgentBench.Cancel);
        foreach (var day in new[] { 29, 31, 84, 89 })
        {
            bench.Advance(AgentBench.Start.AddDays(day) - bench.Clock.GetUtcNow());
            await bench.Agent.TickAsync(AgentBench.Cancel);
        }

        bench.Advance(TimeSpan.FromHours(2));
        await bench.Agent.TickAsync(AgentBench.Cancel);
        var warnings = bench.Notices.Where(static notice => notice.Name == "EVAL_WILL_EXPIRE_WARNING").Select(static notice => notice.Text);
        Assert.Equal(["60 days", "6 days", "1 days", "22 hours"], warnings.Select(static text => text["Evaluation period will expire in ".Length..]));
    }

    [Fact]
    public async Task A_clock_that_is_a_day_off_corrects_itself()
    {
        bench.DeviceClock.Advance(TimeSpan.FromDays(-1));
        await bench.RegisterAsync();

        Assert.Equal(86_400, State.ClockOffsetSeconds);
        Assert.Equal(AgentBench.Start, bench.Agent.Now);
        Assert.Equal(AgentBench.Start.AddDays(180), State.Registration.Identity!.RenewAt);
        Assert.Contains(bench.Notices, static notice => notice.Name == "SYSTEM_CLOCK_CHANGED");
    }

    [Fact]
    public async Task A_message_that_lay_too_long_is_stated_anew_without_touching_the_clock()
    {
        await bench.RegisterAsync();
        bench.Authority.Unreachable = true;
        bench.Advance(TimeSpan.FromDays(30));
        await bench.Agent.TickAsync(AgentBench.Cancel);
        bench.Advance(TimeSpan.FromHours(5));
        bench.Authority.Unreachable = false;
        await bench.Agent.TickAsync(AgentBench.Cancel);

        Assert.Equal(0, State.ClockOffsetSeconds);
        Assert.True(State.Authorization.LastAttempt!.Succeeded);
    }

    [Fact]
    public async Task A_clock_before_the_certificate_is_borne_for_an_hour()
    {
        await bench.RegisterAsync();
        bench.Authority.Unreachable = true;
        bench.DeviceClock.Advance(TimeSpan.FromDays(-2));
        await bench.Agent.TickAsync(AgentBench.Cancel);
        Assert.Equal(RegistrationStatus.Registered, State.Registration.Status);
        bench.DeviceClock.Advance(TimeSpan.FromHours(1));
        await bench.Agent.TickAsync(AgentBench.Cancel);
        Assert.Equal(RegistrationStatus.Unregistered, State.Registration.Status);
    }

    [Fact]
    public async Task Deregistering_works_without_the_authority_too()
    {
        await bench.RegisterAsync();
        Assert.True((await bench.Agent.DeregisterAsync(AgentBench.Cancel)).IsDone);
        Assert.Equal(RegistrationStatus.Unregistered, State.Registration.Status);

        await bench.RegisterAsync();
        bench.Authority.Unreachable = true;
        Assert.Equal(AgentOutcomeKind.Deferred, (await bench.Agent.DeregisterAsync(AgentBench.Cancel)).Kind);
        Assert.Equal(RegistrationStatus.Unregistered, State.Registration.Status);
        Assert.Null(State.Pending);
    }

    [Fact]
    public async Task An_identity_that_the_authority_forgot_is_dropped()
    {
        await bench.RegisterAsync();
        bench.Authority.Forget(WireSamples.Identifier);
        var outcome = await bench.Agent.RenewAuthorizationAsync(AgentBench.Cancel);

        Assert.Equal(WireCode.IdentityInvalid, outcome.Code);
        Assert.Equal(RegistrationStatus.Unregistered, State.Registration.Status);
        await bench.RegisterAsync();
    }

    [Fact]
    public async Task Nothing_changes_on_an_answer_that_was_tampered_with()
    {
        await bench.RegisterAsync();
        var before = State.Authorization.Since;
        using var stranger = new TestAuthority(bench.Clock);
        bench.Authority.Tamper = static text => text.Replace("OK", "KO", StringComparison.Ordinal);
        bench.Advance(TimeSpan.FromDays(30));
        await bench.Agent.TickAsync(AgentBench.Cancel);
        Assert.Equal(before, State.Authorization.Since);
        Assert.Equal(RegistrationStatus.Registered, State.Registration.Status);
    }

    [Fact]
    public async Task Another_authority_is_not_believed()
    {
        await bench.RegisterAsync();
        using var stranger = new TestAuthority(bench.Clock) { RefuseWith = WireCode.IdentityInvalid };
        using var http = new HttpMessageInvoker(stranger, disposeHandler: false);
        using var random = System.Security.Cryptography.RandomNumberGenerator.Create();
        using var agent = new LicensingAgent(bench.Store, new Purser.Agent.Transport.AuthorityLink(http), bench.DeviceClock, random);
        var outcome = await agent.RenewAuthorizationAsync(AgentBench.Cancel);

        Assert.Equal(AgentOutcomeKind.Deferred, outcome.Kind);
        Assert.Equal(RegistrationStatus.Registered, agent.State.Registration.Status);
    }

    [Fact]
    public async Task Changes_while_a_message_waits_are_sent_after_it()
    {
        await bench.RegisterAsync();
        bench.Authority.LoseReplies = true;
        await bench.Agent.RequestAsync(WireSamples.AdvantageTag, 2, AgentBench.Cancel);
        await bench.Agent.RequestAsync(WireSamples.AdvantageTag, 3, AgentBench.Cancel);
        bench.Authority.LoseReplies = false;
        bench.Advance(TimeSpan.FromMinutes(2));
        await bench.Agent.TickAsync(AgentBench.Cancel);

        Assert.Equal(5, bench.Authority.InUse[WireSamples.AdvantageTag]);
        Assert.False(State.Authorization.Stale);
        Assert.Equal(5, Encoding.UTF8.GetString(bench.Authority.Received[^1].Text).Split("\\\"count\\\":")[1][0] - '0');
    }

    public void Dispose() => bench.Dispose();
}
