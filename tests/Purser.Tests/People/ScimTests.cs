using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using Purser.Server.Commands;
using Purser.Server.People;
using Purser.Server.People.Provisioning;
using Purser.Server.People.SignIn;
using Purser.Server.People.Sources;
using Purser.Server.Store;
using Purser.Tests.Infrastructure;

namespace Purser.Tests.People;

[Trait("Feature", "AP-04")]
public sealed class ScimTests
{
    private const string Users = "/scim/v2/Users";
    private const string Groups = "/scim/v2/Groups";

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Theory, Engines]
    public async Task A_user_is_made_found_changed_deactivated_and_removed(Engine engine)
    {
        await using var installation = await TestInstallation.StartAsync(engine);
        using var scim = await OpenAsync(installation);
        var made = await SendAsync(scim, HttpMethod.Post, Users, """
            {"schemas":["urn:ietf:params:scim:schemas:core:2.0:User"],"USERNAME":"mara@acme.example","externalId":"e-1","title":"Head of licenses",
             "name":{"givenName":"Mara","familyName":"Lind"},"emails":[{"type":"home","value":"m@acme.example"},{"primary":true,"value":"mara@acme.example"}],"active":true}
            """);
        Assert.Equal(HttpStatusCode.Created, made.Status);
        var id = made.Json.GetProperty("id").GetString()!;
        Assert.Equal($"http://localhost/scim/v2/Users/{id}", made.Json.GetProperty("meta").GetProperty("location").GetString());
        Assert.Equal("Mara Lind", made.Json.GetProperty("displayName").GetString());

        var found = await scim.GetJsonAsync($"{Users}?filter=userName%20eq%20%22MARA@acme.example%22");
        Assert.Equal(1, found.Json.GetProperty("totalResults").GetInt32());
        Assert.Equal(0, (await scim.GetJsonAsync($"{Users}?filter=userName eq \"nobody@acme.example\"")).Json.GetProperty("totalResults").GetInt32());
        await RefusedAsync(scim, HttpMethod.Post, Users, """{"userName":"Mara@acme.example"}""", HttpStatusCode.Conflict, "uniqueness");

        // She has a role and a session; both stop opening anything the moment she is deactivated, the way that program spells it.
        var account = await installation.People.AccountAsync();
        var input = new AddPerson.Input("mara@acme.example", Role.SmartAccountUser);
        await installation.Get<AddPerson>().HandleAsync(new Command(AddPerson.Name, Actor.System, input) { Accounts = [account.Id] }, input, Stop);
        var personId = long.Parse(id, System.Globalization.CultureInfo.InvariantCulture);
        await installation.Database.WriteAsync(
            db => Task.FromResult(db.Sessions.Add(new Session { KeyHash = [1], PersonId = personId, SealedTicket = [1], ExpiresAt = TestInstallation.Start.AddYears(9) })), Stop);
        var off = await SendAsync(scim, HttpMethod.Patch, $"{Users}/{id}", """{"Operations":[{"op":"Replace","path":"active","value":"False"}]}""");
        Assert.False(off.Json.GetProperty("active").GetBoolean());
        await using var db = installation.Database.Read();
        Assert.Equal(0, await db.Sessions.CountAsync(Stop));
        Assert.Null(await installation.Get<ActorSource>().PersonAsync(personId, Stop));
        await SendAsync(scim, HttpMethod.Patch, $"{Users}/{id}", """{"Operations":[{"op":"replace","value":{"active":true,"name.familyName":"Berg","displayName":"Mara Berg"}}]}""");
        Assert.Equal("Mara Berg", (await installation.Get<ActorSource>().PersonAsync(personId, Stop))!.Name);

        var replaced = await SendAsync(scim, HttpMethod.Put, $"{Users}/{id}", """{"userName":"mara.berg@acme.example","displayName":"M. Berg"}""");
        Assert.Equal("mara.berg@acme.example", replaced.Json.GetProperty("emails")[0].GetProperty("value").GetString());
        Assert.False(replaced.Json.TryGetProperty("externalId", out _));

        Assert.Equal(HttpStatusCode.NoContent, (await SendAsync(scim, HttpMethod.Delete, $"{Users}/{id}", null)).Status);
        Assert.Equal(HttpStatusCode.NotFound, (await scim.GetJsonAsync($"{Users}/{id}")).Status);
        Assert.Equal(0, await db.RoleGrants.CountAsync(grant => grant.PersonId == personId, Stop));
    }

    [Theory, Engines]
    public async Task Who_is_deactivated_is_out_at_once_in_her_browser_and_in_every_program(Engine engine)
    {
        await using var person = await SignedInPerson.StartAsync(engine);
        var installation = person.Installation;
        using var scim = await OpenAsync(installation);
        var id = (await SendAsync(scim, HttpMethod.Post, Users, $$"""{"userName":"{{SignedInPerson.Email}}"}""")).Json.GetProperty("id").GetString();
        await installation.People.PersonAsync(person.Account, Role.SmartAccountAdministrator);
        using var program = await installation.People.ApiAsync(person.Account);
        await using var db = installation.Database.Read(person.Account.Id);
        var token = (await installation.Get<BearerTokens>().IssueAsync(await db.ApiClients.FirstAsync(Stop), [ApiScope.Read], person.Actor.Id, Stop)).Text;
        Assert.Equal(HttpStatusCode.OK, (await person.Browser.GetAsync("/me")).StatusCode);
        Assert.NotNull(await installation.Get<BearerTokens>().FindAsync(token, Stop));

        await SendAsync(scim, HttpMethod.Patch, $"{Users}/{id}", """{"Operations":[{"op":"replace","path":"active","value":false}]}""");
        Assert.Equal(HttpStatusCode.Redirect, (await person.Browser.GetAsync("/me")).StatusCode);
        Assert.Null(await installation.Get<BearerTokens>().FindAsync(token, Stop));
        var again = await new FormBrowser(installation).PostAsync("/sign-in", "/sign-in", new() { ["email"] = SignedInPerson.Email, ["password"] = SignedInPerson.Password });
        Assert.Equal(HttpStatusCode.UnprocessableEntity, again.StatusCode);

        // The account's own program is not hers.
        Assert.Equal(HttpStatusCode.OK, (await program.GetJsonAsync($"{person.Account.Api}/people")).Status);
    }

    [Theory, Engines]
    public async Task Who_is_later_given_the_address_of_somebody_who_left_is_somebody_else(Engine engine)
    {
        await using var installation = await TestInstallation.StartAsync(engine);
        var account = await installation.People.AccountAsync();
        var input = new AddPerson.Input("sam@acme.example", Role.SmartAccountUser) { DisplayName = "Sam the first" };
        await installation.Get<AddPerson>().HandleAsync(new Command(AddPerson.Name, Actor.System, input) { Accounts = [account.Id] }, input, Stop);
        var leaver = await installation.People.ChoosePasswordAsync(await installation.People.PasswordLinkAsync("sam@acme.example"));
        using var scim = await OpenAsync(installation);
        const string Sam = """{"userName":"sam@acme.example","displayName":"Sam"}""";
        Assert.Equal(leaver.Id.ToString(System.Globalization.CultureInfo.InvariantCulture), (await SendAsync(scim, HttpMethod.Post, Users, Sam)).Json.GetProperty("id").GetString());
        Assert.Equal(HttpStatusCode.NoContent, (await SendAsync(scim, HttpMethod.Delete, $"{Users}/{leaver.Id}", null)).Status);

        var successor = await SendAsync(scim, HttpMethod.Post, Users, Sam);
        Assert.Equal(HttpStatusCode.Created, successor.Status);
        Assert.NotEqual(leaver.Id.ToString(System.Globalization.CultureInfo.InvariantCulture), successor.Json.GetProperty("id").GetString());
        await using var db = installation.Database.Read();
        var left = await db.Users.SingleAsync(row => row.Id == leaver.Id, Stop);
        Assert.Equal((null, true, "Sam", $"left-{leaver.Id}@left.invalid"), (left.PasswordHash, left.IsDisabled, left.DisplayName, left.Email));
        Assert.False(await db.UserTokens.AnyAsync(row => row.UserId == leaver.Id && row.Value != null, Stop));
        var browser = new FormBrowser(installation);
        Assert.Equal(
            HttpStatusCode.UnprocessableEntity,
            (await browser.PostAsync("/sign-in", "/sign-in", new() { ["email"] = "sam@acme.example", ["password"] = SignedInPerson.Password })).StatusCode);
    }

    [Theory, Engines]
    public async Task What_is_not_kept_cannot_be_patched_and_what_is_wrong_is_told_in_the_standard_s_form(Engine engine)
    {
        await using var installation = await TestInstallation.StartAsync(engine);
        using var scim = await OpenAsync(installation);
        var id = (await SendAsync(scim, HttpMethod.Post, Users, """{"userName":"mara@acme.example"}""")).Json.GetProperty("id").GetString();
        var path = $"{Users}/{id}";
        await PatchAsync("""{"op":"replace","path":"nickName","value":"M"}""", "invalidPath");
        await PatchAsync("""{"op":"add","path":"urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:department","value":"M"}""", "invalidPath");
        await PatchAsync("""{"op":"add","value":{"favouriteColour":"red"}}""", "invalidPath");
        await PatchAsync("""{"op":"add","path":"a b c","value":"M"}""", "invalidPath");
        await PatchAsync("""{"op":"replace","path":"id","value":"7"}""", "mutability");
        await PatchAsync("""{"op":"remove","path":"userName"}""", "invalidValue");
        await PatchAsync("""{"op":"remove"}""", "noTarget");
        await PatchAsync("""{"op":"move","path":"userName"}""", "invalidSyntax");
        await PatchAsync("""{"op":"replace","path":"active","value":"perhaps"}""", "invalidValue");
        await PatchAsync("""{"op":"replace","path":"userName","value":""}""", "invalidValue");
        await PatchAsync("""{"op":"replace","path":"emails[type eq \"work\"].value","value":"mara@other.example"}""", "invalidValue");
        await RefusedAsync(scim, HttpMethod.Post, Users, """{"userName":"eve@other.example"}""", HttpStatusCode.BadRequest, "invalidValue");
        await RefusedAsync(scim, HttpMethod.Post, Users, """{"userName":"no address"}""", HttpStatusCode.BadRequest, "invalidValue");
        await RefusedAsync(scim, HttpMethod.Post, Users, "{", HttpStatusCode.BadRequest, "invalidSyntax");
        await RefusedAsync(scim, HttpMethod.Post, Users, """{"userName":"a@acme.example","username":"b@acme.example"}""", HttpStatusCode.BadRequest, "invalidSyntax");
        await RefusedAsync(scim, HttpMethod.Post, Users, """{"userName":"a@acme.example","name":{"givenName":"A","GivenName":"B"}}""", HttpStatusCode.BadRequest, "invalidSyntax");
        await RefusedAsync(scim, HttpMethod.Get, $"{Users}?filter=userName%20co%20%22a%22", null, HttpStatusCode.BadRequest, "invalidFilter");
        await RefusedAsync(scim, HttpMethod.Get, "/scim/v2/Cars", null, HttpStatusCode.NotFound, null);
        Assert.Equal("mara@acme.example", (await scim.GetJsonAsync(path)).Json.GetProperty("userName").GetString());

        Task PatchAsync(string operation, string reason) =>
            RefusedAsync(scim, HttpMethod.Patch, path, $$"""{"Operations":[{{operation}}]}""", HttpStatusCode.BadRequest, reason);
    }

    [Theory, Engines]
    public async Task Groups_are_kept_and_give_and_take_roles_at_once(Engine engine)
    {
        await using var installation = await TestInstallation.StartAsync(engine);
        using var scim = await OpenAsync(installation);
        await installation.People.AccountAsync();
        var sourceId = (await installation.Get<SourceBook>().EnabledAsync(Stop))[0].Id;
        var role = new ChangeSourceRoles.Input("Licensing", "acme.example", Role.SmartAccountUser) { SourceId = sourceId };
        Assert.True((await installation.Get<ChangeSourceRoles>().AddAsync(new Command(ChangeSourceRoles.Add, Actor.System, role), role, Stop)).IsOk);
        var mara = (await SendAsync(scim, HttpMethod.Post, Users, """{"userName":"mara@acme.example"}""")).Json.GetProperty("id").GetString()!;
        var jo = (await SendAsync(scim, HttpMethod.Post, Users, """{"userName":"jo@acme.example"}""")).Json.GetProperty("id").GetString()!;
        var made = await SendAsync(scim, HttpMethod.Post, Groups, $$"""{"displayName":"licensing","members":[{"value":"{{mara}}"}]}""");
        Assert.Equal(HttpStatusCode.Created, made.Status);
        var path = $"{Groups}/{made.Json.GetProperty("id").GetString()}";
        Assert.Equal(1, await RolesAsync(mara));
        Assert.Equal("licensing", (await scim.GetJsonAsync($"{Users}/{mara}")).Json.GetProperty("groups")[0].GetProperty("display").GetString());

        await SendAsync(scim, HttpMethod.Patch, path, $$"""{"Operations":[{"op":"Add","path":"members","value":[{"value":"{{jo}}"}]},{"op":"remove","path":"members[value eq \"{{mara}}\"]"}]}""");
        Assert.Equal((0, 1), (await RolesAsync(mara), await RolesAsync(jo)));
        Assert.False((await scim.GetJsonAsync($"{path}?excludedAttributes=members")).Json.TryGetProperty("members", out _));
        Assert.Equal(1, (await scim.GetJsonAsync($"{Groups}?filter=displayName eq \"Licensing\"")).Json.GetProperty("totalResults").GetInt32());
        await SendAsync(scim, HttpMethod.Patch, path, """{"Operations":[{"op":"replace","path":"displayName","value":"Something else"}]}""");
        Assert.Equal(0, await RolesAsync(jo));
        await SendAsync(scim, HttpMethod.Put, path, $$"""{"displayName":"Licensing","members":[{"value":"{{jo}}"},{"value":"{{mara}}"}]}""");
        Assert.Equal((1, 1), (await RolesAsync(mara), await RolesAsync(jo)));
        await RefusedAsync(scim, HttpMethod.Patch, path, """{"Operations":[{"op":"add","path":"members","value":[{"value":"999999"}]}]}""", HttpStatusCode.BadRequest, "invalidValue");
        await RefusedAsync(scim, HttpMethod.Patch, path, """{"Operations":[{"op":"add","path":"colour","value":"red"}]}""", HttpStatusCode.BadRequest, "invalidPath");
        await RefusedAsync(scim, HttpMethod.Post, Groups, """{"displayName":"LICENSING"}""", HttpStatusCode.Conflict, "uniqueness");
        Assert.Equal(HttpStatusCode.NoContent, (await SendAsync(scim, HttpMethod.Delete, path, null)).Status);
        Assert.Equal((0, 0), (await RolesAsync(mara), await RolesAsync(jo)));

        async Task<int> RolesAsync(string person)
        {
            var id = long.Parse(person, System.Globalization.CultureInfo.InvariantCulture);
            await using var db = installation.Database.Read();
            return await db.RoleGrants.CountAsync(grant => grant.PersonId == id, Stop);
        }
    }

    [Theory, Engines]
    public async Task Lists_come_in_pieces_and_every_door_wants_the_token_of_a_source(Engine engine)
    {
        await using var installation = await TestInstallation.StartAsync(engine);
        using var scim = await OpenAsync(installation);
        foreach (var name in new[] { "a", "b", "c" })
        {
            await SendAsync(scim, HttpMethod.Post, Users, $$"""{"userName":"{{name}}@acme.example"}""");
        }

        var piece = (await scim.GetJsonAsync($"{Users}?startIndex=2&count=1")).Json;
        Assert.Equal((3, 2, 1), (piece.GetProperty("totalResults").GetInt32(), piece.GetProperty("startIndex").GetInt32(), piece.GetProperty("itemsPerPage").GetInt32()));
        Assert.Equal("b@acme.example", piece.GetProperty("Resources")[0].GetProperty("userName").GetString());
        Assert.Equal(0, (await scim.GetJsonAsync($"{Users}?count=0")).Json.GetProperty("Resources").GetArrayLength());
        foreach (var path in new[] { "ServiceProviderConfig", "ResourceTypes", "ResourceTypes/User", "Schemas", "Schemas/urn:ietf:params:scim:schemas:core:2.0:Group" })
        {
            Assert.Equal(HttpStatusCode.OK, (await scim.GetJsonAsync($"/scim/v2/{path}")).Status);
        }

        using var stranger = installation.NewClient();
        stranger.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", "guessed");
        foreach (var (method, path) in new[] { (HttpMethod.Get, Users), (HttpMethod.Post, Users), (HttpMethod.Delete, $"{Users}/1"), (HttpMethod.Patch, $"{Groups}/1"), (HttpMethod.Get, "/scim/v2/Schemas"), (HttpMethod.Get, "/scim/v2/x") })
        {
            await RefusedAsync(stranger, method, path, "{}", HttpStatusCode.Unauthorized, null);
        }

        // A program of the API has no business here, and the token of provisioning none there.
        using var api = await installation.People.OperatorApiAsync();
        Assert.Equal(HttpStatusCode.Unauthorized, (await api.GetJsonAsync(Users)).Status);
        Assert.Equal(HttpStatusCode.Unauthorized, (await scim.GetJsonAsync("/api/v1/operator/staff")).Status);
        var source = (await installation.Get<SourceBook>().EnabledAsync(Stop))[0];
        Assert.Equal(HttpStatusCode.NoContent, (await api.CallAsync(HttpMethod.Delete, $"/api/v1/operator/sign-in-sources/{source.Id}/provisioning-token")).Status);
        Assert.Equal(HttpStatusCode.Unauthorized, (await scim.GetJsonAsync(Users)).Status);
    }

    [Theory, Engines]
    public async Task A_source_sees_and_changes_its_own_people_and_groups_only(Engine engine)
    {
        await using var installation = await TestInstallation.StartAsync(engine);
        using var first = await OpenAsync(installation);
        using var second = await OpenAsync(installation, "Other Login", "other.example");
        var account = await installation.People.AccountAsync();
        await MapAsync(installation, Role.SmartAccountUser);
        var mara = await PersonAsync(first, "mara");
        var heads = (await SendAsync(first, HttpMethod.Post, Groups, $$"""{"displayName":"Heads","members":[{"value":"{{mara}}"}]}""")).Json.GetProperty("id").GetString()!;
        foreach (var (method, path, body) in new[]
        {
            (HttpMethod.Get, $"{Users}/{mara}", null), (HttpMethod.Get, $"{Groups}/{heads}", null),
            (HttpMethod.Put, $"{Users}/{mara}", """{"userName":"evil@other.example"}"""), (HttpMethod.Put, $"{Groups}/{heads}", """{"displayName":"Others"}"""),
            (HttpMethod.Patch, $"{Users}/{mara}", """{"Operations":[{"op":"replace","path":"active","value":false}]}"""),
            (HttpMethod.Patch, $"{Groups}/{heads}", """{"Operations":[{"op":"remove","path":"members"}]}"""),
            (HttpMethod.Delete, $"{Users}/{mara}", null), (HttpMethod.Delete, $"{Groups}/{heads}", (string?)null),
        })
        {
            await RefusedAsync(second, method, path, body, HttpStatusCode.NotFound, null);
        }

        // Nor are they found, named in a group, or taken over by their address; a group of the same name is another one and gives nothing.
        Assert.Equal(0, (await second.GetJsonAsync(Users)).Json.GetProperty("totalResults").GetInt32());
        Assert.Equal(0, (await second.GetJsonAsync($"{Groups}?filter=displayName eq \"Heads\"")).Json.GetProperty("totalResults").GetInt32());
        await RefusedAsync(second, HttpMethod.Post, Groups, $$"""{"displayName":"Heads","members":[{"value":"{{mara}}"}]}""", HttpStatusCode.BadRequest, "invalidValue");
        Assert.NotEqual(HttpStatusCode.Created, (await SendAsync(second, HttpMethod.Post, Users, """{"userName":"mara@acme.example"}""")).Status);
        var olga = (await SendAsync(second, HttpMethod.Post, Users, """{"userName":"olga@other.example"}""")).Json.GetProperty("id").GetString();
        Assert.Equal(HttpStatusCode.Created, (await SendAsync(second, HttpMethod.Post, Groups, $$"""{"displayName":"Heads","members":[{"value":"{{olga}}"}]}""")).Status);
        var grant = Assert.Single(await GrantsAsync());
        Assert.Equal(mara, grant.PersonId!.Value.ToString(System.Globalization.CultureInfo.InvariantCulture));
        Assert.Equal("mara@acme.example", (await first.GetJsonAsync($"{Users}/{mara}")).Json.GetProperty("userName").GetString());

        async Task<List<RoleGrant>> GrantsAsync()
        {
            await using var db = installation.Database.Read(account.Id);
            return await db.RoleGrants.Where(row => row.AccountId == account.Id).ToListAsync(Stop);
        }
    }

    [Theory, Engines]
    public async Task The_last_licensing_administrator_is_not_deactivated_by_a_program(Engine engine)
    {
        await using var installation = await TestInstallation.StartAsync(engine);
        using var scim = await OpenAsync(installation);
        var id = (await SendAsync(scim, HttpMethod.Post, Users, """{"userName":"op@acme.example"}""")).Json.GetProperty("id").GetString()!;
        var personId = long.Parse(id, System.Globalization.CultureInfo.InvariantCulture);
        await installation.Database.WriteAsync(
            db => Task.FromResult(db.OperatorGrants.Add(new OperatorGrant { PersonId = personId, Role = OperatorRole.LicensingAdministrator })), Stop);
        await RefusedAsync(scim, HttpMethod.Patch, $"{Users}/{id}", """{"Operations":[{"op":"replace","path":"active","value":false}]}""", HttpStatusCode.Conflict, null);
        await RefusedAsync(scim, HttpMethod.Delete, $"{Users}/{id}", null, HttpStatusCode.Conflict, null);
        Assert.NotNull(await installation.Get<ActorSource>().PersonAsync(personId, Stop));
    }

    [Theory, Engines]
    public async Task A_group_of_all_administrators_that_goes_leaves_the_last_one(Engine engine)
    {
        await using var installation = await TestInstallation.StartAsync(engine);
        using var scim = await OpenAsync(installation);
        var account = await installation.People.AccountAsync();
        await MapAsync(installation, Role.SmartAccountAdministrator);
        var mara = await PersonAsync(scim, "mara");
        var jo = await PersonAsync(scim, "jo");
        var made = await SendAsync(scim, HttpMethod.Post, Groups, $$"""{"displayName":"Heads","members":[{"value":"{{mara}}"},{"value":"{{jo}}"}]}""");
        Assert.Equal(2, await AdministratorsAsync(installation, account.Id));
        Assert.Equal(HttpStatusCode.NoContent, (await SendAsync(scim, HttpMethod.Delete, $"{Groups}/{made.Json.GetProperty("id").GetString()}", null)).Status);
        Assert.Equal(1, await AdministratorsAsync(installation, account.Id));
    }

    [Theory, Engines]
    public async Task Of_two_administrators_who_go_at_the_same_time_by_different_doors_one_stays(Engine engine)
    {
        await using var installation = await TestInstallation.StartAsync(engine);
        using var scim = await OpenAsync(installation);
        var account = await installation.People.AccountAsync();
        for (var round = 0; round < 8; round++)
        {
            var mara = await PersonAsync(scim, $"mara{round}");
            var other = await installation.People.PersonAsync(account, Role.SmartAccountAdministrator);
            await GrantAsync(installation, account, $"mara{round}@acme.example");
            await KeepOnlyAsync(installation, account.Id, long.Parse(mara, System.Globalization.CultureInfo.InvariantCulture), other.Id);
            var removal = new RemovePerson.Input(other.Id, GrantId: null);
            var answers = await Task.WhenAll(
                Task.Run(async () => (await SendAsync(scim, HttpMethod.Patch, $"{Users}/{mara}", """{"Operations":[{"op":"replace","path":"active","value":false}]}""")).Status == HttpStatusCode.OK, Stop),
                Task.Run(async () => (await installation.Get<RemovePerson>().HandleAsync(new Command(RemovePerson.Name, Actor.System, removal) { Accounts = [account.Id] }, removal, Stop)).IsOk, Stop));
            Assert.Single(answers, went => went);
            Assert.Equal(1, await AdministratorsAsync(installation, account.Id));
        }
    }

    [Theory, Engines]
    public async Task A_limited_account_takes_no_fourth_user_from_a_group(Engine engine)
    {
        await using var installation = await TestInstallation.StartAsync(engine);
        using var scim = await OpenAsync(installation);
        var account = await installation.People.AccountAsync();
        await installation.Database.WriteAsync(async db => (await db.Accounts.FirstAsync(row => row.Id == account.Id, Stop)).Type = Purser.Server.Accounts.AccountType.LimitedUse, Stop);
        var source = (await installation.Get<SourceBook>().EnabledAsync(Stop))[0].Id;
        var role = new ChangeSourceRoles.Input("Licensing", "acme.example", Role.SmartAccountUser) { SourceId = source };
        var refused = await installation.Get<ChangeSourceRoles>().AddAsync(new Command(ChangeSourceRoles.Add, Actor.System, role), role, Stop);
        Assert.Equal(RefusalCode.AccountTypeForbids, refused.Refusal!.Code);
    }

    [Fact]
    public void A_scope_that_changed_in_the_mapping_arrives_and_the_wider_of_two_counts()
    {
        SourceRole narrow = new() { SourceId = 1, Id = 1, GroupName = "a", AccountId = 7, Role = Role.VirtualAccountUser, VirtualAccountId = 9 };
        SourceRole wide = new() { SourceId = 1, Id = 2, GroupName = "b", AccountId = 7, Role = Role.VirtualAccountUser, VirtualAccountId = 9, IncludesChildren = true };
        RoleGrant held = new() { AccountId = 7, Id = 3, PersonId = 4, Role = Role.VirtualAccountUser, VirtualAccountId = 9, SourceId = 1, GrantedBy = "x" };
        var both = SourceRoleSync.Decide([narrow, wide], 1, [held], ["a", "b"]);
        Assert.Equal((wide, held), (Assert.Single(both.Give), Assert.Single(both.Take)));
        held.IncludesChildren = true;
        Assert.True(SourceRoleSync.Decide([narrow, wide], 1, [held], ["A", "B"]).IsEmpty);
        var less = SourceRoleSync.Decide([narrow, wide], 1, [held], ["a"]);
        Assert.Equal((narrow, held), (Assert.Single(less.Give), Assert.Single(less.Take)));

        // What was given by hand stays, and makes what it covers needless.
        held.SourceId = null;
        Assert.True(SourceRoleSync.Decide([narrow, wide], 1, [held], ["a"]).IsEmpty);
    }

    private static async Task MapAsync(TestInstallation installation, Role role)
    {
        var source = (await installation.Get<SourceBook>().EnabledAsync(Stop))[0].Id;
        var input = new ChangeSourceRoles.Input("Heads", "acme.example", role) { SourceId = source };
        Assert.True((await installation.Get<ChangeSourceRoles>().AddAsync(new Command(ChangeSourceRoles.Add, Actor.System, input), input, Stop)).IsOk);
    }

    private static async Task<string> PersonAsync(HttpClient scim, string name) =>
        (await SendAsync(scim, HttpMethod.Post, Users, $$"""{"userName":"{{name}}@acme.example"}""")).Json.GetProperty("id").GetString()!;

    private static async Task GrantAsync(TestInstallation installation, TestAccount account, string email)
    {
        var input = new AddPerson.Input(email, Role.SmartAccountAdministrator);
        Assert.True((await installation.Get<AddPerson>().HandleAsync(new Command(AddPerson.Name, Actor.System, input) { Accounts = [account.Id] }, input, Stop)).IsOk);
    }

    private static Task KeepOnlyAsync(TestInstallation installation, long account, params long[] people) => installation.Database.WriteAsync(
        db => db.RoleGrants.Where(grant => grant.AccountId == account && !people.Contains(grant.PersonId!.Value)).ExecuteDeleteAsync(Stop), Stop);

    private static async Task<int> AdministratorsAsync(TestInstallation installation, long account)
    {
        await using var db = installation.Database.Read();
        return await db.RoleGrants.IgnoreQueryFilters().CountAsync(
            grant => grant.AccountId == account && grant.Role == Role.SmartAccountAdministrator && db.Users.Any(person => person.Id == grant.PersonId && !person.IsDisabled), Stop);
    }

    private static async Task<HttpClient> OpenAsync(TestInstallation installation, string name = "Acme Login", string domain = "acme.example")
    {
        var input = new SaveSource.Input(SourceKind.OpenId, name, [domain]) { OpenId = new OpenIdOptions($"https://login.{domain}", "purser") };
        var source = await installation.Get<SaveSource>().HandleAsync(new Command(SaveSource.Create, Actor.System, input), input, secret: null, Stop);
        var open = new ManageProvisioning.Input(source.Value.Id);
        var opened = await installation.Get<ManageProvisioning>().OpenAsync(new Command(ManageProvisioning.Open, Actor.System, open), open, "", Stop);
        var client = installation.NewClient();
        client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", opened.Value.Token);
        return client;
    }

    private static async Task<ApiAnswer> SendAsync(HttpClient scim, HttpMethod method, string path, string? body)
    {
        using var request = new HttpRequestMessage(method, path) { Content = body is null ? null : new StringContent(body, Encoding.UTF8, "application/scim+json") };
        using var response = await scim.SendAsync(request, Stop);
        var text = await response.Content.ReadAsStringAsync(Stop);
        return new ApiAnswer(response.StatusCode, text.StartsWith('{') ? JsonDocument.Parse(text).RootElement : default);
    }

    private static async Task RefusedAsync(HttpClient scim, HttpMethod method, string path, string? body, HttpStatusCode status, string? reason)
    {
        var answer = await SendAsync(scim, method, path, body);
        Assert.True(answer.Status == status, $"{method} {path} {body}: {answer.Status} {answer.Json}");
        Assert.Equal("urn:ietf:params:scim:api:messages:2.0:Error", answer.Json.GetProperty("schemas")[0].GetString());
        Assert.Equal(((int)status).ToString(System.Globalization.CultureInfo.InvariantCulture), answer.Json.GetProperty("status").GetString());
        Assert.Equal(reason, answer.Json.TryGetProperty("scimType", out var type) ? type.GetString() : null);
    }
}
