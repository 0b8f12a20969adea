using System.Globalization;
using System.Security.Cryptography;
using Purser.Agent;
using Purser.Agent.State;
using Purser.Agent.Store;
using Purser.Agent.Transport;
using Purser.Cli.Rest;

namespace Purser.Cli.Fleet.Live;

/// <summary>A fleet in real time for demonstrations: few messages, next to no work for the machine, and it stops quietly.</summary>
internal sealed class LiveFleet(Uri server, string? ca, LiveEstate estate, int? count, string folder, ulong seed, TextWriter output)
{
    private const int AtOnce = 4;
    private static readonly TimeSpan LongestSleep = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan RetryAfterFault = TimeSpan.FromSeconds(30);

    public async Task RunAsync(CancellationToken cancel)
    {
        using var hold = Lock();
        var (http, trust) = FleetHttp.Open(server, ca, AtOnce);
        using var connections = http;
        using var link = new AuthorityLink(http);
        using var secrets = RandomNumberGenerator.Create();
        using var tokens = new LiveTokens(http, estate);
        var devices = new List<LiveDevice>();
        try
        {
            foreach (var (place, index) in estate.Spread(count).Select(static (place, index) => (place, index)))
            {
                var device = new LiveDevice(Store(place, index), place, tokens, link, secrets, SeededSource.For(seed, (ulong)index), isGreedy: index == 0);
                device.Use(new TransportSettings { SmartUrl = new Uri(server, "/licservice/license").ToString() }, trust);
                devices.Add(device);
            }

            output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{devices.Count} devices live on {server}, {devices.Count(static one => one.IsNew)} of them new; their stores are in {folder}"));
            await LiveAsync(devices, cancel);
        }
        catch (OperationCanceledException) when (cancel.IsCancellationRequested)
        {
            // Asked to stop: everything is in the stores.
        }
        finally
        {
            devices.ForEach(static device => device.Dispose());
        }
    }

    private static async Task LiveAsync(IReadOnlyList<LiveDevice> devices, CancellationToken cancel)
    {
        var clock = TimeProvider.System;
        var due = new PriorityQueue<LiveDevice, DateTimeOffset>(devices.Select(static device => (device, device.FirstDue)));
        while (due.Count > 0)
        {
            var now = new List<LiveDevice>();
            while (now.Count < AtOnce && due.TryPeek(out _, out var at) && at <= clock.GetUtcNow())
            {
                now.Add(due.Dequeue());
            }

            var next = await Task.WhenAll(now.Select(device => StepAsync(device, cancel)));
            due.EnqueueRange(now.Zip(next));
            if (due.TryPeek(out _, out var first) && first - clock.GetUtcNow() is var sleep && sleep > TimeSpan.Zero)
            {
                await Task.Delay(sleep < LongestSleep ? sleep + TimeSpan.FromMilliseconds(50) : LongestSleep, clock, cancel);
            }
        }
    }

    /// <summary>The server may be away for a while; the fleet waits for it.</summary>
    private static async Task<DateTimeOffset> StepAsync(LiveDevice device, CancellationToken cancel)
    {
        try
        {
            return await device.StepAsync(cancel);
        }
        catch (Exception fault) when (fault is RestException or HttpRequestException)
        {
            return TimeProvider.System.GetUtcNow() + RetryAfterFault;
        }
    }

    private FileTrustedStore Store(LiveEstate.Place place, int index)
    {
        var store = new FileTrustedStore(Path.Combine(folder, string.Create(CultureInfo.InvariantCulture, $"device-{index:0000}.json")));
        if (!store.Exists)
        {
            store.Save(DeviceSetup.Make(new DeviceDescription
            {
                SoftwareTag = place.SoftwareTag,
                Pid = place.Pid,
                Sn = "FLT" + RandomNumberGenerator.GetHexString(8),
                Hostname = string.Create(CultureInfo.InvariantCulture, $"{place.Pid.ToLowerInvariant()}-{index:000}"),
            }));
        }

        return store;
    }

    /// <summary>Two fleets on the same stores would lose one another's messages.</summary>
    private IDisposable Lock()
    {
        Directory.CreateDirectory(folder);
        return new FileTrustedStore(Path.Combine(folder, "fleet")).TryLock() ?? throw new CommandException($"another fleet lives on {folder} already");
    }
}
