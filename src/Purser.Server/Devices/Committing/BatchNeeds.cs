using Purser.Protocol.Wire;
using Purser.Server.Catalog;
using Purser.Server.Devices.Door;
using Purser.Server.Devices.Rules;
using Purser.Server.Licenses;
using Purser.Server.Tokens;

namespace Purser.Server.Devices.Committing;

/// <summary>What a batch has to read, gathered from its work. Grows while the directories are asked: token → account, UDI → device.</summary>
internal sealed class BatchNeeds
{
    private readonly List<DeviceMessage> messages;

    public BatchNeeds(IReadOnlyList<DeviceWork> work, CatalogSnapshot catalog)
    {
        messages = work.Select(one => one switch { MessageWork message => message.Message, IssuedWork issued => issued.Message, _ => null })
            .OfType<DeviceMessage>().ToList();
        Nonces = messages.Select(message => message.NonceHash).DistinctBy(hash => Digest.From(hash)).ToList();
        foreach (var message in work.OfType<MessageWork>().Select(one => one.Message))
        {
            if (message.Key is { Place: null } unknown)
            {
                Unplaced.Add(unknown);
            }

            if (message.Request.Header.HaUdi is { } units)
            {
                Units.UnionWith(units.Select(unit => unit.Sudi.ToUdi().Key));
            }

            if (message.Request.Body is RegistrationRequest registration)
            {
                Units.Add(message.Request.Header.Sudi.ToUdi().Key);
                if (RegistrationTokenText.HashOf(registration.Token) is { } hash)
                {
                    Tokens[Digest.From(hash)] = hash;
                }

                Registrations++;
                if (catalog.FindProduct(registration.SoftwareTag) is { } product)
                {
                    Udis.Add((message.Request.Header.Sudi.ToUdi().Key, product.Id));
                }
            }
        }

        Entitlements = messages.SelectMany(message => message.Request.Body is AuthorizationRequest authorization ? authorization.Entitlements : [])
            .Sum(one => one.Count > 0 ? 1 + (catalog.FindEntitlement(one.Tag ?? one.Name!) is { } license ? catalog.OtherTiersOf(license.Id).Count : 0) : 0);
    }

    public List<byte[]> Nonces { get; }

    /// <summary>Certificates whose device is to be looked up; remembered from then on.</summary>
    public List<KnownKey> Unplaced { get; } = [];

    public Dictionary<Digest, byte[]> Tokens { get; } = [];

    public HashSet<(string Udi, long ProductId)> Udis { get; } = [];

    /// <summary>UDIs that may be units of high availability sets, whatever the product: those told, and those that register.</summary>
    public HashSet<string> Units { get; } = [];

    public bool HasRegistrations => Registrations > 0;

    /// <summary>Requested licenses: each may fall short, step over its threshold and be refused as restricted, and so raise three alerts.</summary>
    public int Entitlements { get; }

    public int Registrations { get; }

    /// <summary>Filled by the directories.</summary>
    public HashSet<long> Accounts { get; } = [];

    public HashSet<DevicePlace> Places { get; } = [];

    public HashSet<DevicePlace> TokenPlaces { get; } = [];

    /// <summary>After the directories were asked: everything that certificates and directories point to.</summary>
    public void Gather(BatchState state)
    {
        foreach (var place in messages.Select(message => message.Key?.Place).OfType<DevicePlace>())
        {
            Places.Add(place);
        }

        foreach (var directory in state.Directory.Values)
        {
            Places.Add(new DevicePlace(directory.AccountId, directory.DeviceId));
        }

        // Who registers may be a unit of a set, which then loses it.
        if (HasRegistrations)
        {
            foreach (var unit in state.Units.Values)
            {
                Places.Add(new DevicePlace(unit.AccountId, unit.DeviceId));
            }
        }

        Accounts.UnionWith(Places.Select(place => place.AccountId));
        Accounts.UnionWith(TokenPlaces.Select(place => place.AccountId));
    }

