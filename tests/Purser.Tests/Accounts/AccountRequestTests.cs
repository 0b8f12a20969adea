using Microsoft.EntityFrameworkCore;
using Purser.Server.Accounts;
using Purser.Server.Commands;
using Purser.Server.People;
using Purser.Server.Store;
using Purser.Tests.Infrastructure;

namespace Purser.Tests.Accounts;

/// <summary>From the request over the mailed link to the active account, and everything that may go wrong on the way.</summary>
[Trait("Feature", "SA-01")]
public sealed class AccountRequestTests
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Theory, Engines]
    public async Task With_authority_the_requester_activates_by_the_own_mail(Engine engine)
    {
        await using var installation = await TestInstallation.StartAsync(engine);
        var world = new RequestWorld(installation);
        await PublishAsync(installation);
        var mara = await world.PersonAsync("Mara@Acme.Example");
        var request = await world.RequestAsync(mara, new("Acme Corporation") { Headquarters = "1 Road\nTown", Visibility = SearchVisibility.Restricted });
        Assert.Equal(("acme.example", AccountRequestState.AwaitingApprover), (request.Value.Domain, request.Value.State));

        var code = await world.CodeAsync("Mara@Acme.Example");
        Assert.Equal("isAgreed", Field(await world.ActivateAsync(mara, new() { Code = code, AgreementVersion = 1 })));
        Assert.Equal(RefusalCode.Stale, (await world.ActivateAsync(mara, new() { Code = code, IsAgreed = true })).Refusal!.Code);
        var account = (await world.ActivateAsync(mara, new() { Code = code, AgreementVersion = 1, IsAgreed = true })).Value;

        var facts = await installation.Get<ShowAccount>().HandleAsync(account.Id, Stop);
        Assert.Equal((AccountStatus.Active, "1 Road\nTown", SearchVisibility.Restricted, "Mara", false), (facts.Status, facts.Headquarters, facts.Visibility, facts.CreatedBy, facts.IsAgreementPending));
        Assert.Equal([Role.SmartAccountAdministrator, Role.SmartAccountApprover], await RolesAsync(installation, account.Id, mara.Id));
        await using var db = installation.Database.Read(account.Id);
        Assert.Contains("The Smart Account \"Acme Corporation\", requested by Mara, was activated by Mara.", await db.Events.Select(row => row.Message).ToListAsync(Stop));
        Assert.Equal(AccountRequestState.Active, (await world.RowAsync(request.Value.Id)).State);
        Assert.DoesNotContain(code, string.Concat(await db.AuditEntries.IgnoreQueryFilters().Select(row => row.Input).ToListAsync(Stop)), StringComparison.Ordinal);
        Assert.StartsWith("Active: ", (await world.MailAsync("Mara@Acme.Example")).Subject, StringComparison.Ordinal);
    }

    [Theory, Engines]
    public async Task The_link_opens_once_in_time_and_for_the_named_person_only(Engine engine)
    {
        await using var installation = await TestInstallation.StartAsync(engine);
        var world = new RequestWorld(installation);
        var bob = await world.PersonAsync("bob@acme.example");
        var request = (await world.RequestAsync(bob, Named("mara@acme.example"))).Value;
        var (subject, text) = await world.MailAsync("mara@acme.example");
        Assert.Equal("Approve the Smart Account Acme", subject);
        Assert.Contains("/set-password?person=", text, StringComparison.Ordinal);
        var mara = await world.PersonAsync("mara@acme.example");
        var first = await world.CodeAsync("mara@acme.example");

        Assert.Contains("was sent to m…@acme.example, and only that person", Detail(await world.ActivateAsync(bob, new() { Code = first })), StringComparison.Ordinal);
        Assert.Equal(RefusalCode.NotFound, (await world.ActivateAsync(mara, new() { Code = first + "x" })).Refusal!.Code);
        Assert.Equal(RefusalCode.NotFound, (await world.ActivateAsync(mara, new())).Refusal!.Code);
        Assert.Equal(RefusalCode.TooManyRequests, (await world.ResendAsync(bob, request.Id))!.Code);

        // The clock of the rules, which a simulation moves, does not end it.
        installation.Advance(TimeSpan.FromDays(30));
        Assert.Contains("only that person", Detail(await world.ActivateAsync(bob, new() { Code = first })), StringComparison.Ordinal);
        installation.Machine.Offset = TimeSpan.FromDays(7);
        Assert.Contains("has expired. Ask bob", Detail(await world.ActivateAsync(mara, new() { Code = first })), StringComparison.Ordinal);

        Assert.Equal(RefusalCode.NotFound, (await world.ResendAsync(mara, request.Id))!.Code);
        Assert.Null(await world.ResendAsync(bob, request.Id));
        Assert.Contains("a newer mail has replaced it", Detail(await world.ActivateAsync(mara, new() { Code = first })), StringComparison.Ordinal);

        // Opened twice at once: it counts once.
        var second = await world.CodeAsync("mara@acme.example");
        var both = await Task.WhenAll(Enumerable.Range(0, 2).Select(_ => Task.Run(() => world.ActivateAsync(mara, new() { Code = second }))));
        Assert.Single(both, verdict => verdict.IsOk);
        Assert.Contains("has been used", Detail(both.Single(verdict => !verdict.IsOk)), StringComparison.Ordinal);
        Assert.Contains("has been used", Detail(await world.ActivateAsync(mara, new() { Code = second })), StringComparison.Ordinal);
        Assert.Equal(RefusalCode.Conflict, (await world.WithdrawAsync(bob, request.Id))!.Code);
    }

    [Theory, Engines]
    public async Task A_changed_domain_needs_a_reason_and_the_operator(Engine engine)
    {
        await using var installation = await TestInstallation.StartAsync(engine);
        var world = new RequestWorld(installation);
        var operatorPerson = await installation.People.OperatorAsync();
        var mara = await world.PersonAsync("mara@acme.example");
        Assert.Equal("DomainReason", (await world.RequestAsync(mara, new("Brand") { Domain = "brand.example" })).Refusal!.Field);
        var request = (await world.RequestAsync(mara, new("Brand") { Domain = "BRAND.example", DomainReason = "Our other brand" })).Value;
        Assert.Equal(("brand.example", AccountRequestState.AwaitingOperator), (request.Domain, request.State));
        await using (var db = installation.Database.Read())
        {
            Assert.False(await db.Mails.AnyAsync(row => row.Recipient == "mara@acme.example", Stop));
            Assert.Equal(1, await db.Mails.CountAsync(row => row.Subject == "A Smart Account request waits for you: Brand", Stop));
        }

        Assert.Equal("Reason", (await world.DecideAsync(operatorPerson, new(request.Id, IsApproved: false)))!.Field);
        Assert.Null(await world.DecideAsync(operatorPerson, new(request.Id, IsApproved: false, "Not yours by the registry")));
        Assert.Contains("> Not yours by the registry", (await world.MailAsync("mara@acme.example")).Text, StringComparison.Ordinal);
        Assert.DoesNotContain(operatorPerson.Name, (await world.MailAsync("mara@acme.example")).Text, StringComparison.Ordinal);
        Assert.Equal(RefusalCode.Conflict, (await world.DecideAsync(operatorPerson, new(request.Id, IsApproved: true)))!.Code);

        var again = (await world.RequestAsync(mara, new("Brand") { Domain = "brand.example", DomainReason = "Bought on Friday" })).Value;
        Assert.Null(await world.DecideAsync(operatorPerson, new(again.Id, IsApproved: true)));
        var account = (await world.ActivateAsync(mara, new() { Code = await world.CodeAsync("mara@acme.example") })).Value;
        Assert.Equal("brand.example", account.Domain);
    }

    [Theory, Engines]
    public async Task One_company_has_one_account(Engine engine)
    {
        await using var installation = await TestInstallation.StartAsync(engine);
        var world = new RequestWorld(installation);
        await installation.People.AccountAsync("acme.co.uk");
        var person = await world.PersonAsync("mara@eu.acme.co.uk");
        Assert.Contains("Request access to it instead", Detail(await world.RequestAsync(person, new("Acme Europe"))), StringComparison.Ordinal);

        var first = await world.PersonAsync("ada@firm.example");
        var second = await world.PersonAsync("bea@firm.example");
        var open = (await world.RequestAsync(first, new("Firm"))).Value;
        Assert.Contains("was requested already", Detail(await world.RequestAsync(second, new("Firm too"))), StringComparison.Ordinal);
        Assert.Equal(RefusalCode.NotFound, (await world.WithdrawAsync(second, open.Id))!.Code);

        // A request that nobody answered keeps the domain from nobody; who comes late finds it taken.
        installation.Machine.Offset = TimeSpan.FromDays(8);
        Assert.True((await world.RequestAsync(second, new("Firm too"))).IsOk);
        Assert.Equal(RefusalCode.AlreadyExists, (await world.ResendAsync(first, open.Id))!.Code);
        Assert.Null(await world.WithdrawAsync(first, open.Id));

        var gmail = await world.PersonAsync("somebody@gmail.com");
        Assert.Contains("public mail service", Detail(await world.RequestAsync(gmail, new("Mine"))), StringComparison.Ordinal);
        Assert.Contains("public mail service", Detail(await world.RequestAsync(first, new("Mine") { Authority = RequestAuthority.Approver, ApproverEmail = "x@gmail.com" })), StringComparison.Ordinal);
        Assert.Equal("ApproverEmail", (await world.RequestAsync(first, new("Mine") { Authority = RequestAuthority.Approver, ApproverEmail = "nobody" })).Refusal!.Field);
        Assert.Equal("Name", (await world.RequestAsync(first, new("Mine\nBcc: x"))).Refusal!.Field);
    }

    [Theory, Engines]
    public async Task Taking_requests_back_does_not_let_anybody_write_to_others_without_end(Engine engine)
    {
        await using var installation = await TestInstallation.StartAsync(engine);
        var world = new RequestWorld(installation);
        var bob = await world.PersonAsync("bob@acme.example");
        for (var number = 0; number < 10; number++)
        {
            var request = await world.RequestAsync(bob, Named("mara@acme.example"));
            Assert.Null(await world.WithdrawAsync(bob, request.Value.Id));
        }

        Assert.Equal(RefusalCode.TooManyRequests, (await world.RequestAsync(bob, Named("mara@acme.example"))).Refusal!.Code);
        installation.Advance(TimeSpan.FromHours(25));
        Assert.True((await world.RequestAsync(bob, Named("mara@acme.example"))).IsOk);
    }

    [Theory, Engines]
    [Trait("Feature", "SA-03")]
    public async Task A_customers_approver_invites_the_partner_and_so_accepts(Engine engine)
    {
        await using var installation = await TestInstallation.StartAsync(engine);
        var world = new RequestWorld(installation);
        await PublishAsync(installation);
        var partner = await world.PersonAsync("pia@partner.example");
        var request = await world.RequestAsync(partner, Named("carla@customer.example") with { Authority = RequestAuthority.Customer, RequesterSetsUp = true, Note = "As agreed" });
        Assert.Equal("customer.example", request.Value.Domain);
        var code = await world.CodeAsync("carla@customer.example");
        Assert.Equal(RefusalCode.NotAllowed, (await world.ActivateAsync(partner, new() { Code = code, AgreementVersion = 1, IsAgreed = true })).Refusal!.Code);

        var carla = await world.PersonAsync("carla@customer.example");
        var account = (await world.ActivateAsync(carla, new() { Code = code, AgreementVersion = 1, SetUpBy = "pia@partner.example" })).Value;
        Assert.Equal([Role.SmartAccountAdministrator], await RolesAsync(installation, account.Id, partner.Id));
        Assert.Equal([Role.SmartAccountAdministrator, Role.SmartAccountApprover], await RolesAsync(installation, account.Id, carla.Id));
        var agreement = await installation.Get<ViewAgreement>().HandleAsync(account.Id, Stop);
        Assert.False(agreement.IsPending);
        Assert.Equal(carla.Name, Assert.Single(agreement.Acceptances).Person);
    }

    [Theory, Engines]
    public async Task The_rest_door_does_the_same(Engine engine)
    {
        await using var installation = await TestInstallation.StartAsync(engine, adjust: TestActors.Allow);
        var world = new RequestWorld(installation);
        var mara = await world.PersonAsync("mara@acme.example");
        using var api = TestActors.As(installation.NewClient(), mara);
        var made = await api.PostJsonAsync("/api/v1/account-requests", new { name = "Acme" });
        Assert.Equal("awaitingApprover", made.Json.GetProperty("state").GetString(), ignoreCase: true);
        Assert.Single((await api.GetJsonAsync("/api/v1/account-requests")).Items);
        Assert.Equal("invalid-input", (await api.PostJsonAsync("/api/v1/account-requests", new { name = "" })).Code);
        Assert.Equal("already-exists", (await api.PostJsonAsync("/api/v1/account-requests", new { name = "Acme" })).Code);
        var code = await world.CodeAsync("mara@acme.example");
        api.DefaultRequestHeaders.Add("Idempotency-Key", "once");
        Assert.Equal("acme.example", (await api.PostJsonAsync("/api/v1/account-requests/activate", new { code })).Json.GetProperty("domain").GetString());
        Assert.Equal("acme.example", (await api.PostJsonAsync("/api/v1/account-requests/activate", new { code })).Json.GetProperty("domain").GetString());
        Assert.Equal("idempotency-key-reused", (await api.PostJsonAsync("/api/v1/account-requests/activate", new { code = "another" })).Code);
        api.DefaultRequestHeaders.Remove("Idempotency-Key");
        Assert.Equal("conflict", (await api.PostJsonAsync("/api/v1/account-requests/decline", new { code, reason = "Too late" })).Code);

        var program = await installation.People.OperatorApiAsync();
        Assert.Equal("not-allowed", (await program.PostJsonAsync("/api/v1/account-requests", new { name = "Mine" })).Code);
        var customer = await program.PostJsonAsync("/api/v1/account-requests", new { name = "Customer", authority = "Customer", approverEmail = "carla@customer.example" });
        Assert.Equal("customer.example", customer.Json.GetProperty("domain").GetString());
        Assert.Equal(2, (await program.GetJsonAsync("/api/v1/operator/account-requests")).Items.Count);
        Assert.Equal("invalid-input", (await program.PostJsonAsync($"/api/v1/operator/account-requests/{customer.Id}/decline", new { reason = "" })).Code);
        Assert.Equal(System.Net.HttpStatusCode.NoContent, (await program.PostJsonAsync($"/api/v1/operator/account-requests/{customer.Id}/decline", new { reason = "Gone" })).Status);
        var carla = await world.PersonAsync("carla@customer.example");
        Assert.Contains("was declined", Detail(await world.ActivateAsync(carla, new() { Code = await world.CodeAsync("carla@customer.example") })), StringComparison.Ordinal);
    }

    private static RequestAccount.Input Named(string approver) => new("Acme") { Authority = RequestAuthority.Approver, ApproverEmail = approver };

    private static string Detail<T>(Verdict<T> verdict) => verdict.Refusal!.Detail;

    private static string Field<T>(Verdict<T> verdict) => char.ToLowerInvariant(verdict.Refusal!.Field![0]) + verdict.Refusal.Field[1..];

    private static async Task<IReadOnlyList<Role>> RolesAsync(TestInstallation installation, long account, long person)
    {
        await using var db = installation.Database.Read(account);
        return await db.RoleGrants.Where(row => row.AccountId == account && row.PersonId == person).OrderBy(row => row.Id).Select(row => row.Role).ToListAsync(Stop);
    }

    private static async Task PublishAsync(TestInstallation installation)
    {
        var input = new PublishAgreement.Input("Agreement", "Terms");
        Assert.True((await installation.Get<PublishAgreement>().HandleAsync(new Command(PublishAgreement.Name, Actor.System, input), input, Stop)).IsOk);
    }
}
