using System.Net;
using Purser.Server.Alerts;
using Purser.Server.Commands;
using Purser.Server.People;
using Purser.Server.Store;
using Purser.Tests.Infrastructure;

namespace Purser.Tests.Metrics;

/// <summary>Figures for a monitoring system, for those who may see them (AL-04).</summary>
[Trait("Feature", "AL-04")]
public sealed class MetricsTests
{
    [Theory, Engines]
    public async Task Open_alerts_are_told_to_the_operators_programs_and_to_nobody_else(Engine engine)
    {
        await using var installation = await TestInstallation.StartAsync(engine, adjust: TestActors.Allow);
        var estate = await BareEstate.MakeAsync(installation, "A");
        await estate.WriteAsync(Actor.System, scope => scope.Alerts(estate.AccountId).RaiseAsync(
            new AlertDraft(AlertKind.LicensesExpired, AlertLevel.Minor, "one", "gone") { VirtualAccountId = estate["A"] }));
        var staff = TestActors.As(installation.NewClient(), TestActors.Staff(OperatorRole.Support));
        var answer = await staff.GetAsync("/metrics", TestContext.Current.CancellationToken);
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        Assert.Equal("text/plain", answer.Content.Headers.ContentType!.MediaType);
        var text = await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
        Assert.Contains("\npurser_alerts_open{level=\"Minor\",kind=\"LicensesExpired\"} 1\n", text, StringComparison.Ordinal);
        Assert.Contains("# TYPE process_resident_memory_bytes gauge\n", text, StringComparison.Ordinal);
        Assert.All(text.TrimEnd('\n').Split('\n'), line => Assert.Matches("^(# (HELP|TYPE) [a-z_]+ .+|[a-z_]+(\\{[^}]*\\})? [-+0-9.E]+)$", line));

        var administrator = TestActors.As(installation.NewClient(), TestActors.Person(estate.AccountId, Role.SmartAccountAdministrator));
        Assert.Equal(HttpStatusCode.Forbidden, (await administrator.GetAsync("/metrics", TestContext.Current.CancellationToken)).StatusCode);
    }
}
