namespace Purser.Server.Devices;

/// <summary>What detached mode does to a product instance's row: its use stays counted, its silence is not (domain rules 7.9).</summary>
internal static class DetachedMode
{
    public static void Enter(Device device, DateTimeOffset until, DateTimeOffset now)
    {
        (device.Mode, device.DetachedAt, device.DetachedUntil, device.SilenceFrom) = (DeviceMode.Detached, now, until, null);
        device.SilenceStage = 0;
    }

    /// <summary>The clock of silence starts afresh.</summary>
    public static void Leave(Device device, DateTimeOffset from) =>
        (device.Mode, device.DetachedAt, device.DetachedUntil, device.SilenceFrom) = (DeviceMode.Direct, null, null, from);
}
