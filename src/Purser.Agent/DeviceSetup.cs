using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Purser.Agent.Policy;
using Purser.Agent.Policy.Authorizations;
using Purser.Agent.Rules;
using Purser.Agent.State;
using Purser.Protocol;
using Purser.Protocol.Certificates;
using Purser.Protocol.Wire;

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

        if (device.SoftwareVersion?.Length > WireLimits.Text)
        {
            return $"a software version has at most {WireLimits.Text} characters";
        }

        return device.Hostname?.Length > 255 ? "a hostname has at most 255 characters" : null;
    }

    /// <param name="byPolicy">It does not register, it reports what it uses; its reports travel as files until it has a transport.</param>
    public static DeviceState Make(DeviceDescription device, X509Certificate2? root = null, bool byPolicy = false)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        return new DeviceState
        {
            Device = device,
            PrivateKey = Convert.ToBase64String(key.ExportPkcs8PrivateKey()),
            Trust = root is null ? new TrustAnchor() : Pin(root),
            Policy = byPolicy ? new PolicyState() : null,
            Transport = byPolicy ? new TransportSettings { Kind = TransportKind.Off } : new TransportSettings(),
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

        if (state.Policy?.Codes.Installed is not null)
        {
            return new WireRefusal(WireCode.NotAllowed, "this device has an authorization code; 'license smart authorization return local offline' first, or its licenses stay locked");
        }

        return Make(state.Device) with
        {
            Transport = state.Transport,
            Trust = state.Trust.Pinned ? state.Trust : new TrustAnchor(),
            Evaluation = state.Evaluation with { RunningSince = null },
            HighAvailability = state.HighAvailability,
            Reservation = ReservationRules.GiveUp(state).Reservation with { Enabled = false },
            Policy = state.Policy is { } policy ? new PolicyState { NextReportId = policy.NextReportId, Licenses = policy.Licenses, NodeLocked = policy.NodeLocked, Codes = new CodeState { LastNumber = policy.Codes.LastNumber, ReturnCode = policy.Codes.ReturnCode, IsReturnTold = policy.Codes.IsReturnTold } } : null,
        };
    }

    public static TrustAnchor Pin(X509Certificate2 root) =>
        new() { Root = Convert.ToBase64String(root.RawData), Fingerprint = ChainCheck.Fingerprint(root), Pinned = true };

    public static TrustAnchor Pin(string fingerprint) => new() { Fingerprint = fingerprint, Pinned = true };
}
