using System.Diagnostics;
using System.Net.Http.Headers;

namespace Purser.Bench;

/// <summary>What a turn of load gave.</summary>
internal sealed record LoadResult(double PerSecond, double P50, double P99, long Done, long Failed, IReadOnlyList<byte[]> Sample);

/// <summary>Sends messages that were signed beforehand, over a fixed number of connections; counts what is answered while the clock runs.</summary>
internal static class LoadClient
{
    public static async Task<LoadResult> RunAsync(Uri door, IReadOnlyList<byte[]> messages, int connections, double warmUpSeconds, double seconds)
    {
        using var client = new HttpClient(new SocketsHttpHandler { MaxConnectionsPerServer = connections }) { Timeout = TimeSpan.FromSeconds(60) };
        var next = -1;
        var watch = Stopwatch.StartNew();
        var times = new List<double>[connections];
        var samples = new List<byte[]>[connections];
        long failed = 0;

        await Task.WhenAll(Enumerable.Range(0, connections).Select(async worker =>
        {
            var mine = times[worker] = new List<double>(4096);
            samples[worker] = [];
            while (watch.Elapsed.TotalSeconds < warmUpSeconds + seconds)
            {
                var index = Interlocked.Increment(ref next);
                if (index >= messages.Count)
                {
                    return;
                }

                var sent = watch.Elapsed.TotalSeconds;
                using var content = new ByteArrayContent(messages[index]);
                content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
                using var answer = await client.PostAsync(door, content);
                var body = await answer.Content.ReadAsByteArrayAsync();
                var received = watch.Elapsed.TotalSeconds;
                if (!answer.IsSuccessStatusCode)
                {
                    Interlocked.Increment(ref failed);
                }
                else if (sent >= warmUpSeconds && received <= warmUpSeconds + seconds)
                {
                    mine.Add(received - sent);
                    if (mine.Count % 97 == 1)
                    {
                        samples[worker].Add(body);
                    }
                }
            }
        }));

        // Where the messages ran out early, the clock stopped with them.
        var measured = Math.Min(seconds, watch.Elapsed.TotalSeconds - warmUpSeconds);
        var all = times.SelectMany(list => list).Order().ToArray();
        return new LoadResult(
            all.Length / measured, At(all, 0.5), At(all, 0.99), all.Length, failed, samples.SelectMany(list => list).ToList());
    }

    public static double At(double[] sorted, double quantile) =>
        sorted.Length == 0 ? double.NaN : sorted[Math.Min(sorted.Length - 1, (int)(sorted.Length * quantile))] * 1000;
}
