using System.Net;
using Microsoft.EntityFrameworkCore;
using Purser.Server.Commands;
using Purser.Server.Mail;
using Purser.Server.People;
using Purser.Server.Store;
using Purser.Tests.Accounts;
using Purser.Tests.Infrastructure;

namespace Purser.Tests.People;

[Trait("Feature", "SA-10")]
public sealed class AccessRequestTests
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Theory, Engines]
    public async Task A_request_is_approved_with_a_role_and_a_scope(Engine engine)
    {
        await using var world = await World.MakeAsync(engine);
        var (request, somebody) = await world.AskAsync("new@acme.example");
        Assert.Equal("Pending", Assert.Single((await world.Api.GetJsonAsync($"{world.Account.Api}/access-requests?state=Pending")).Items).GetProperty("state").GetString());
        Assert.Equal("invalid-input", (await world.ApproveAsync(request, new { role = "VirtualAccountUser" })).Code);
        Assert.Equal("not-found", (await world.ApproveAsync(request, new { role = "VirtualAccountUser", virtualAccountIds = new[] { 4711 } })).Code);
        Assert.Equal(HttpStatusCode.NoContent, (await world.ApproveAsync(request, new { role = "VirtualAccountUser", virtualAccountIds = new[] { world.Oslo } })).Status);
        Assert.Equal("conflict", (await world.ApproveAsync(request, new { role = "SmartAccountUser" })).Code);
        var actor = await world.Installation.People.ActorAsync(somebody.Id);
        Assert.True(actor.May(Permission.LicenseTransfer, world.Account.Id, world.Oslo));
        Assert.False(actor.May(Permission.LicenseTransfer, world.Account.Id, world.Account.DefaultVirtualAccountId));
        Assert.Contains("Virtual Account User in Oslo and below", await world.MailAsync("new@acme.example"), StringComparison.Ordinal);
        Assert.Equal("already-exists", (await world.TryAskAsync(somebody)).Code);
    }

    [Theory, Engines]
    public async Task A_request_is_declined_with_a_reason_and_comes_again_after_a_day(Engine engine)
    {
        await using var world = await World.MakeAsync(engine);
        var (request, somebody) = await world.AskAsync("new@acme.example");
        Assert.Equal("already-exists", (await world.TryAskAsync(somebody)).Code);
        Assert.Equal(HttpStatusCode.NoContent, (await world.Api.PostJsonAsync($"{world.Account.Api}/access-requests/{request}/decline", new { reason = "You left in May" })).Status);
        Assert.Contains("> You left in May", await world.MailAsync("new@acme.example"), StringComparison.Ordinal);
        Assert.Equal("too-many-requests", (await world.TryAskAsync(somebody)).Code);
        world.Installation.Advance(TimeSpan.FromHours(25));
        Assert.Equal(HttpStatusCode.Created, (await world.TryAskAsync(somebody)).Status);
        using var own = TestActors.As(world.Installation.NewClient(), somebody);
        Assert.Equal(HttpStatusCode.NoContent, (await own.CallAsync(HttpMethod.Delete, "/api/v1/directory/access-requests/acme.example")).Status);
        Assert.Equal("not-found", (await own.CallAsync(HttpMethod.Delete, "/api/v1/directory/access-requests/acme.example")).Code);

        // The administrators had a mail: who takes hers back does not write them another at once.
        Assert.Equal("too-many-requests", (await world.TryAskAsync(somebody)).Code);
        Assert.Equal(["Withdrawn", "Declined"], (await world.Api.GetJsonAsync($"{world.Account.Api}/access-requests")).Items.Select(row => row.GetProperty("state").GetString()));
    }

    [Theory, Engines]
    public async Task Nobody_has_administrators_of_many_accounts_written_to_without_end(Engine engine)
    {
        await using var world = await World.MakeAsync(engine);
        var (_, somebody) = await world.AskAsync("new@acme.example");
        using var own = TestActors.As(world.Installation.NewClient(), somebody);
        for (var number = 1; number < 10; number++)
        {
            var other = await world.Installation.People.AccountAsync($"c{number}.example");
            await world.Installation.People.PersonAsync(other, Role.SmartAccountAdministrator);
            Assert.Equal(HttpStatusCode.Created, (await own.PostJsonAsync("/api/v1/directory/access-requests", new { domain = other.Domain })).Status);
        }

        var last = await world.Installation.People.AccountAsync("last.example");
        await world.Installation.People.PersonAsync(last, Role.SmartAccountAdministrator);
        Assert.Equal("too-many-requests", (await own.PostJsonAsync("/api/v1/directory/access-requests", new { domain = last.Domain })).Code);
        world.Installation.Advance(TimeSpan.FromHours(25));
        Assert.Equal(HttpStatusCode.Created, (await own.PostJsonAsync("/api/v1/directory/access-requests", new { domain = last.Domain })).Status);
    }

    [Theory, Engines]
    public async Task Restricted_accounts_are_asked_by_their_exact_domain(Engine engine)
    {
        await using var world = await World.MakeAsync(engine);
        await world.Installation.Database.WriteAsync(db => db.Accounts.Where(row => row.Id == world.Account.Id)
            .ExecuteUpdateAsync(set => set.SetProperty(row => row.Visibility, Purser.Server.Accounts.SearchVisibility.Restricted), Stop));
        var (request, _) = await world.AskAsync("somebody@other.example");
        Assert.True(request > 0);
    }

    [Theory, Engines]
    public async Task Rules_answer_by_mail_domain(Engine engine)
    {
        await using var world = await World.MakeAsync(engine);
        var rules = $"{world.Account.Api}/access-rules";
        Assert.Equal(HttpStatusCode.NoContent, (await world.PutRuleAsync("Acme.example", new { access = new { role = "VirtualAccountViewer", virtualAccountIds = new[] { world.Oslo } } })).Status);
        Assert.Equal(HttpStatusCode.NoContent, (await world.PutRuleAsync("rival.example", new { reason = "Not here" })).Status);
        Assert.Equal("invalid-input", (await world.PutRuleAsync("gmail.com", new { access = new { role = "SmartAccountViewer" } })).Code);
        Assert.Equal("invalid-input", (await world.PutRuleAsync("acme.example", new { access = new { role = "SmartAccountAdministrator" } })).Code);
        Assert.Equal("invalid-input", (await world.PutRuleAsync("nonsense", new { })).Code);

        var approved = await world.ProvenAsync("a@acme.example");
        Assert.Equal("Approved", (await world.TryAskAsync(approved)).Json.GetProperty("state").GetString());
        Assert.True((await world.Installation.People.ActorAsync(approved.Id)).May(Permission.LicenseView, world.Account.Id, world.Oslo));
        var declined = await world.ProvenAsync("b@rival.example");
        Assert.Equal("Declined", (await world.TryAskAsync(declined)).Json.GetProperty("state").GetString());
        Assert.Contains("> Not here", await world.MailAsync("b@rival.example"), StringComparison.Ordinal);

        // Its virtual account is deleted: then somebody has to look, and the rule says that it is broken.
        Assert.Equal(HttpStatusCode.NoContent, (await world.Api.CallAsync(HttpMethod.Delete, $"{world.Account.Api}/virtual-accounts/{world.Oslo}")).Status);
        var waits = await world.ProvenAsync("c@acme.example");
        Assert.Equal("Pending", (await world.TryAskAsync(waits)).Json.GetProperty("state").GetString());
        Assert.True((await world.Api.GetJsonAsync(rules)).Items[0].GetProperty("isBroken").GetBoolean());
        Assert.Equal(HttpStatusCode.NoContent, (await world.Api.CallAsync(HttpMethod.Delete, $"{rules}/acme.example")).Status);
        Assert.Single((await world.Api.GetJsonAsync(rules)).Items);
    }

    [Theory, Engines]
    [Trait("Feature", "SA-02")]
    public async Task The_fourth_user_of_a_limited_account_comes_by_no_approval_and_no_rule(Engine engine)
    {
        await using var world = await World.MakeAsync(engine);
        await world.Installation.People.PersonAsync(world.Account, Role.SmartAccountUser);
        var (third, _) = await world.AskAsync("third@other.example");
        var (fourth, _) = await world.AskAsync("fourth@other.example");
        Assert.Equal(HttpStatusCode.NoContent, (await world.PutRuleAsync("acme.example", new { access = new { role = "SmartAccountViewer" } })).Status);
        await world.Installation.Database.WriteAsync(db => db.Accounts.Where(row => row.Id == world.Account.Id)
            .ExecuteUpdateAsync(set => set.SetProperty(row => row.Type, Purser.Server.Accounts.AccountType.LimitedUse), Stop));

        // Both are approved at once, and one has a place.
        var answers = await Task.WhenAll(new[] { third, fourth }.Select(request => Task.Run(() => world.ApproveAsync(request, new { role = "SmartAccountUser" }))));
        Assert.Equal("account-type-forbids", Assert.Single(answers, answer => answer.Status != HttpStatusCode.NoContent).Code);
        var ruled = await world.ProvenAsync("a@acme.example");
        Assert.Equal("Pending", (await world.TryAskAsync(ruled)).Json.GetProperty("state").GetString());
        await using var db = world.Installation.Database.Read(world.Account.Id);
        Assert.Equal(3, await db.RoleGrants.Where(row => row.PersonId != null).Select(row => row.PersonId).Distinct().CountAsync(Stop));
    }

    [Theory, Engines]
    public async Task A_new_rule_does_not_replace_the_one_that_is_there(Engine engine)
    {
        await using var world = await World.MakeAsync(engine);
        await world.PutRuleAsync("acme.example", new { access = new { role = "SmartAccountViewer" } });
        var input = new SaveAccessRule.Input("ACME.example", null) { MustBeNew = true };
        var refused = await world.Installation.Get<SaveAccessRule>().HandleAsync(new Command(SaveAccessRule.Save, Actor.System, input) { Accounts = [world.Account.Id] }, input, Stop);
        Assert.Equal((RefusalCode.AlreadyExists, "MailDomain"), (refused.Refusal!.Code, refused.Refusal.Field));
        Assert.Contains("approved", (await world.Api.GetJsonAsync($"{world.Account.Api}/access-rules")).Items[0].GetProperty("does").GetString(), StringComparison.Ordinal);
    }

    [Theory, Engines]
    public async Task Who_administers_a_virtual_account_approves_there_and_nowhere_else(Engine engine)
    {
        await using var world = await World.MakeAsync(engine);
        var limited = await world.Installation.People.ApiAsync(world.Account, Role.VirtualAccountAdministrator, world.Oslo);
        var (first, _) = await world.AskAsync("a@acme.example");
        var (second, _) = await world.AskAsync("b@acme.example");
        await world.Api.PostJsonAsync($"{world.Account.Api}/access-requests/{first}/decline", new { });
        Assert.Equal(second, Assert.Single((await limited.GetJsonAsync($"{world.Account.Api}/access-requests")).Items).GetProperty("id").GetInt64());
        Assert.Equal("not-allowed", (await limited.PostJsonAsync($"{world.Account.Api}/access-requests/{second}/decline", new { })).Code);
        Assert.Equal("not-allowed", (await ApproveAsync(new { role = "SmartAccountUser" })).Code);
        Assert.Equal("not-allowed", (await ApproveAsync(new { role = "VirtualAccountUser", virtualAccountIds = new[] { world.Account.DefaultVirtualAccountId } })).Code);
        Assert.Equal("not-allowed", (await limited.GetJsonAsync($"{world.Account.Api}/access-rules")).Code);
        Assert.Equal(HttpStatusCode.NoContent, (await ApproveAsync(new { role = "VirtualAccountUser", virtualAccountIds = new[] { world.Oslo } })).Status);
        Assert.Empty((await limited.GetJsonAsync($"{world.Account.Api}/access-requests")).Items);

        var approver = await world.Installation.People.ApiAsync(world.Account, Role.SmartAccountApprover);
        Assert.Equal(2, (await approver.GetJsonAsync($"{world.Account.Api}/access-requests")).Items.Count);
        Assert.Equal("not-allowed", (await approver.PostJsonAsync($"{world.Account.Api}/access-requests/{first}/approve", new { role = "SmartAccountUser" })).Code);
        var user = await world.Installation.People.ApiAsync(world.Account, Role.VirtualAccountUser, world.Oslo);
        Assert.Equal("not-allowed", (await user.GetJsonAsync($"{world.Account.Api}/access-requests")).Code);

        Task<ApiAnswer> ApproveAsync(object access) => limited.PostJsonAsync($"{world.Account.Api}/access-requests/{second}/approve", access);
    }

    private sealed class World : IAsyncDisposable
    {
        public required TestInstallation Installation { get; init; }

        public required TestAccount Account { get; init; }

        public required HttpClient Api { get; init; }

        public required long Oslo { get; init; }

        public static async Task<World> MakeAsync(Engine engine)
        {
            var installation = await TestInstallation.StartAsync(engine, adjust: TestActors.Allow);
            var account = await installation.People.AccountAsync();
            await installation.People.PersonAsync(account, Role.SmartAccountAdministrator);
            var api = await installation.People.ApiAsync(account);
            return new World
            {
                Installation = installation, Account = account, Api = api, Oslo = (await api.PostJsonAsync($"{account.Api}/virtual-accounts", new { name = "Oslo" })).Id,
            };
        }

        public async Task<(long Request, Actor Person)> AskAsync(string email)
        {
            var person = await new RequestWorld(Installation).PersonAsync(email);
            return ((await TryAskAsync(person)).Id, person);
        }

        /// <summary>Somebody who has shown that the address is hers.</summary>
        public async Task<Actor> ProvenAsync(string email)
        {
            var person = await new RequestWorld(Installation).PersonAsync(email);
            await Installation.Database.WriteAsync(
                db => db.Users.Where(row => row.Id == person.Id).ExecuteUpdateAsync(set => set.SetProperty(row => row.EmailConfirmed, true), Stop), Stop);
            return person;
        }

        public async Task<ApiAnswer> TryAskAsync(Actor person)
        {
            using var http = TestActors.As(Installation.NewClient(), person);
            return await http.PostJsonAsync("/api/v1/directory/access-requests", new { domain = "acme.example", note = "I buy the switches" });
        }

        public Task<ApiAnswer> ApproveAsync(long request, object access) => Api.PostJsonAsync($"{Account.Api}/access-requests/{request}/approve", access);

        public Task<ApiAnswer> PutRuleAsync(string mailDomain, object rule) => Api.CallAsync(HttpMethod.Put, $"{Account.Api}/access-rules/{mailDomain}", rule);

        public async Task<string> MailAsync(string recipient)
        {
            await using var db = Installation.Database.Read();
            var id = await db.Mails.Where(row => row.Recipient == recipient).OrderByDescending(row => row.Id).Select(row => row.Id).FirstAsync(Stop);
            return (await Installation.Get<ListMail>().FindAsync(id, Stop))!.Text!;
        }

        public ValueTask DisposeAsync() => Installation.DisposeAsync();
    }
}
