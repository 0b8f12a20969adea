using System.Globalization;
using System.Text.Json;
using Purser.Cli.Rest;

namespace Purser.Cli.Fleet;

/// <summary>Holds what the authority's REST API shows against what its answers to the devices have promised.</summary>
internal sealed class Comparison(FleetWorld world, RestClient api)
{
    private readonly Dictionary<long, string> tagsById = [];
    private Dictionary<string, DeviceRow> inventory = [];

    private string Account => $"/api/v1/accounts/{world.Estate.Account}";

    /// <summary>Pools, product instances and alerts; once a day.</summary>
    public async Task CompareAsync(IReadOnlyList<SimulatedDevice> devices, CancellationToken cancel)
    {
        await ComparePoolsAsync(cancel);
        await CompareInventoryAsync(devices, cancel);
        await CompareAlertsAsync(devices, cancel);
        world.Tally.Add("checks", "days compared");
    }

    /// <summary>Reads how much each pool holds; between two comparisons only the administrator changes it.</summary>
    public async Task<IReadOnlyDictionary<PoolName, LicenseRow>> ReadPoolsAsync(CancellationToken cancel)
    {
        var rows = new Dictionary<PoolName, LicenseRow>();
        foreach (var place in world.Estate.Places)
        {
            foreach (var row in await api.RowsAsync<LicenseRow>($"{Account}/virtual-accounts/{place.Id}/licenses", cancel))
            {
                if (world.Estate.LicenseNamed(row.License) is { } license)
                {
                    rows[new PoolName(place.Name, license.Tag)] = row;
                    tagsById[row.EntitlementId] = license.Tag;
                }
            }
        }

        // A row of which nothing is left is not shown.
        foreach (var pool in world.Pools.Pools.Keys.Union(rows.Keys).ToList())
        {
            world.Pools.Supply(pool, rows.GetValueOrDefault(pool)?.Purchased ?? 0);
        }

        return rows;
    }

    /// <summary>How the inventory shows a device, as of the last comparison.</summary>
    public DeviceRow? Find(SimulatedDevice device) => inventory.GetValueOrDefault(device.Name);

    /// <summary>What every product instance uses; at the end. Every acknowledged authorization must be there.</summary>
    public async Task CompareUsesAsync(IReadOnlyList<SimulatedDevice> devices, CancellationToken cancel)
    {
        foreach (var device in devices.Where(device => device.Shadow.IsRegistered && inventory.ContainsKey(device.Name)))
        {
            var row = inventory[device.Name];
            var details = (await api.GetAsync($"{Account}/virtual-accounts/{row.VirtualAccountId}/devices/{row.Id}", cancel)).Deserialize<DeviceDetails>(RestClient.Json)!;
            Same(device, "the authority holds", details.Licenses.ToDictionary(static use => use.Tag, static use => use.Quantity));
            if (device.State is { Pending: null, Registration.Identity: not null, Authorization.Stale: false })
            {
                Same(device, "the device was acknowledged", device.State.Entitlements.Where(static use => use.Count > 0).ToDictionary(static use => use.Tag!, static use => use.Count));
            }

            world.Tally.Add("checks", "uses of devices");
        }
    }

    private static string Text(IEnumerable<KeyValuePair<string, long>> uses) =>
        "[" + string.Join(", ", uses.OrderBy(static use => use.Key, StringComparer.Ordinal).Select(static use => $"{use.Value} {use.Key}")) + "]";

    private void Same(SimulatedDevice device, string whose, Dictionary<string, long> uses)
    {
        var expected = device.Shadow.Uses;
        if (uses.Count != expected.Count || uses.Any(use => expected.GetValueOrDefault(use.Key) != use.Value))
        {
            world.Violations.Report($"{whose} {Text(uses)}, expected {Text(expected)}", device.Name);
        }
    }

    private async Task ComparePoolsAsync(CancellationToken cancel)
    {
        var rows = await ReadPoolsAsync(cancel);
        foreach (var (pool, sums) in world.Pools.Pools)
        {
            var shown = rows.GetValueOrDefault(pool)?.InUse ?? 0;
            world.Tally.Add("checks", "pools");
            if (shown != sums.InUse)
            {
                world.Violations.Report(string.Create(CultureInfo.InvariantCulture, $"{pool.Tag} in {pool.Place}: {shown} in use, expected {sums.InUse}"));
            }
        }
    }

