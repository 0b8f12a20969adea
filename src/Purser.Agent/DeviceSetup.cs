using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
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

    public static TrustAnchor Pin(X509Certificate2 root) =>
        new() { Root = Convert.ToBase64String(root.RawData), Fingerprint = ChainCheck.Fingerprint(root), Pinned = true };

    public static TrustAnchor Pin(string fingerprint) => new() { Fingerprint = fingerprint, Pinned = true };
}
