using Purser.Server.Commands;

namespace Purser.Server.Devices.Instances;

/// <summary>Which product instances a person may transfer or remove, by their own state (domain rules 7.5, 7.6).</summary>
internal static class DeviceRules
{
    /// <summary>How many may be named in one command; the account's other writers wait meanwhile.</summary>
    public const int MostAtOnce = 500;

    public static Refusal? Count(IReadOnlyList<long>? devices) => devices is { Count: > 0 and <= MostAtOnce }
        ? null
        : Verdict.Refused(RefusalCode.InvalidInput, $"Name 1 to {MostAtOnce} product instances.", "devices");

    public static RefusedItem? Transfer(long id, Device? device, long fromVirtualAccountId) => Present(id, device, fromVirtualAccountId)
        ?? device!.Mode switch
        {
            DeviceMode.Satellite => Refuse(device, RefusalCode.NotTransferable, "It belongs to a satellite; product instances of a satellite cannot be transferred here."),
            _ => null,
        };

    public static RefusedItem? Remove(long id, Device? device, long virtualAccountId) => Present(id, device, virtualAccountId)
        ?? device!.Mode switch
        {
            DeviceMode.Satellite => Refuse(device, RefusalCode.Conflict, "It belongs to a satellite; remove it there and synchronize."),
            DeviceMode.Reserved => Refuse(device, RefusalCode.ReservationInPlace, "Licenses are reserved on it. It is removed with the return code that the device gives."),
            _ => null,
        };

    /// <summary>Removing would leave restricted functions on without their licenses (help ch. 6; domain rules 7.6).</summary>
    public static RefusedItem RestrictedInUse(Device device) => Refuse(
        device, RefusalCode.RestrictedLicensesInUse,
        "Restricted licenses are in use on it, so it cannot be removed. Turn the restricted functions off on the device or deregister it there; meanwhile its unrestricted licenses can be released.");

    /// <summary>All or none: one refusal that names each of those that stand in the way.</summary>
    public static Refusal AllOrNone(IReadOnlyList<RefusedItem> refused, int asked, string what) =>
        Verdict.Refused(refused[0].Code, asked == 1 ? refused[0].Detail : $"{refused.Count} of {asked} product instances cannot be {what}, so none was.", "devices") with
        {
            Items = refused,
        };

    private static RefusedItem? Present(long id, Device? device, long virtualAccountId) =>
        device is not { State: DeviceState.Registered } ? new RefusedItem(id, "", RefusalCode.NotFound, "There is no such product instance.")
        : device.VirtualAccountId != virtualAccountId ? Refuse(device, RefusalCode.Stale, "It is not in this virtual account any more. Look at the table again.")
        : null;

    private static RefusedItem Refuse(Device device, RefusalCode code, string detail) => new(device.Id, device.DisplayName, code, detail);
}
