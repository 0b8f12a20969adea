using Microsoft.EntityFrameworkCore;
using Purser.Server.Commands;

namespace Purser.Server.Devices.Instances;

/// <summary>The product instances that a command names, judged one by one under the account's lock.</summary>
internal sealed record DeviceChoice(IReadOnlyList<Device> Devices, IReadOnlyList<RefusedItem> Refused)
{
    public int Asked => Devices.Count + Refused.Count;

    public static async Task<DeviceChoice> LoadAsync(
        WriteScope scope, long accountId, IReadOnlyList<long> ids, Func<long, Device?, RefusedItem?> judge)
    {
        var wanted = ids.Distinct().Order().ToList();
        var rows = await scope.Db.Devices.Where(device => device.AccountId == accountId && wanted.Contains(device.Id)).ToDictionaryAsync(device => device.Id);
        var refused = wanted.Select(id => judge(id, rows.GetValueOrDefault(id))).OfType<RefusedItem>().ToList();
        var stopped = refused.Select(item => item.Id).ToHashSet();
        return new DeviceChoice([.. wanted.Where(id => !stopped.Contains(id)).Select(id => rows[id])], refused);
    }
}
