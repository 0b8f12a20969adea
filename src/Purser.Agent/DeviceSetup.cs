using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Purser.Agent.Rules;
using Purser.Agent.State;
using Purser.Protocol;
using Purser.Protocol.Certificates;

namespace Purser.Agent;

/// <summary>Makes a device that has never been registered.</summary>
public static class DeviceSetup
{
    /// <summary>Null when the description is good; otherwise what is wrong with it.</summary>
    public static string? Problem(DeviceDescription device)
    {
        if (!Tag.TryParse(device.SoftwareTag, out _))
        {
            return $"'{device.SoftwareTag}' is no software tag; expected regid.<yyyy-mm>.<reversed domain>.<NAME>,<version>_<uuid>, as the catalog shows it";
        }

        if (!new Udi(device.Pid, device.Sn, device.Uuid).IsWellFormed)
        {
            return "product id, serial number and uuid are 1 to 64 printable characters without blanks and commas";
        }

        if (device.PortalName is { Length: 0 or > 64 })
        {
            return "the portal's name has 1 to 64 characters";
        }

        return device.Hostname?.Length > 255 ? "a hostname has at most 255 characters" : null;
    }

    public static DeviceState Make(DeviceDescription device, X509Certificate2? root = null)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        return new DeviceState
        {
            Device = device,
            PrivateKey = Convert.ToBase64String(key.ExportPkcs8PrivateKey()),
            Trust = root is null ? new TrustAnchor() : Pin(root),
        };
    }

    /// <summary>As made anew, but for the evaluation, the settings of a person, and what is known of former reservations. Nothing that still holds licenses elsewhere may be lost by it.</summary>
    internal static WireResult<DeviceState> Reset(DeviceState state)
    {
        if (state.Registration.Identity is not null)
        {
            return new WireRefusal(WireCode.NotAllowed, "this device is registered; 'license smart deregister' first, or its licenses stay counted");
        }

        if (state.UnitsOf().Any(static one => one.Unit.Installed is not null))
        {
            return new WireRefusal(ReservationError.Reserved, "this device is reserved; 'license smart reservation return all' first, or its licenses stay reserved");
        }

        return Make(state.Device) with
        {
            Transport = state.Transport,
            Trust = state.Trust.Pinned ? state.Trust : new TrustAnchor(),
            Evaluation = state.Evaluation with { RunningSince = null },
            HighAvailability = state.HighAvailability,
            Reservation = ReservationRules.GiveUp(state).Reservation with { Enabled = false },
        };
    }

    public static TrustAnchor Pin(X509Certificate2 root) =>
        new() { Root = Convert.ToBase64String(root.RawData), Fingerprint = ChainCheck.Fingerprint(root), Pinned = true };

    public static TrustAnchor Pin(string fingerprint) => new() { Fingerprint = fingerprint, Pinned = true };
}
