using System.Globalization;
using System.Net;
using Microsoft.EntityFrameworkCore;
using Purser.Server.Accounts;
using Purser.Server.Alerts;
using Purser.Server.Commands;
using Purser.Server.Mail;
using Purser.Server.People;
using Purser.Server.People.Sources;
using Purser.Server.Preferences;
using Purser.Server.Reports;
using Purser.Server.Store;
using Purser.Tests.Infrastructure;

namespace Purser.Tests.Accounts;

/// <summary>What belongs to a merged account itself goes along: API clients, user groups, access rules and requests, and what sign-in sources give in it.</summary>
[Trait("Feature", "SA-15")]
public sealed class MergerBelongingsTests
{
    private const string Issuer = "https://i.example";

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Theory, Engines]
    public async Task A_program_works_on_in_the_other_account_with_its_id_secret_and_token(Engine engine)
    {
        await using var estate = await Estate.MakeAsync(engine);
        var merged = (await estate.World.MergeAsync()).Value;
        Assert.Equal(estate.Clients, merged.Belongings.ApiClients);

        // The token that it had; and the roles that it had, no more.
        var seen = (await estate.Globex.GetJsonAsync($"{estate.Acme.Api}/virtual-accounts")).Items;
        Assert.Equal(["DEFAULT (globex.example)", "North"], seen.Select(row => row.GetProperty("name").GetString()).Order(StringComparer.Ordinal));
        Assert.Equal("not-found", (await estate.Globex.GetJsonAsync($"{estate.From.Api}/virtual-accounts")).Code);
        Assert.Contains((await estate.AcmeApi.GetJsonAsync($"{estate.Acme.Api}/clients")).Items, row => row.GetProperty("name").GetString() == estate.ClientName);

        // Given a new secret meanwhile, it keeps that one when it goes back.
        var renewed = await estate.AcmeApi.PostJsonAsync($"{estate.Acme.Api}/clients/{estate.Client}/secret", new { overlapHours = 24 });
        Assert.Equal(HttpStatusCode.OK, renewed.Status);
        Assert.True((await estate.World.UndoAsync(merged.Id)).IsOk);
        await using var db = estate.Installation.Database.Read();
        Assert.NotNull((await db.ApiClients.SingleAsync(row => row.AccountId == estate.From.Id && row.Id == estate.Client, Stop)).PreviousSecretHash);
        Assert.Equal(HttpStatusCode.OK, (await estate.Globex.GetJsonAsync($"{estate.From.Api}/virtual-accounts")).Status);
        await estate.World.AssertCleanAsync();
    }

    [Theory, Engines]
    public async Task Groups_rules_requests_and_roles_of_sources_hold_over_there(Engine engine)
    {
        await using var estate = await Estate.MakeAsync(engine);
        var merged = (await estate.World.MergeAsync()).Value;
        Assert.Equal((1, 1, 1, 1 + estate.Tops), (merged.Belongings.UserGroups, merged.Belongings.AccessRules, merged.Belongings.AccessRequests, merged.Belongings.SourceRoles));
        var groups = (await estate.AcmeApi.GetJsonAsync($"{estate.Acme.Api}/groups")).Items;
        Assert.Equal(["Engineers", "Engineers (globex.example)", "Internals"], groups.Select(row => row.GetProperty("name").GetString()).Order(StringComparer.Ordinal));
        var moved = groups.Single(row => row.GetProperty("id").GetInt64() == estate.Engineers);
        Assert.Contains(moved.GetProperty("roles").EnumerateArray(), role => role.GetProperty("virtualAccount").GetString() == "North" && role.GetProperty("role").GetString() == "VirtualAccountUser");
        Assert.DoesNotContain(moved.GetProperty("roles").EnumerateArray(), role => role.GetProperty("virtualAccount").ValueKind == System.Text.Json.JsonValueKind.Null);

        // Its way into the partner's account leads from here now; the ways between the two are closed; the partner's helpers came along.
        var span = Assert.Single((await estate.AcmeApi.GetJsonAsync($"{estate.Acme.Api}/groups/{estate.Engineers}")).Json.GetProperty("spans").EnumerateArray());
        Assert.Equal("partner.example", span.GetProperty("domain").GetString());
        Assert.Equal("Helpers", Assert.Single((await estate.AcmeApi.GetJsonAsync($"{estate.Acme.Api}/external-groups")).Items).GetProperty("name").GetString());
        var member = await estate.Installation.People.ActorAsync(estate.Member);
        Assert.True(member.May(Permission.LicenseTransfer, estate.Acme.Id, await estate.World.Globex.PlaceAsync("North")));
        Assert.False(member.May(Permission.LicenseView, estate.Acme.Id, estate.Acme.DefaultVirtualAccountId));

        // Rules and requests.
        var rules = (await estate.AcmeApi.GetJsonAsync($"{estate.Acme.Api}/access-rules")).Items;
        Assert.Contains(rules, row => row.GetProperty("mailDomain").GetString() == "globex.example" && row.GetProperty("does").GetString()!.Contains("Virtual Account User in", StringComparison.Ordinal));
        Assert.Contains(rules, row => row.GetProperty("mailDomain").GetString() == "shared.example" && row.GetProperty("does").GetString() == "declined");
        Assert.Equal(estate.Request, Assert.Single((await estate.AcmeApi.GetJsonAsync($"{estate.Acme.Api}/access-requests?state=Pending")).Items).GetProperty("id").GetInt64());

        // Somebody new in the source's group gets it over there, somebody who has left it loses it there, and nothing happens in the closed account.
        var late = await estate.AdmitAsync("late@globex.example", "heads");
        Assert.True(late.May(Permission.PeopleManage, estate.Acme.Id, await estate.World.Globex.PlaceAsync("North")));
        Assert.False(late.May(Permission.AccountView, estate.From.Id));
        var head = await estate.AdmitAsync("head@globex.example");
        Assert.False(head.May(Permission.AccountView, estate.Acme.Id));
        await estate.World.AssertCleanAsync();
    }

    [Theory, Engines]
    public async Task Webhooks_views_and_choices_of_mails_go_along(Engine engine)
    {
        await using var estate = await Estate.MakeAsync(engine);
        var merged = (await estate.World.MergeAsync()).Value;
        Assert.Equal((2, 1, 1), (merged.Belongings.Webhooks, merged.Belongings.SavedViews, merged.Belongings.MailChoices));
        Assert.EndsWith("2 webhooks, 1 saved view, 1 choice of mails", merged.Belongings.Words(), StringComparison.Ordinal);
        var hooks = (await estate.AcmeApi.GetJsonAsync($"{estate.Acme.Api}/webhooks")).Items;

        // Acme's own alerts are not told to Globex's receiver before somebody has judged it.
        Assert.Equal(["Everything True", "North False"], hooks.Select(row => row.GetProperty("choice")).Select(row => $"{row.GetProperty("name")} {row.GetProperty("isPaused")}").Order(StringComparer.Ordinal));
        await using var db = estate.Installation.Database.Read();
        Assert.Equal([estate.Acme.Id], await db.WebhookDeliveries.Select(row => row.AccountId).Distinct().ToListAsync(Stop));
        Assert.Equal(
            ["Short ones", "Short ones (globex.example)"],
            (await db.SavedViews.Where(row => row.AccountId == estate.Acme.Id && row.OwnerKey == estate.Viewer.Key).Select(row => row.Name).ToListAsync(Stop)).Order(StringComparer.Ordinal));
        Assert.Equal(2, await db.MailSubscriptions.CountAsync(row => row.AccountId == estate.Acme.Id && row.PersonId == estate.Viewer.Id, Stop));
        Assert.True((await estate.World.ConfirmAsync(merged.Id)).IsOk);
        Assert.False(await db.MailSubscriptions.AnyAsync(row => row.AccountId == estate.From.Id, Stop));
        await estate.World.AssertCleanAsync();
    }

    [Theory, Engines]
    public async Task Alerts_that_move_are_no_news_and_wait_for_the_next_daily_summary(Engine engine)
    {
        await using var estate = await Estate.MakeAsync(engine);
        var north = await estate.World.Globex.PlaceAsync("North");
        var late = await estate.Installation.People.PersonAsync(estate.Acme, Role.SmartAccountAdministrator);
        var atOnce = new ChooseMails.Input([MailTopic.FailedToConnect, MailTopic.InsufficientLicenses]);
        Assert.True((await estate.Installation.Get<ChooseMails>().HandleAsync(new Command(ChooseMails.Name, late, atOnce) { Accounts = [estate.Acme.Id] }, atOnce, Stop)).IsOk);
        estate.Installation.Advance(TimeSpan.FromMinutes(1));
        await estate.RaiseAsync(estate.From.Id, north, "insufficient:before");
        var merged = (await estate.World.MergeAsync()).Value;
        await estate.Installation.Get<TellNews>().RunAsync(Stop);

        // Acme's administrator hears nothing of what was raised elsewhere; who had it coming in her summary has it from here.
        Assert.Empty(await estate.MailsAsync(late));
        Assert.Empty(await estate.MailsAsync(estate.Viewer));
        estate.Installation.Advance(TimeSpan.FromDays(1));
        await estate.Installation.Get<DailySummary>().RunAsync(Stop);
        Assert.Contains("acme.example", Assert.Single(await estate.MailsAsync(estate.Viewer)).Subject, StringComparison.Ordinal);

        // And back: told once is told.
        await estate.RaiseAsync(estate.Acme.Id, north, "insufficient:after");
        Assert.True((await estate.World.UndoAsync(merged.Id)).IsOk);
        Assert.Single(await estate.MailsAsync(late));
        await estate.Installation.Get<TellNews>().RunAsync(Stop);
        estate.Installation.Advance(TimeSpan.FromDays(1));
        await estate.Installation.Get<DailySummary>().RunAsync(Stop);
        Assert.Equal(2, (await estate.MailsAsync(estate.Viewer)).Count);
        Assert.Single(await estate.MailsAsync(late));
    }

    [Theory, Engines]
    public async Task Undone_everything_is_as_it_was(Engine engine)
    {
        await using var estate = await Estate.MakeAsync(engine);
        var before = await estate.DumpAsync();
        foreach (var mode in Enum.GetValues<WholeRoles>())
        {
            var merged = (await estate.World.RunAsync(new(MergerKind.Merge, estate.From.Domain) { Into = estate.Acme.Domain, WholeRoles = mode })).Value;
            Assert.NotEqual(before, await estate.DumpAsync());
            Assert.True((await estate.World.UndoAsync(merged.Id)).IsOk);
            Assert.Equal(before, await estate.DumpAsync());
        }

        await estate.World.AssertCleanAsync();
    }

    [Theory, Engines]
    public async Task What_somebody_did_meanwhile_stays_where_it_can(Engine engine)
    {
        await using var estate = await Estate.MakeAsync(engine);
        var merged = (await estate.World.MergeAsync()).Value;

        // A request that is answered, a group that gets another name and a role in a virtual account that does not go back, another one that is deleted.
        Assert.Equal(HttpStatusCode.NoContent, (await estate.AcmeApi.PostJsonAsync($"{estate.Acme.Api}/access-requests/{estate.Request}/approve", new { role = "SmartAccountViewer" })).Status);
        Assert.Equal(HttpStatusCode.OK, (await estate.AcmeApi.CallAsync(HttpMethod.Put, $"{estate.Acme.Api}/groups/{estate.Engineers}", new { name = "Builders" })).Status);
        Assert.Equal(HttpStatusCode.Created, (await estate.AcmeApi.PostJsonAsync($"{estate.Acme.Api}/groups/{estate.Engineers}/roles", new { role = "SmartAccountViewer" })).Status);
        Assert.Equal(HttpStatusCode.NoContent, (await estate.AcmeApi.CallAsync(HttpMethod.Delete, $"{estate.Acme.Api}/groups/{estate.Internals}")).Status);
        Assert.True((await estate.World.UndoAsync(merged.Id)).IsOk);

        await using var db = estate.Installation.Database.Read();
        Assert.Equal(estate.Acme.Id, (await db.AccessRequests.SingleAsync(row => row.Id == estate.Request, Stop)).AccountId);
        var engineers = await db.UserGroups.SingleAsync(row => row.Id == estate.Engineers, Stop);
        Assert.Equal((estate.From.Id, "Builders"), (engineers.AccountId, engineers.Name));

        // Its own way into Acme is there again, so what Acme gave it counts: in Home before, in the whole account meanwhile.
        Assert.Equal(
            [0, await estate.World.Acme.PlaceAsync("Home")],
            (await db.RoleGrants.Where(row => row.AccountId == estate.Acme.Id && row.GroupId == estate.Engineers).Select(row => row.VirtualAccountId ?? 0).ToListAsync(Stop)).Order());
        Assert.False(await db.RoleGrants.AnyAsync(row => row.GroupId == estate.Internals, Stop));
        Assert.False(await db.GroupSpans.AnyAsync(row => row.GroupId == estate.Internals, Stop));
        await estate.World.AssertCleanAsync();
    }

    [Theory, Engines]
    public async Task A_split_leaves_them_and_a_source_gives_nothing_where_its_virtual_account_is_gone(Engine engine)
    {
        await using var estate = await Estate.MakeAsync(engine);
        var before = await estate.DumpAsync();
        var north = await estate.World.Globex.PlaceAsync("North");
        var split = (await estate.World.RunAsync(new(MergerKind.Split, estate.From.Domain)
        {
            Into = estate.Acme.Domain, VirtualAccountIds = [north], People = ["head@globex.example"],
        })).Value;
        Assert.Equal(Belongings.None, split.Belongings);
        var head = await estate.AdmitAsync("head@globex.example", "heads", "north");
        Assert.True(head.May(Permission.LicenseTransfer, estate.Acme.Id, north));
        await using var db = estate.Installation.Database.Read();
        Assert.False(await db.RoleGrants.AnyAsync(row => row.AccountId == estate.From.Id && row.VirtualAccountId == north, Stop));
        Assert.True((await estate.World.UndoAsync(split.Id)).IsOk);
        Assert.Equal(before, await estate.DumpAsync());
    }

    [Theory, Engines]
    public async Task Final_the_closed_account_gives_nothing_to_the_groups_of_sources(Engine engine)
    {
        await using var estate = await Estate.MakeAsync(engine);
        var merged = (await estate.World.MergeAsync()).Value;
        Assert.True((await estate.World.ConfirmAsync(merged.Id)).IsOk);
        await using var db = estate.Installation.Database.Read();
        Assert.False(await db.SourceRoles.AnyAsync(row => row.AccountId == estate.From.Id, Stop));
        Assert.True(await db.SourceRoles.AnyAsync(row => row.AccountId == estate.Acme.Id, Stop));
    }

    /// <summary>Globex with something of everything, Acme with the like of some, and a partner.</summary>
    private sealed class Estate : IAsyncDisposable
    {
        public required TestInstallation Installation { get; init; }

        public required MergerWorld World { get; init; }

        public required HttpClient Globex { get; init; }

        public required HttpClient AcmeApi { get; init; }

        public TestAccount From => World.Globex.Account;

        public TestAccount Acme => World.Acme.Account;

        public int Clients { get; private set; }

        public int Tops { get; private set; }

        public long Client { get; private set; }

        public string ClientName { get; private set; } = "";

        public long Engineers { get; private set; }

        public long Internals { get; private set; }

        public long Member { get; private set; }

        public long Request { get; private set; }

        public Actor Viewer { get; private set; } = default!;

        private SignInSource Source { get; set; } = default!;

        public static async Task<Estate> MakeAsync(Engine engine)
        {
            var installation = await TestInstallation.StartAsync(engine, adjust: TestActors.Allow);
            var world = await MergerWorld.MakeAsync(installation);
            var estate = new Estate
            {
                Installation = installation, World = world,
                Globex = await installation.People.ApiAsync(world.Globex.Account), AcmeApi = await installation.People.ApiAsync(world.Acme.Account),
            };
            await installation.People.PersonAsync(world.Globex.Account, Role.SmartAccountAdministrator);
            await installation.People.PersonAsync(world.Acme.Account, Role.SmartAccountAdministrator);
            await estate.FillGroupsAsync();
            await estate.FillAccessAsync();
            await estate.FillSourceAsync();
            await estate.FillNewsAsync();
            await using var db = installation.Database.Read();
            var client = await db.ApiClients.FirstAsync(row => row.AccountId == estate.From.Id, Stop);
            (estate.Client, estate.ClientName) = (client.Id, client.Name);
            estate.Clients = await db.ApiClients.CountAsync(row => row.AccountId == estate.From.Id, Stop);
            estate.Tops = await db.VirtualAccounts.CountAsync(row => row.AccountId == estate.From.Id && row.ParentId == null, Stop);
            return estate;
        }

        /// <summary>Somebody comes in through the source, in these groups.</summary>
        public async Task<Actor> AdmitAsync(string email, params string[] groups)
        {
            var person = await Installation.Get<AdmitPerson>().HandleAsync(Source, new SourcePerson(Issuer, email, email, email, groups), Stop);
            return await Installation.People.ActorAsync(person.Value.Id);
        }

        /// <summary>Every row that names one of the accounts and is not licenses.</summary>
        public async Task<string> DumpAsync()
        {
            await using var db = Installation.Database.Read();
            var lines = new List<string>();
            lines.AddRange((await db.ApiClients.ToListAsync(Stop)).Select(row => $"client {row.AccountId} {row.Id} {row.Name}"));
            lines.AddRange((await db.ApiClientDirectory.ToListAsync(Stop)).Select(row => $"directory {row.AccountId} {row.ApiClientId}"));
            lines.AddRange((await db.AccessTokens.ToListAsync(Stop)).Select(row => $"token {row.AccountId} {row.ApiClientId}"));
            lines.AddRange((await db.UserGroups.ToListAsync(Stop)).Select(row => $"group {row.AccountId} {row.Id} {row.Name} {row.NameKey}"));
            lines.AddRange((await db.UserGroupMembers.ToListAsync(Stop)).Select(row => $"member {row.GroupId} {row.PersonId}"));
            lines.AddRange((await db.GroupSpans.ToListAsync(Stop)).Select(row => $"span {row.GroupId} {row.HomeAccountId} {row.TargetAccountId} {row.GroupName} {row.LookupId} {row.State} {row.AnsweredBy}"));
            lines.AddRange((await db.AccessRules.ToListAsync(Stop)).Select(row => $"rule {row.AccountId} {row.Id} {row.MailDomain} {row.Role} {row.VirtualAccounts}"));
            lines.AddRange((await db.AccessRequests.ToListAsync(Stop)).Select(row => $"request {row.AccountId} {row.Id} {row.State}"));
            lines.AddRange((await db.SourceRoles.ToListAsync(Stop)).Select(row => $"mapping {row.AccountId} {row.Id} {row.GroupName} {row.Role} {row.VirtualAccountId}"));
            lines.AddRange((await db.RoleGrants.ToListAsync(Stop)).Select(row =>
                $"grant {row.AccountId} {row.Id} {row.PersonId} {row.GroupId} {row.ClientId} {row.Role} {row.VirtualAccountId} {row.IncludesChildren} {row.SourceId}"));
            lines.AddRange((await db.Webhooks.ToListAsync(Stop)).Select(row => $"webhook {row.AccountId} {row.Id} {row.IsPaused}"));
            lines.AddRange((await db.WebhookDeliveries.ToListAsync(Stop)).Select(row => $"delivery {row.AccountId} {row.WebhookId} {row.Id}"));
            lines.AddRange((await db.SavedViews.ToListAsync(Stop)).Select(row => $"view {row.AccountId} {row.Id} {row.Name} {row.NameKey}"));
            lines.AddRange((await db.MailSubscriptions.ToListAsync(Stop)).Select(row => $"mails {row.AccountId} {row.PersonId} {row.Topic}"));
            lines.AddRange((await db.DailyMails.ToListAsync(Stop)).Select(row => $"daily {row.AccountId} {row.PersonId}"));
            return string.Join('\n', lines.Order(StringComparer.Ordinal));
        }

        public async Task RaiseAsync(long account, long place, string subject)
        {
            var raised = await Installation.WritePath.RunAsync<Done>(new Command("test.raise", Actor.System, new { }) { Accounts = [account], Ids = 10 }, async scope =>
            {
                await scope.Alerts(account).RaiseAsync(new AlertDraft(AlertKind.InsufficientLicenses, AlertLevel.Major, subject, $"{subject} is short") { VirtualAccountId = place });
                return Verdict.Done;
            }, Stop);
            Assert.True(raised.IsOk, raised.Refusal?.Detail);
        }

        /// <summary>What the news were told in.</summary>
        public async Task<IReadOnlyList<MailRow>> MailsAsync(Actor person)
        {
            await using var db = Installation.Database.Read();
            var email = await db.Users.Where(row => row.Id == person.Id).Select(row => row.Email!).FirstAsync(Stop);
            return await db.Mails.Where(row => row.Recipient == email && (row.Subject.Contains("alert") || row.Subject.Contains("summary"))).OrderBy(row => row.Id).ToListAsync(Stop);
        }

        public ValueTask DisposeAsync() => Installation.DisposeAsync();

        private async Task FillGroupsAsync()
        {
            var partner = await Installation.People.AccountAsync("partner.example");
            await Installation.People.PersonAsync(partner, Role.SmartAccountAdministrator);
            var partnerApi = await Installation.People.ApiAsync(partner);
            var north = await World.Globex.PlaceAsync("North");
            Engineers = (await Globex.PostJsonAsync($"{From.Api}/groups", new { name = "Engineers", emails = new[] { "eng@globex.example" }, access = new { role = "SmartAccountViewer" } })).Id;
            await Globex.PostJsonAsync($"{From.Api}/groups/{Engineers}/roles", new { role = "VirtualAccountUser", virtualAccountIds = new[] { north } });
            await AcmeApi.PostJsonAsync($"{Acme.Api}/groups", new { name = "Engineers" });
            Internals = (await AcmeApi.PostJsonAsync($"{Acme.Api}/groups", new { name = "Internals", emails = new[] { "int@acme.example" } })).Id;
            var helpers = (await partnerApi.PostJsonAsync($"{partner.Api}/groups", new { name = "Helpers", emails = new[] { "help@partner.example" } })).Id;
            var viewer = new { role = "SmartAccountViewer" };
            await LetInAsync(Globex, From, Engineers, partnerApi, partner, viewer);
            await LetInAsync(Globex, From, Engineers, AcmeApi, Acme, new { role = "VirtualAccountViewer", virtualAccountIds = new[] { await World.Acme.PlaceAsync("Home") } });
            await LetInAsync(AcmeApi, Acme, Internals, Globex, From, new { role = "VirtualAccountUser", virtualAccountIds = new[] { north } });
            await LetInAsync(partnerApi, partner, helpers, Globex, From, viewer);

            // Asked for there too, and not answered.
            await partnerApi.PostJsonAsync($"{partner.Api}/groups/{helpers}/access-requests", new { domain = Acme.Domain });
            await using var db = Installation.Database.Read();
            Member = await db.Users.Where(row => row.Email == "eng@globex.example").Select(row => row.Id).SingleAsync(Stop);
        }

        private static async Task LetInAsync(HttpClient home, TestAccount homeAccount, long group, HttpClient target, TestAccount targetAccount, object access)
        {
            var lookup = (await home.PostJsonAsync($"{homeAccount.Api}/groups/{group}/access-requests", new { domain = targetAccount.Domain })).Json.GetProperty("lookupId").GetString();
            Assert.Equal(HttpStatusCode.NoContent, (await target.PostJsonAsync($"{targetAccount.Api}/external-groups/{lookup}/grant", access)).Status);
        }

        private async Task FillAccessAsync()
        {
            await Globex.CallAsync(HttpMethod.Put, $"{From.Api}/access-rules/globex.example", new { access = new { role = "SmartAccountUser" } });
            await Globex.CallAsync(HttpMethod.Put, $"{From.Api}/access-rules/shared.example", new { access = new { role = "SmartAccountUser" } });
            await AcmeApi.CallAsync(HttpMethod.Put, $"{Acme.Api}/access-rules/shared.example", new { reason = "Not here" });
            using var somebody = TestActors.As(Installation.NewClient(), await new RequestWorld(Installation).PersonAsync("somebody@else.example"));
            Request = (await somebody.PostJsonAsync("/api/v1/directory/access-requests", new { domain = From.Domain })).Id;
        }

        /// <summary>Webhooks of the whole account and of a virtual account, one with a message; a view that Acme has too; mails at once and daily.</summary>
        private async Task FillNewsAsync()
        {
            var north = await World.Globex.PlaceAsync("North");
            var whole = await Globex.PostJsonAsync($"{From.Api}/webhooks", new { name = "Everything", url = "https://hooks.globex.example/all" });
            Assert.Equal(HttpStatusCode.Created, whole.Status);
            await Globex.PostJsonAsync($"{From.Api}/webhooks", new { name = "North", url = "https://hooks.globex.example/north", virtualAccountId = north });
            await Globex.PostAsync($"{From.Api}/webhooks/{whole.Id}/trial", null, Stop);
            Viewer = await Installation.People.PersonAsync(From, Role.SmartAccountAdministrator);
            await SaveViewAsync(From, "Short ones");
            await SaveViewAsync(Acme, "Short ones");
            var mails = new ChooseMails.Input([MailTopic.InsufficientLicenses, MailTopic.NewLicenses], DailySummary: true);
            Assert.True((await Installation.Get<ChooseMails>().HandleAsync(new Command(ChooseMails.Name, Viewer, mails) { Accounts = [From.Id] }, mails, Stop)).IsOk);
        }

        private async Task SaveViewAsync(TestAccount account, string name)
        {
            var view = new SaveView.Input("license-table", name, "short=true");
            Assert.True((await Installation.Get<SaveView>().HandleAsync(new Command(SaveView.Create, Viewer, view) { Accounts = [account.Id] }, view, Stop)).IsOk);
        }

        private async Task FillSourceAsync()
        {
            var operators = await Installation.People.OperatorApiAsync();
            var made = await operators.PostJsonAsync("/api/v1/operator/sign-in-sources", new
            {
                source = new { kind = "OpenId", name = "Globex", mailDomains = new[] { "globex.example" }, createsPeople = true, openId = new { issuer = Issuer, clientId = "c", groupsClaim = "groups" } },
            });
            var roles = string.Create(CultureInfo.InvariantCulture, $"/api/v1/operator/sign-in-sources/{made.Id}/roles");
            Assert.Equal(HttpStatusCode.Created, (await operators.PostJsonAsync(roles, new { groupName = "heads", account = From.Domain, role = "SmartAccountAdministrator" })).Status);
            Assert.Equal(HttpStatusCode.Created, (await operators.PostJsonAsync(roles, new { groupName = "north", account = From.Domain, role = "VirtualAccountUser", virtualAccount = "North" })).Status);
            Source = (await Installation.Get<SourceBook>().FindAsync(made.Id, Stop))!;
            await AdmitAsync("head@globex.example", "heads", "north");
        }
    }
}
