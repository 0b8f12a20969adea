using System.Diagnostics;
using System.Globalization;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Microsoft.AspNetCore.Identity;
using Purser.Server.People;
using Purser.Server.Store;

namespace Purser.Bench;

/// <summary>
/// Pages of an account with 100,000 devices in one virtual account, 100,000 people and 1,000,000 events: the first page, and one far down. Of lists
/// of people also what somebody types into their search box.
/// </summary>
internal static partial class PageSection
{
    private const long Devices = 100_000;
    private const long Events = 1_000_000;
    private const long People = 100_000;
    private const int Visits = 60;
    private const int Depth = 200;
    public const string Email = "bench@bench0.example";
    private const string OperatorEmail = "operator@bench.example";
    private const string Password = "a-long-enough-bench-password";

    /// <returns>Pages, and searches in the same account.</returns>
    public static async Task<(JsonArray Pages, JsonArray Searches)> RunAsync(Engine engine)
    {
        var store = await BenchStore.NewAsync(engine, "pages");
        await Estate.MakeAsync(store);
        await FillAsync(store);
        var result = new JsonArray();
        var searches = new JsonArray();
        await using (var server = await BenchServer.StartAsync(store))
        {
            using var client = await SignInAsync(server, Email);
            var inventory = $"/accounts/bench0.example/inventory?va={Estate.VirtualAccountId(0)}&tab=";
            foreach (var (name, address) in new[]
            {
                ("licenses", $"{inventory}licenses"), ("product instances", $"{inventory}devices"), ("event log", $"{inventory}events"),
                ("activity", "/accounts/bench0.example/activity?tab=events"), ("alerts", "/accounts/bench0.example/alerts"), ("people", "/accounts/bench0.example/people"),
            })
            {
                result.Add(await MeasureAsync(client, name, address, Depth));
            }

            using var staff = await SignInAsync(server, OperatorEmail);
            result.Add(await MeasureAsync(staff, "all people", "/operator/people", Depth));
            foreach (var (name, typed) in new[] { ("one", "okafor 54321"), ("part of a mail address", "aiko.tanaka.772"), ("many", "lindqvist"), ("two characters", "ma"), ("nobody", "nothing") })
            {
                result.Add(await MeasureAsync(client, $"people, search {name}", $"/accounts/bench0.example/people?q={Uri.EscapeDataString(typed)}", 0));
                result.Add(await MeasureAsync(staff, $"all people, search {name}", $"/operator/people?q={Uri.EscapeDataString(typed)}", 0));
            }

            searches = await SearchSection.RunAsync(client, Devices, People);
        }

        await store.DropAsync();
        return (result, searches);
    }

    private static async Task<JsonObject> MeasureAsync(HttpClient client, string name, string address, int deepest)
    {
        var (first, html) = await VisitAsync(client, address);
        var deep = first;
        var depth = 0;
        var next = NextLink(html);
        for (; next is not null && depth < deepest; depth++)
        {
            address = next;
            html = await client.GetStringAsync(address);
            next = NextLink(html);
        }

        if (depth > 0)
        {
            (deep, _) = await VisitAsync(client, address);
        }

        var further = depth > 0 ? $"; {depth} pages on p50 {LoadClient.At(deep, 0.5):F1} ms, p99 {LoadClient.At(deep, 0.99):F1} ms" : "";
        Console.WriteLine($"  {"page",-16} {name}: first p50 {LoadClient.At(first, 0.5):F1} ms, p99 {LoadClient.At(first, 0.99):F1} ms{further}");
        return new JsonObject
        {
            ["page"] = name,
            ["firstP50Milliseconds"] = Math.Round(LoadClient.At(first, 0.5), 1),
            ["firstP99Milliseconds"] = Math.Round(LoadClient.At(first, 0.99), 1),
            ["depth"] = depth,
            ["deepP50Milliseconds"] = Math.Round(LoadClient.At(deep, 0.5), 1),
            ["deepP99Milliseconds"] = Math.Round(LoadClient.At(deep, 0.99), 1),
        };
    }

