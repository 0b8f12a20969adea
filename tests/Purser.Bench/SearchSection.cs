using System.Diagnostics;
using System.Globalization;
using System.Text.Json.Nodes;

namespace Purser.Bench;

/// <summary>What hangs below the search box while one types, in the account with 100,000 devices and as many people: the whole request, each time for something else.</summary>
internal static class SearchSection
{
    private const int Visits = 60;

    public static async Task<JsonArray> RunAsync(HttpClient client, long devices, long people)
    {
        // Fragments spread over the estate; "switch" is in every host name, "nothing" nowhere.
        long Number(int visit) => (devices * visit / Visits) + 11;

        // Every 35th is called Jonas Okafor.
        long Person(int visit) => (people / 35 * visit / Visits * 35) + 1;
        var result = new JsonArray();
        foreach (var (name, typed) in new (string, Func<int, string>)[]
        {
            ("serial fragment", visit => string.Create(CultureInfo.InvariantCulture, $"ILL{Number(visit)}")),
            ("host fragment", visit => string.Create(CultureInfo.InvariantCulture, $"itch-{Number(visit)}")),
            ("word in every device", _ => "switch"),
            ("two words", visit => string.Create(CultureInfo.InvariantCulture, $"9300 {Number(visit)}")),
            ("two characters", _ => "sw"),
            ("two of a person", _ => "ma"),
            ("person", visit => string.Create(CultureInfo.InvariantCulture, $"okafor {Person(visit)}")),
            ("part of a mail", visit => string.Create(CultureInfo.InvariantCulture, $"or.{Person(visit)}@bench")),
            ("word of many people", _ => "lindqvist"),
            ("word of all people", _ => "bench0"),
            ("nowhere", _ => "nothing"),
        })
        {
            result.Add(await MeasureAsync(client, name, typed));
        }

        return result;
    }

    private static async Task<JsonObject> MeasureAsync(HttpClient client, string name, Func<int, string> typed)
    {
        await AskAsync(client, typed(0));
        var times = new List<double>();
        for (var visit = 0; visit < Visits; visit++)
        {
            var watch = Stopwatch.StartNew();
            var html = await AskAsync(client, typed(visit));
            times.Add(watch.Elapsed.TotalSeconds);
            if (html.Contains("search-group", StringComparison.Ordinal) == (name == "nowhere"))
            {
                throw new InvalidOperationException($"The search for “{typed(visit)}” gave a wrong answer");
            }
        }

        var sorted = times.Order().ToArray();
        Console.WriteLine($"  {"search",-16} {name}: p50 {LoadClient.At(sorted, 0.5):F1} ms, p99 {LoadClient.At(sorted, 0.99):F1} ms");
        return new JsonObject
        {
            ["search"] = name,
            ["p50Milliseconds"] = Math.Round(LoadClient.At(sorted, 0.5), 1),
            ["p99Milliseconds"] = Math.Round(LoadClient.At(sorted, 0.99), 1),
        };
    }

    private static async Task<string> AskAsync(HttpClient client, string typed)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, $"/accounts/bench0.example/search?q={Uri.EscapeDataString(typed)}");
        request.Headers.Add("HX-Request", "true");
        request.Headers.Add("HX-Target", "search-drop");
        using var answer = await client.SendAsync(request);
        answer.EnsureSuccessStatusCode();
        return await answer.Content.ReadAsStringAsync();
    }
}