    /// <summary>Of these pools the lines are needed too: restricted licenses in accounts whose devices hold them (domain rules 9.2).</summary>
    public HashSet<(long AccountId, PoolKey Key)> StocksOf(BatchState state, CatalogSnapshot catalog)
    {
        var accounts = state.Devices.Values.Where(device => device.Account.HoldsRestrictedLicenses || device.Uses.Values.Any(use => use.IsLocked))
            .Select(device => device.Row.AccountId).ToHashSet();
        var locked = state.Devices.Values.SelectMany(device => device.Uses.Values).Where(use => use.IsLocked).Select(use => use.EntitlementId).ToHashSet();
        return accounts.Count == 0
            ? []
            : [.. PoolsOf(state, catalog).Where(pool => accounts.Contains(pool.AccountId) && pool.Key.Billing == Billing.Prepaid
                && (locked.Contains(pool.Key.EntitlementId) || catalog.FindEntitlement(pool.Key.EntitlementId) is { Enforcement: Enforcement.ExportRestricted }))];
    }

    /// <summary>After devices and uses were read: the peers with which they share licenses, or are about to (domain rules 7.8).</summary>
    public HashSet<(long AccountId, string UnitKey)> PeersOf(BatchState state)
    {
        var peers = new HashSet<(long, string)>();
        foreach (var device in state.Devices.Values)
        {
            foreach (var use in device.Uses.Values.Where(use => use.PeerKey is not null))
            {
                peers.Add((device.Row.AccountId, use.PeerKey!));
            }
        }

        foreach (var message in messages)
        {
            if (message.Request.Body is AuthorizationRequest wanted && message.Key?.Place is { } place && state.Devices.TryGetValue(place, out var device))
            {
                foreach (var share in wanted.Entitlements.Select(one => one.Application).OfType<ApplicationShare>())
                {
                    peers.Add((place.AccountId, RedundancyRules.KeyOf(device.Row.ProductId, share.Peer.ToUdi())));
                }
            }
        }

        return peers;
    }

    /// <summary>The pools that the batch can touch: of what is used now, of what is asked for, and both where a registration may move the device.</summary>
    public HashSet<(long AccountId, PoolKey Key)> PoolsOf(BatchState state, CatalogSnapshot catalog)
    {
        var pools = new HashSet<(long, PoolKey)>();
        var targets = state.Tokens.Values.ToLookup(token => token.Row.AccountId, token => token.Row.VirtualAccountId);
        foreach (var device in state.Devices.Values)
        {
            foreach (var use in device.Uses.Values)
            {
                pools.Add((device.Row.AccountId, use.Pool));
                pools.Add((device.Row.AccountId, new PoolKey(device.Row.VirtualAccountId, use.EntitlementId)));
                foreach (var target in targets[device.Row.AccountId])
                {
                    pools.Add((device.Row.AccountId, use.Pool with { VirtualAccountId = target }));
                    pools.Add((device.Row.AccountId, new PoolKey(target, use.EntitlementId)));
                }
            }
        }

        foreach (var message in messages)
        {
            if (message.Request.Body is AuthorizationRequest wanted && message.Key?.Place is { } place && state.Devices.TryGetValue(place, out var device))
            {
                foreach (var entitlement in wanted.Entitlements.Select(one => catalog.FindEntitlement(one.Tag ?? one.Name!)).OfType<Entitlement>())
                {
                    pools.Add((place.AccountId, new PoolKey(device.Row.VirtualAccountId, entitlement.Id)));
                    foreach (var target in targets[place.AccountId])
                    {
                        pools.Add((place.AccountId, new PoolKey(target, entitlement.Id)));
                    }
                }
            }
        }

        // The other tiers beside each of them are settled with it (LI-11).
        foreach (var (account, key) in pools.Where(pool => pool.Item2.Billing == Billing.Prepaid).ToList())
        {
            foreach (var other in catalog.OtherTiersOf(key.EntitlementId))
            {
                pools.Add((account, key with { EntitlementId = other }));
            }
        }

        return pools;
    }
}