    /// <returns>Sorted seconds of each visit, and the page.</returns>
    private static async Task<(double[] Seconds, string Html)> VisitAsync(HttpClient client, string address)
    {
        var html = await client.GetStringAsync(address);
        var times = new List<double>();
        for (var visit = 0; visit < Visits; visit++)
        {
            var watch = Stopwatch.StartNew();
            html = await client.GetStringAsync(address);
            times.Add(watch.Elapsed.TotalSeconds);
        }

        return (times.Order().ToArray(), html);
    }

    public static async Task<HttpClient> SignInAsync(BenchServer server, string email)
    {
        var client = new HttpClient(new SocketsHttpHandler { AllowAutoRedirect = true }) { BaseAddress = server.Address, Timeout = TimeSpan.FromSeconds(60) };
        client.DefaultRequestHeaders.Accept.ParseAdd("text/html");
        var form = await client.GetStringAsync("/sign-in");
        var token = FormToken().Match(form).Groups["value"].Value;
        using var fields = new FormUrlEncodedContent(new Dictionary<string, string>(StringComparer.Ordinal)
        {
            ["__RequestVerificationToken"] = token, ["email"] = email, ["password"] = Password,
        });
        using var answer = await client.PostAsync("/sign-in", fields);
        return answer.IsSuccessStatusCode ? client : throw new InvalidOperationException($"The sign-in answered {answer.StatusCode}");
    }

    private static async Task FillAsync(BenchStore store)
    {
        await using var database = new Database(store.Settings);
        await AddPeopleAsync(database);
        await Filler.RunAsync(database, Filler.Devices(store.Engine, Devices, 1));
        await Filler.RunAsync(database, Filler.Uses(store.Engine, Devices, 1, Estate.Entitlements));
        await Filler.RunAsync(database, Filler.People(store.Engine, People));
        await Filler.RunAsync(database, Filler.SearchEntries());
        await Filler.RunAsync(database, Filler.Events(store.Engine, Events));
        await Filler.RunAsync(database, Filler.Settle(store.Engine));
    }

    /// <summary>The account's administrator, and one of the operator's.</summary>
    public static async Task AddPeopleAsync(Database database)
    {
        var now = DateTimeOffset.FromUnixTimeSeconds(TimeProvider.System.GetUtcNow().ToUnixTimeSeconds());
        await using var db = database.Open();
        db.Users.AddRange(Person(1, Email, now), Person(2, OperatorEmail, now));
        db.RoleGrants.Add(new RoleGrant
        {
            AccountId = Estate.AccountId(0), Id = 1, PersonId = 1, Role = Role.SmartAccountAdministrator, GrantedAt = now, GrantedBy = "bench",
        });
        db.OperatorGrants.Add(new OperatorGrant { PersonId = 2, Role = OperatorRole.LicensingAdministrator });
        await db.SaveChangesAsync();
    }

    private static Person Person(long id, string email, DateTimeOffset now)
    {
        var person = new Person
        {
            Id = id, DisplayName = "Bench", UserName = email, NormalizedUserName = PersonBook.KeyOf(email), Email = email, NormalizedEmail = PersonBook.KeyOf(email),
            SecurityStamp = "bench", ConcurrencyStamp = "bench", CreatedAt = now,
        };
        person.PasswordHash = new PasswordHasher<Person>().HashPassword(person, Password);
        return person;
    }

    private static string? NextLink(string html)
    {
        var match = After().Match(html);
        return match.Success ? System.Net.WebUtility.HtmlDecode(match.Groups["link"].Value) : null;
    }

    [GeneratedRegex("name=\"__RequestVerificationToken\"[^>]*value=\"(?<value>[^\"]+)\"", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex FormToken();

    [GeneratedRegex("href=\"(?<link>[^\"]*[?&](amp;)?after=[^\"]+)\"", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex After();
}
