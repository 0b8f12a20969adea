using System.Net;
using Microsoft.EntityFrameworkCore;
using Purser.Server.Accounts;
using Purser.Server.Alerts;
using Purser.Server.Commands;
using Purser.Server.People;
using Purser.Server.Store;
using Purser.Tests.Infrastructure;

namespace Purser.Tests.Accounts;

[Trait("Feature", "SA-05")]
public sealed class AgreementTests
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Theory, Engines]
    public async Task A_new_version_raises_its_alert_everywhere_and_closes_the_gate_until_accepted(Engine engine)
    {
        await using var installation = await TestInstallation.StartAsync(engine);
        var first = await installation.People.AccountAsync("first.example");
        await PublishAsync(installation, "Terms one");
        var second = await installation.People.AccountAsync("second.example");
        Assert.Equal([(first.Id, 1), (second.Id, 1)], await OpenAlertsAsync(installation));

        var api = await installation.People.ApiAsync(first);
        var wanted = new { virtualAccountIds = new[] { first.DefaultVirtualAccountId }, termsAccepted = true };
        Assert.Equal("agreement-pending", (await api.PostJsonAsync($"{first.Api}/tokens", wanted)).Code);
        Assert.True((await api.GetJsonAsync($"{first.Api}/agreement")).Json.GetProperty("isPending").GetBoolean());
        await AcceptAsync(installation, first, 1);
        Assert.Equal(HttpStatusCode.Created, (await api.PostJsonAsync($"{first.Api}/tokens", wanted)).Status);
        Assert.Equal([(second.Id, 1)], await OpenAlertsAsync(installation));

        await PublishAsync(installation, "Terms two");
        Assert.Equal([(first.Id, 2), (second.Id, 2)], await OpenAlertsAsync(installation));
        await using var db = installation.Database.Read();
        Assert.StartsWith(
            "The Northwind Networks Smart Licensing Agreement has been updated",
            (await db.Alerts.SingleAsync(row => row.AccountId == first.Id && row.State == AlertState.Open, Stop)).Message,
            StringComparison.Ordinal);
        Assert.Equal("stale", (await TryAcceptAsync(installation, first, new AcceptAgreement.Input(1, true))).Refusal!.Code.ToString().ToLowerInvariant());
        Assert.Equal(RefusalCode.InvalidInput, (await TryAcceptAsync(installation, first, new AcceptAgreement.Input(2, false))).Refusal!.Code);
        Assert.Equal(0, await installation.Get<AnnounceAgreement>().HandleAsync(Stop));
    }

    [Theory, Engines]
    public async Task Programs_and_users_do_not_accept(Engine engine)
    {
        await using var installation = await TestInstallation.StartAsync(engine);
        var account = await installation.People.AccountAsync();
        await PublishAsync(installation, "Terms");
        var path = $"{account.Api}/agreement/acceptance";
        Assert.Equal("not-allowed", (await (await installation.People.ApiAsync(account)).PostJsonAsync(path, new { version = 1, isAgreed = true })).Code);
        Assert.Equal("not-allowed", (await (await installation.People.ApiAsync(account, Role.SmartAccountUser)).PostJsonAsync(path, new { version = 1, isAgreed = true })).Code);
    }

    private static async Task PublishAsync(TestInstallation installation, string text)
    {
        var api = await installation.People.OperatorApiAsync();
        Assert.Equal(HttpStatusCode.Created, (await api.PostJsonAsync("/api/v1/operator/agreements", new { title = "Smart Licensing Agreement", text })).Status);
    }

    private static async Task AcceptAsync(TestInstallation installation, TestAccount account, int version) =>
        Assert.True((await TryAcceptAsync(installation, account, new AcceptAgreement.Input(version, true))).IsOk);

    private static async Task<Verdict<AcceptAgreement.Answer>> TryAcceptAsync(TestInstallation installation, TestAccount account, AcceptAgreement.Input input)
    {
        var approver = await installation.People.PersonAsync(account, Role.SmartAccountApprover);
        var command = new Command(AcceptAgreement.Name, approver, input) { Accounts = [account.Id] };
        return await installation.Get<AcceptAgreement>().HandleAsync(command, input, Stop);
    }

    private static async Task<List<(long, int)>> OpenAlertsAsync(TestInstallation installation)
    {
        await using var db = installation.Database.Read();
        var open = await db.Alerts.Where(row => (row.Kind == AlertKind.AgreementPending || row.Kind == AlertKind.AgreementUpdated) && row.State == AlertState.Open && row.Level == AlertLevel.Major)
            .OrderBy(row => row.AccountId).ToListAsync(Stop);
        return open.ConvertAll(row => (row.AccountId, row.Period));
    }
}
