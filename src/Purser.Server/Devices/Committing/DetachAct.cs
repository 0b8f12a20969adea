using Purser.Protocol;
using Purser.Protocol.Wire;
using Purser.Server.Devices.Rules;
using Purser.Server.Events;
using Purser.Server.Settings;

namespace Purser.Server.Devices.Committing;

/// <summary>A device goes into detached mode and comes back (PI-08, domain rules 7.9). What fails is in the log too (help ch. 6).</summary>
internal sealed class DetachAct(BatchBook book, PurserSettings settings)
{
    public RuleVerdict<DetachReply> Detach(DeviceEntry device, DetachRequest request)
    {
        var (row, now, until) = (device.Row, book.State.Now, DateTimeOffset.FromUnixTimeSeconds(request.Until));
        if (DetachRules.Detach(row, until, settings.Devices.DetachedDays, now) is { } problem)
        {
            book.Append(device, ProductInstanceEvents.FailedToDetach(row.DisplayName, book.VirtualAccountName(device)));
            return new WireRefusal(WireCode.DetachRefused, $"This product instance cannot be detached. {problem}");
        }

        DetachedMode.Enter(row, until, now);
        device.Changed(DeviceChange.Whole);
        book.Append(device, ProductInstanceEvents.Detached(row.DisplayName, book.VirtualAccountName(device)));
        return new DetachReply(now.ToUnixTimeSeconds(), request.Until);
    }

    public RuleVerdict<ReattachReply> Reattach(DeviceEntry device)
    {
        if (DetachRules.Reattach(device.Row) is { } problem)
        {
            book.Append(device, ProductInstanceEvents.FailedToReattach(device.Row.DisplayName, book.VirtualAccountName(device)));
            return new WireRefusal(WireCode.DetachRefused, $"This product instance cannot be reattached. {problem}");
        }

        book.Reattach(device, book.State.Now);
        return new ReattachReply(book.State.Now.ToUnixTimeSeconds());
    }
}
