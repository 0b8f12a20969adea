using System.Globalization;
using Purser.Cli.Rest;

namespace Purser.Cli.Fleet;

/// <summary>
/// The people of the account and of the operator: once a day they look at what is short, and after a while they transfer or order licenses;
/// now and then they move or remove a device.
/// </summary>
internal sealed class Administrator(FleetWorld world, RestClient operatorApi, RestClient accountApi, Comparison comparison, EstatePreparation preparation)
{
    private static readonly TimeSpan TokensRenewedEvery = TimeSpan.FromDays(300);

    private readonly SeededSource random = SeededSource.For(world.Options.Seed, ulong.MaxValue);
    private readonly Dictionary<PoolName, DateTimeOffset> actAt = [];
    private DateTimeOffset tokensMadeAt = world.Clock.Start;
    private int orders;

    private string Account => $"/api/v1/accounts/{world.Estate.Account}";

    public async Task ActAsync(IReadOnlyList<SimulatedDevice> devices, CancellationToken cancel)
    {
        if (world.Clock.Now - tokensMadeAt >= TokensRenewedEvery)
        {
            tokensMadeAt = world.Clock.Now;
            await preparation.RenewTokensAsync(world.Estate, cancel);
        }

        await CoverShortagesAsync(cancel);
        await MoveOrRemoveAsync(devices, cancel);
        await comparison.ReadPoolsAsync(cancel);
    }

    private async Task CoverShortagesAsync(CancellationToken cancel)
    {
        foreach (var (pool, sums) in world.Pools.Pools.OrderBy(static one => one.Key.Place, StringComparer.Ordinal).ThenBy(static one => one.Key.Tag, StringComparer.Ordinal))
        {
            if (sums.Shortage == 0)
            {
                actAt.Remove(pool);
            }
            else if (!actAt.TryGetValue(pool, out var at))
            {
                actAt[pool] = world.Clock.Now.AddDays(random.Between(1, 5));
            }
            else if (at <= world.Clock.Now)
            {
                actAt.Remove(pool);
                await CoverAsync(pool, sums.Shortage, cancel);
            }
        }
    }

    private async Task CoverAsync(PoolName pool, long shortage, CancellationToken cancel)
    {
        var giver = world.Pools.Pools
            .Where(one => one.Key.Tag == pool.Tag && one.Key.Place != pool.Place && one.Value.Available > 0)
            .OrderByDescending(static one => one.Value.Available).ThenBy(static one => one.Key.Place, StringComparer.Ordinal)
            .Select(static one => (KeyValuePair<PoolName, PoolSums>?)one).FirstOrDefault();
        if (giver is { } found && random.Chance(0.6))
        {
            var quantity = Math.Min(found.Value.Available, shortage);
            await TransferAsync(found.Key, pool, quantity, cancel);
            (found.Value.Purchased, world.Pools.Pools[pool].Purchased) = (found.Value.Purchased - quantity, world.Pools.Pools[pool].Purchased + quantity);
            return;
        }

        var place = world.Estate.PlaceNamed(pool.Place)!;
        var wanted = shortage + random.Between(0, 3);
        if (random.Chance(0.5))
        {
            world.Tally.Add("administrator", "orders");
            await operatorApi.PostAsync(
                "/api/v1/operator/orders",
                new
                {
                    number = string.Create(CultureInfo.InvariantCulture, $"{world.Options.RunName}-{++orders:0000}"),
                    lines = new[] { new { sku = EstatePreparation.SkuOf(pool.Tag), quantity = wanted, account = world.Estate.Account, virtualAccount = place.Name } },
                },
                cancel);
            return;
        }

        world.Tally.Add("administrator", "licenses added");
        var type = random.Pick<string>([("Perpetual", 6), ("Term", 2), ("Demo", 2)]);
        await operatorApi.PostAsync(
            $"{Account}/virtual-accounts/{place.Id}/licenses",
            new { license = pool.Tag, quantity = wanted, type, termMonths = type == "Term" ? random.Between(1, 6) : (int?)null, notes = "Fleet simulation: a shortage" },
            cancel);
    }

    private async Task TransferAsync(PoolName from, PoolName to, long quantity, CancellationToken cancel)
    {
        world.Tally.Add("administrator", "transfers");
        await accountApi.PostAsync(
            $"{Account}/virtual-accounts/{world.Estate.PlaceNamed(from.Place)!.Id}/licenses/transfer",
            new { direction = "To", otherVirtualAccountId = world.Estate.PlaceNamed(to.Place)!.Id, rows = new[] { new { license = from.Tag, quantity } } },
            cancel);
    }

    private async Task MoveOrRemoveAsync(IReadOnlyList<SimulatedDevice> devices, CancellationToken cancel)
    {
        if (!random.Chance(0.3))
        {
            return;
        }

        var device = random.Pick(devices);
        if (comparison.Find(device) is not { } row)
        {
            return;
        }

        var address = $"{Account}/virtual-accounts/{row.VirtualAccountId}/devices";
        if (random.Chance(0.3))
        {
            world.Tally.Add("administrator", "devices removed");
            await accountApi.PostAsync($"{address}/remove", new { devices = new[] { row.Id } }, cancel);
            device.Shadow.Removed();
        }
        else
        {
            world.Tally.Add("administrator", "devices moved");
            var place = random.Pick([.. world.Estate.Places.Where(place => place.Name != device.Shadow.Place)]);
            await accountApi.PostAsync($"{address}/transfer", new { targetVirtualAccountId = place.Id, devices = new[] { row.Id } }, cancel);
            device.Shadow.Transferred(place.Name);
        }
    }
}
