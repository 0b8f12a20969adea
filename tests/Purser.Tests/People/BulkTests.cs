using System.Globalization;
using System.Net;
using System.Text;
using Microsoft.EntityFrameworkCore;
using Purser.Server.Commands;
using Purser.Server.People;
using Purser.Server.Settings;
using Purser.Server.Store;
using Purser.Tests.Infrastructure;

namespace Purser.Tests.People;

/// <summary>Many people at once.</summary>
[Trait("Feature", "SA-07")]
public sealed class BulkTests
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Theory, Engines]
    public async Task A_file_is_previewed_with_every_error_and_added_whole_or_not_at_all(Engine engine)
    {
        await using var installation = await TestInstallation.StartAsync(engine);
        var account = await installation.People.AccountAsync();
        var api = await installation.People.ApiAsync(account);
        await api.PostJsonAsync($"{account.Api}/virtual-accounts", new { name = "Oslo" });
        const string Bad = """
            email,name,role,virtual accounts,scope
            a@acme.example,Ann,Smart Account User,,
            nobody,,Smart Account User,,
            b@acme.example,Bo,Emperor,,
            c@acme.example,Cy,VirtualAccountUser,Atlantis,
            a@acme.example,Ann,smart account user,,
            d@acme.example,Di,Virtual Account User,Oslo,sideways
            e@acme.example,Eve,Virtual Account User,,
            """;
        var preview = await api.PostJsonAsync($"{account.Api}/people/import?dryRun=true", new { csv = Bad });
        Assert.Equal([3, 4, 5, 6, 7, 8], preview.Json.GetProperty("errors").EnumerateArray().Select(error => error.GetProperty("line").GetInt32()));
        var refused = await api.PostJsonAsync($"{account.Api}/people/import", new { csv = Bad });
        Assert.Equal("invalid-input", refused.Code);
        Assert.Equal(6, refused.Json.GetProperty("items").GetArrayLength());
        Assert.Empty((await api.GetJsonAsync($"{account.Api}/people")).Items);

        const string Good = "\uFEFFEmail,Shoe size\n";
        Assert.Contains(
            "The column \"Shoe size\" is not known.", (await api.PostJsonAsync($"{account.Api}/people/import?dryRun=true", new { csv = Good })).Json.GetProperty("errors")[0].GetProperty("text").GetString(), StringComparison.Ordinal);
        const string Fine = "Email,Name,Role,Virtual accounts,Scope\na@acme.example,Ann,Smart Account User,,\nb@acme.example,\"'=Bo\",Virtual Account User,oslo;DEFAULT,children\n";
        var added = await api.PostJsonAsync($"{account.Api}/people/import", new { csv = Fine });
        Assert.Equal((2, 3), (Number(added, "people"), Number(added, "roles")));
        Assert.Equal(0, added.Json.GetProperty("newSignIns").GetArrayLength());
        Assert.NotEqual(await installation.People.PasswordLinkAsync("a@acme.example"), await installation.People.PasswordLinkAsync("b@acme.example"));
        var again = await api.PostJsonAsync($"{account.Api}/people/import", new { csv = Fine });
        Assert.Equal((0, 3), (Number(again, "roles"), Number(again, "unchanged")));

        // Who gets nothing is not counted.
        var oneMore = await api.PostJsonAsync($"{account.Api}/people/import?dryRun=true", new { csv = Fine + "c@acme.example,Cy,Smart Account User,,\n" });
        Assert.Equal((1, 1, 3), (Number(oneMore, "people"), Number(oneMore, "roles"), Number(oneMore, "unchanged")));
        Assert.Equal(0, Number(again, "people"));
    }

    [Theory, Engines]
    public async Task What_goes_out_as_a_file_comes_in_again_and_is_no_formula(Engine engine)
    {
        await using var installation = await TestInstallation.StartAsync(engine);
        var account = await installation.People.AccountAsync();
        var api = await installation.People.ApiAsync(account);
        var rows = new[] { new { email = "a@acme.example", name = "=HYPERLINK(1)", role = "SmartAccountViewer" } };
        Assert.Equal(HttpStatusCode.OK, (await api.PostJsonAsync($"{account.Api}/people/import", new { rows })).Status);
        var csv = await api.GetStringAsync($"{account.Api}/people.csv", Stop);
        Assert.Contains("'=HYPERLINK(1)", csv, StringComparison.Ordinal);
        var report = await api.PostJsonAsync($"{account.Api}/people/import?dryRun=true", new { csv });
        Assert.Empty(report.Json.GetProperty("errors").EnumerateArray());
        Assert.Equal(1, Number(report, "unchanged"));
    }

    [Theory, Engines]
    public async Task Virtual_accounts_of_any_name_go_out_and_come_in_again(Engine engine)
    {
        await using var installation = await TestInstallation.StartAsync(engine);
        var account = await installation.People.AccountAsync();
        var api = await installation.People.ApiAsync(account);
        string[] names = ["Oslo; harbour", "\"Quoted\"; both", "\"Half", "'=tick", "=1+1", "Bergen, north", "A \"middle\" quote", ";"];
        var places = new List<long>();
        foreach (var name in names)
        {
            places.Add((await api.PostJsonAsync($"{account.Api}/virtual-accounts", new { name })).Id);
        }

        var rows = new[] { new { email = "a@acme.example", role = "VirtualAccountUser", virtualAccounts = names } };
        Assert.Equal(names.Length, Number(await api.PostJsonAsync($"{account.Api}/people/import", new { rows }), "roles"));
        var csv = await api.GetStringAsync($"{account.Api}/people.csv", Stop);
        var report = await api.PostJsonAsync($"{account.Api}/people/import?dryRun=true", new { csv });
        Assert.Empty(report.Json.GetProperty("errors").EnumerateArray());
        Assert.Equal((0, names.Length), (Number(report, "roles"), Number(report, "unchanged")));
        Assert.Equal(names, NameList.Read(NameList.Write(names)));
        Assert.Equal(["Oslo", "A \"b\" c", "\"Half", "x\"y"], NameList.Read(" Oslo ;; A \"b\" c;\"Half ; \"x\"\"y\" ;"));
    }

    [Theory, Engines]
    public async Task Every_list_of_people_is_searched_by_any_part_of_name_and_address(Engine engine)
    {
        await using var installation = await TestInstallation.StartAsync(engine);
        var account = await installation.People.AccountAsync();
        var api = await installation.People.ApiAsync(account);
        var operators = await installation.People.OperatorApiAsync();
        await installation.People.PersonAsync(await installation.People.AccountAsync("other.example"), Role.SmartAccountUser);
        var rows = new[]
        {
            new { email = "ada.byron@acme.example", name = "Ada \"100%\" Byron_X", role = "SmartAccountViewer" }, new { email = "bo@acme.example", name = "Bo O'Neil", role = "SmartAccountViewer" },
        };
        Assert.Equal(HttpStatusCode.OK, (await api.PostJsonAsync($"{account.Api}/people/import", new { rows })).Status);
        var group = (await api.PostJsonAsync($"{account.Api}/groups", new { name = "Engineers", emails = rows.Select(row => row.email) })).Id;
        foreach (var list in new[] { $"{account.Api}/people", $"{account.Api}/company-people", "/api/v1/operator/people", $"{account.Api}/groups/{group}/members" })
        {
            var http = list.Contains("/operator/", StringComparison.Ordinal) ? operators : api;
            foreach (var (typed, found) in new[]
            {
                ("DA.BYR", 1), ("a \"100", 1), ("0%\" b", 1), ("n_x", 1), ("byronzx", 0), ("o'neil bo@", 1), ("o'n", 1), ("@acme.example", 2), ("ad", 1), ("neil ada", 0), ("acme\0", 2),
            })
            {
                Assert.Equal((list, typed, found), (list, typed, (await http.GetJsonAsync($"{list}?search={Uri.EscapeDataString(typed)}")).Items.Count));
            }
        }

        Assert.DoesNotContain("Ada", await api.GetStringAsync($"{account.Api}/people.csv?q=neil", Stop), StringComparison.Ordinal);
        Assert.Equal("malformed-request", (await api.GetJsonAsync($"{account.Api}/people?search={new string('x', 201)}")).Code);
    }

    [Theory, Engines]
    public async Task A_preview_does_not_tell_whom_others_work_with(Engine engine)
    {
        await using var installation = await TestInstallation.StartAsync(engine);
        var account = await installation.People.AccountAsync();
        var other = await installation.People.ApiAsync(await installation.People.AccountAsync("other.example"));
        Assert.Equal(HttpStatusCode.Created, (await other.PostJsonAsync("/api/v1/accounts/other.example/people", new { email = "known@other.example", displayName = "Kim Known", role = "SmartAccountUser" })).Status);
        var administrator = await installation.People.ApiAsync(account);
        foreach (var (path, body) in new (string, Func<string, object>)[]
        {
            ("people", email => new { email, role = "SmartAccountUser" }),
            ("people/import", email => new { rows = new[] { new { email, role = "SmartAccountUser" } } }),
            ("groups", email => new { name = "All", emails = new[] { email } }),
        })
        {
            var (known, unknown) = (await PreviewAsync(administrator, path, body("known@other.example")), await PreviewAsync(administrator, path, body("nobody@other.example")));
            Assert.Equal(Shape(unknown), Shape(known));
            Assert.DoesNotContain("Kim", known.Json.GetRawText(), StringComparison.Ordinal);
        }

        // Who may read all mail here learns nothing new by it.
        var input = new ImportPeople.Input
        {
            Rows = [.. new[] { "known@other.example", "nobody@other.example" }.Select((email, index) => new ImportRow(email) { Line = index + 1, Role = "SmartAccountUser" })],
        };
        var command = new Command(ImportPeople.Name, Actor.System, input) { Accounts = [account.Id], DryRun = true };
        Assert.Equal(1, (await installation.Get<ImportPeople>().HandleAsync(command, input, [], Stop)).Value.NewPeople);

        Task<ApiAnswer> PreviewAsync(HttpClient api, string path, object body) => api.PostJsonAsync($"{account.Api}/{path}?dryRun=true", body);

        // The numbers of grants and groups run on from one preview to the next.
        static string Shape(ApiAnswer answer) => System.Text.RegularExpressions.Regex.Replace(answer.Json.GetRawText(), "\"(grantId|id)\":\\d+", "", System.Text.RegularExpressions.RegexOptions.ExplicitCapture, TimeSpan.FromSeconds(1));
    }

    [Theory, Engines]
    public async Task Ten_thousand_people_are_added_at_once(Engine engine)
    {
        await using var installation = await TestInstallation.StartAsync(engine);
        var account = await installation.People.AccountAsync();
        var api = await installation.People.ApiAsync(account);
        var csv = new StringBuilder("email,name,role\n");
        for (var number = 0; number < ImportRules.MostRows; number++)
        {
            csv.Append(CultureInfo.InvariantCulture, $"person{number:00000}@acme.example,Person {number:00000},Smart Account User\n");
        }

        var added = await api.PostJsonAsync($"{account.Api}/people/import", new { csv = csv.ToString() });
        Assert.Equal(ImportRules.MostRows, Number(added, "people"));
        var page = await api.GetJsonAsync($"{account.Api}/people?limit=5");
        Assert.Equal(5, page.Items.Count);
        csv.Append("one@too.many.example,One,Smart Account User\n");
        Assert.Equal("invalid-input", (await api.PostJsonAsync($"{account.Api}/people/import", new { csv = csv.ToString() })).Code);
        await using var db = installation.Database.Read();
        Assert.Equal(ImportRules.MostRows, await db.RoleGrants.CountAsync(row => row.AccountId == account.Id && row.PersonId != null, Stop));
    }

    [Theory, Engines]
    public async Task Access_is_assigned_and_unassigned_for_many(Engine engine)
    {
        await using var installation = await TestInstallation.StartAsync(engine);
        var account = await installation.People.AccountAsync();
        var admin = await installation.People.PersonAsync(account, Role.SmartAccountAdministrator);
        var api = await installation.People.ApiAsync(account);
        var oslo = (await api.PostJsonAsync($"{account.Api}/virtual-accounts", new { name = "Oslo" })).Id;
        var bergen = (await api.PostJsonAsync($"{account.Api}/virtual-accounts", new { name = "Bergen" })).Id;
        var people = new List<long>();
        foreach (var email in new[] { "a@acme.example", "b@acme.example" })
        {
            people.Add((await api.PostJsonAsync($"{account.Api}/people", new { email, role = "SmartAccountViewer" })).Json.GetProperty("personId").GetInt64());
        }

        var given = await api.PostJsonAsync($"{account.Api}/people/assign-access", new { personIds = people, access = new { role = "VirtualAccountUser", virtualAccountIds = new[] { oslo, bergen } } });
        Assert.Equal(4, Number(given, "rolesGiven"));
        Assert.Equal(2, Number(await api.PostJsonAsync($"{account.Api}/people/unassign-access", new { personIds = people, virtualAccountIds = new[] { bergen } }), "rolesTaken"));
        Assert.Equal(4, Number(await api.PostJsonAsync($"{account.Api}/people/unassign-access", new { personIds = people }), "rolesTaken"));
        Assert.Equal("last-administrator", (await api.PostJsonAsync($"{account.Api}/people/unassign-access", new { personIds = new[] { admin.Id } })).Code);

        // Without access they are still of the company; strangers cannot be reached by their numbers.
        Assert.Equal(["a@acme.example", "b@acme.example"], (await api.GetJsonAsync($"{account.Api}/company-people")).Items.Select(row => row.GetProperty("email").GetString()).Order());
        Assert.Equal(2, Number(await api.PostJsonAsync($"{account.Api}/people/assign-access", new { personIds = people, access = new { role = "SmartAccountUser" } }), "rolesGiven"));
        var stranger = await installation.People.PersonAsync(await installation.People.AccountAsync("other.example"), Role.SmartAccountUser);
        Assert.Equal("not-found", (await api.PostJsonAsync($"{account.Api}/people/assign-access", new { personIds = new[] { stranger.Id }, access = new { role = "SmartAccountUser" } })).Code);
        var limited = await installation.People.ApiAsync(account, Role.VirtualAccountAdministrator, oslo);
        Assert.Empty((await limited.GetJsonAsync($"{account.Api}/company-people")).Items);
    }

    [Theory, Engines]
    public async Task Who_is_added_gets_a_mail_with_the_link_where_mail_is_sent(Engine engine)
    {
        await using var installation = await TestInstallation.StartAsync(engine, settings => settings with { Mail = new MailSettings { Host = "127.0.0.1", Port = 9 } });
        var account = await installation.People.AccountAsync();
        var api = await installation.People.ApiAsync(account);
        var added = await api.PostJsonAsync($"{account.Api}/people", new { email = "a@acme.example", role = "SmartAccountUser" });
        Assert.False(added.Json.TryGetProperty("setPasswordPath", out var path) && path.ValueKind == System.Text.Json.JsonValueKind.String);
        await using var db = installation.Database.Read();
        var id = await db.Mails.Where(row => row.Recipient == "a@acme.example").Select(row => row.Id).SingleAsync(Stop);
        Assert.Contains("/set-password?person=", (await installation.Get<Purser.Server.Mail.ListMail>().FindAsync(id, Stop))!.Text!, StringComparison.Ordinal);
    }

    [Theory, Engines]
    public async Task A_limited_use_account_takes_three_people_however_they_come(Engine engine)
    {
        await using var installation = await TestInstallation.StartAsync(engine);
        var account = await installation.People.AccountAsync();
        var api = await installation.People.ApiAsync(account);
        await installation.Database.WriteAsync(db => db.Accounts.Where(row => row.Id == account.Id)
            .ExecuteUpdateAsync(set => set.SetProperty(row => row.Type, Purser.Server.Accounts.AccountType.LimitedUse), Stop));
        Assert.Equal(HttpStatusCode.OK, (await ImportAsync("a", "b", "c")).Status);
        Assert.Equal(HttpStatusCode.OK, (await ImportAsync("a", "b")).Status);
        Assert.Equal("account-type-forbids", (await ImportAsync("c", "d")).Code);

        Task<ApiAnswer> ImportAsync(params string[] names) => api.PostJsonAsync(
            $"{account.Api}/people/import", new { rows = names.Select(name => new { email = $"{name}@acme.example", role = "SmartAccountViewer" }) });
    }

    private static int Number(ApiAnswer answer, string name) => answer.Json.GetProperty(name).GetInt32();
}
