namespace Purser.Server.Devices.CleanUp;

/// <summary>Why a product instance looks as if it could go, the surest reason first.</summary>
public enum CleanUpReason
{
    /// <summary>The same serial number is registered again, and was heard since.</summary>
    SameSerialNumber,

    /// <summary>Another device took its host name after it fell silent: it was replaced.</summary>
    Replaced,

    /// <summary>It has not been heard for long.</summary>
    Silent,
}

/// <summary>A reason, and the other product instance that gives it.</summary>
public sealed record CleanUpFinding(CleanUpReason Reason, Device? Other);

/// <summary>Product instances that are probably stale or stand there twice (PI-11). Pure; nothing is done without a person's word.</summary>
public static class CleanUpRules
{
    /// <summary>The second warning of silence (domain rules 7.4).</summary>
    public static readonly TimeSpan LongSilence = TimeSpan.FromDays(60);

    /// <param name="others">Product instances with the same serial number or host name; the instance itself does no harm.</param>
    public static CleanUpFinding? Judge(Device device, IEnumerable<Device> others, DateTimeOffset now)
    {
        var rest = others.Where(other => other.Id != device.Id).OrderByDescending(other => other.LastContactAt).ThenByDescending(other => other.Id).ToList();
        if (rest.Find(other => IsTwin(device, other)) is { } twin)
        {
            return new CleanUpFinding(CleanUpReason.SameSerialNumber, twin);
        }

        if (rest.Find(other => Replaces(other, device)) is { } replacement)
        {
            return new CleanUpFinding(CleanUpReason.Replaced, replacement);
        }

        // In detached mode nobody expects it to call (domain rules 7.9).
        return device.Mode != DeviceMode.Detached && now - device.SilentSince >= LongSilence ? new CleanUpFinding(CleanUpReason.Silent, null) : null;
    }

    /// <summary>Of two with one serial number the one that was heard last is the living one.</summary>
    private static bool IsTwin(Device device, Device other) =>
        other.UdiSerialNumber == device.UdiSerialNumber
        && (other.LastContactAt > device.LastContactAt || (other.LastContactAt == device.LastContactAt && other.Id > device.Id));

    private static bool Replaces(Device other, Device device) =>
        device.HostIdentifier.Length > 0 && other.HostIdentifier == device.HostIdentifier && other.ProductId == device.ProductId
        && other.UdiSerialNumber != device.UdiSerialNumber && other.RegisteredAt > device.LastContactAt;
}
