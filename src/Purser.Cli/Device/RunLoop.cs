using System.CommandLine;
using Purser.Agent.Rules;

namespace Purser.Cli.Device;

/// <summary>The agent as a device runs it. Between two acts the store is free, so that commands can change it.</summary>
internal static class RunLoop
{
    private static readonly TimeSpan LongestSleep = TimeSpan.FromSeconds(10);

    public static async Task<int> RunAsync(string store, InvocationConfiguration console, CancellationToken cancel)
    {
        try
        {
            while (true)
            {
                DateTimeOffset? next;
                DateTimeOffset now;
                using (var session = await DeviceSession.OpenAsync(store, console, cancel, notice => Print(console.Output, notice)))
                {
                    next = await session.Agent.TickAsync(cancel);
                    now = session.Agent.Now;
                }

                var sleep = next - now ?? LongestSleep;
                await Task.Delay(sleep < LongestSleep ? TimeSpan.FromSeconds(Math.Max(1, sleep.TotalSeconds)) : LongestSleep, TimeProvider.System, cancel);
            }
        }
        catch (OperationCanceledException)
        {
            return ExitCode.Done;
        }
    }

    private static void Print(TextWriter output, AgentNotice notice) => output.WriteLine($"{DeviceSession.Date(notice.At)}: {notice}");
}