    private async Task CompareInventoryAsync(IReadOnlyList<SimulatedDevice> devices, CancellationToken cancel)
    {
        // The account may hold devices of earlier runs.
        var rows = await api.RowsAsync<DeviceRow>($"{Account}/devices", cancel);
        inventory = rows.Where(row => row.SerialNumber.StartsWith(world.Options.RunName, StringComparison.Ordinal)).ToDictionary(static row => row.SerialNumber);
        foreach (var device in devices)
        {
            var row = inventory.GetValueOrDefault(device.Name);
            var shadow = device.Shadow;
            if (row is null != !shadow.IsRegistered)
            {
                world.Violations.Report(row is null ? "is missing in the inventory" : "is still in the inventory", device.Name);
            }
            else if (row is not null && (row.VirtualAccountId != world.Estate.PlaceNamed(shadow.Place)!.Id || row.LastContactAt != shadow.LastContact))
            {
                world.Violations.Report(
                    $"sits in {row.VirtualAccountId} with last contact {row.LastContactAt:u}, expected {shadow.Place} and {shadow.LastContact:u}", device.Name);
            }
        }
    }

    private async Task CompareAlertsAsync(IReadOnlyList<SimulatedDevice> devices, CancellationToken cancel)
    {
        var alerts = await api.RowsAsync<AlertLine>($"{Account}/alerts?hidden=true", cancel);
        var ofDevices = alerts.Where(static alert => alert.DeviceId is not null).ToLookup(static alert => alert.DeviceId!.Value);
        foreach (var device in devices)
        {
            CompareSilence(device, Find(device) is { } row ? [.. ofDevices[row.Id]] : []);
        }

        CompareShortages([.. alerts.Where(static alert => alert.Kind == "InsufficientLicenses")]);
    }

    /// <summary>Minor on day 30, Minor on day 60, Major on day 90, nothing more from day 365 on; each dated to the second (domain rules 7.4).</summary>
    private void CompareSilence(SimulatedDevice device, IReadOnlyList<AlertLine> shown)
    {
        var shadow = device.Shadow;
        (string Level, string Kind, int Days)? expected = !shadow.IsRegistered ? null : shadow.PhaseAt(world.Clock.Now) switch
        {
            SilencePhase.Minor30 => ("Minor", "FailedToConnect", 30),
            SilencePhase.Minor60 => ("Minor", "FailedToConnect", 60),
            SilencePhase.Released => ("Major", "FailedToRenew", 90),
            _ => null,
        };
        if (expected is not { } wanted)
        {
            if (shown.Count > 0)
            {
                world.Violations.Report($"last heard {shadow.LastContact:u}, and there is [{string.Join("; ", shown)}]", device.Name);
            }

            return;
        }

        world.Tally.Add("checks", string.Create(CultureInfo.InvariantCulture, $"alerts of {wanted.Days} days"));
        var at = shadow.LastContact.AddDays(wanted.Days);
        if (shown is not [var alert] || alert.Level != wanted.Level || alert.Kind != wanted.Kind || alert.RaisedAt != at)
        {
            world.Violations.Report($"silent since {shadow.LastContact:u}: expected {wanted.Level} {wanted.Kind} of {at:u}, there is [{string.Join("; ", shown)}]", device.Name);
        }
    }

    private void CompareShortages(IReadOnlyList<AlertLine> shown)
    {
        foreach (var (pool, sums) in world.Pools.Pools)
        {
            var place = world.Estate.PlaceNamed(pool.Place)!.Id;
            var count = shown.Where(alert => alert.VirtualAccountId == place && tagsById.GetValueOrDefault(alert.EntitlementId ?? 0) == pool.Tag).Sum(static alert => alert.Count);
            if (count != sums.Shortage)
            {
                world.Violations.Report(string.Create(CultureInfo.InvariantCulture, $"{pool.Tag} in {pool.Place} is short of {sums.Shortage}, its alert says {count}"));
            }
        }
    }
}
