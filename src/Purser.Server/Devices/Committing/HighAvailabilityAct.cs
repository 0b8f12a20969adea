using Purser.Protocol;
using Purser.Protocol.Wire;
using Purser.Server.Devices.Rules;
using Purser.Server.Events;

namespace Purser.Server.Devices.Committing;

/// <summary>Takes down what a high availability set tells of its units. A UDI is in one place only: a product instance of its own, or a unit of one set.</summary>
internal sealed class HighAvailabilityAct(BatchBook book)
{
    private BatchState State => book.State;

    /// <summary>Null: nothing stands against what the message tells. Judged before anything is changed.</summary>
    /// <param name="device">What is known of it; null: it registers for the first time.</param>
    public WireRefusal? Judge(RequestHeader header, Device? device, long productId, bool isRegistration)
    {
        if (HaUnits.Of(header) is not { } units)
        {
            return null;
        }

        if (!isRegistration && HighAvailabilityRules.Decide(HaUnits.Of(device!), device!.HaSequence, units, header.HaSequence!.Value).Refusal is { } stale)
        {
            return stale;
        }

        return units.Select(unit => unit.Udi).Select(udi => Taken(udi, device, productId)).FirstOrDefault(refusal => refusal is not null);
    }

    /// <summary>After <see cref="Judge"/>. What a message does not mention stays; a registration without units is that of a single device.</summary>
    /// <returns>The standbys, where the units changed.</returns>
    public IReadOnlyList<string> Carry(DeviceEntry device, RequestHeader header, bool isRegistration)
    {
        var row = device.Row;
        if ((HaUnits.Of(header) ?? (isRegistration ? [] : null)) is not { } units)
        {
            return [];
        }

        var (sequence, isChanged) = (header.HaSequence ?? 0, HaUnits.Write(units) != row.Units);
        if (isChanged)
        {
            Enter(device, units);
        }

        if (sequence != row.HaSequence)
        {
            row.HaSequence = sequence;
            device.Changed(DeviceChange.Whole);
        }

        return isChanged ? HaUnits.Standbys(units) : [];
    }

    /// <summary>A known product instance tells of its units.</summary>
    public void Tell(DeviceEntry device, RequestHeader header)
    {
        if (Carry(device, header, isRegistration: false) is { Count: > 0 } standbys)
        {
            book.Append(device, ProductInstanceEvents.ConnectedWithRedundancy(device.Row.DisplayName, book.VirtualAccountName(device), standbys));
        }
    }

    /// <summary>Units that are product instances of their own from now on.</summary>
    public void Lose(DeviceEntry device, IReadOnlyCollection<Udi> leaving)
    {
        var rest = HaUnits.Of(device.Row).Where(unit => !leaving.Contains(unit.Udi)).ToList();
        Enter(device, rest.Count > 1 ? rest : []);
    }

    public void LeaveUnits(Device row)
    {
        foreach (var key in HaUnits.Keys(row))
        {
            State.Units.Remove(key);
            State.NewUnits.Remove(key);
            State.RemovedUnits.Add(key);
        }

        row.Units = "";
    }

    private void Enter(DeviceEntry device, IReadOnlyList<HaUnitRow> units)
    {
        var row = device.Row;
        LeaveUnits(row);
        row.Units = HaUnits.Write(units);
        foreach (var key in HaUnits.Keys(row))
        {
            State.Units[key] = State.NewUnits[key] = new UnitDirectory { Udi = key.Udi, ProductId = key.ProductId, AccountId = row.AccountId, DeviceId = row.Id };
        }

        DeviceNaming.Rename(row, null);
        device.Changed(DeviceChange.Whole);
    }

    private WireRefusal? Taken(Udi udi, Device? device, long productId)
    {
        var key = (udi.Key, productId);
        var place = State.Directory.TryGetValue(key, out var own) ? (own.AccountId, own.DeviceId)
            : State.Units.TryGetValue(key, out var unit) ? (unit.AccountId, unit.DeviceId) : default;
        if (place == default || (device is not null && place == (device.AccountId, device.Id)))
        {
            return null;
        }

        return new WireRefusal(WireCode.HaUnitRegistered, own is not null
            ? $"{udi} cannot be a unit of this high availability set: it is registered as a product instance of its own. Deregister it there, or remove it from the inventory, then send again."
            : $"{udi} cannot be a unit of this high availability set: it belongs to the set of another product instance. Take it out of that set first, then send again.");
    }
}
