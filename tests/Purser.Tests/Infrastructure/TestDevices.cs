using System.Globalization;
using Purser.Server.Commands;
using Purser.Server.Devices;
using Purser.Server.Store;

namespace Purser.Tests.Infrastructure;

/// <summary>Product instances as rows, without the wire.</summary>
internal static class TestDevices
{
    public static Device Add(WriteScope scope, long account, long virtualAccount)
    {
        var id = scope.NextId(IdKind.Device);
        var number = id.ToString(CultureInfo.InvariantCulture);
        var device = new Device
        {
            AccountId = account,
            Id = id,
            VirtualAccountId = virtualAccount,
            ProductId = 1,
            Piid = $"piid-{number}",
            UdiPid = "NW-9300",
            UdiSerialNumber = $"SN{number}",
            DisplayName = $"device-{number}",
            SearchText = $"DEVICE-{number}",
            RegisteredAt = scope.Now,
            LastContactAt = scope.Now,
            AuthorizedAt = scope.Now,
            CertificateSerial = number,
            CertificateEndsAt = scope.Now.AddDays(365),
            KeyFingerprint = [1],
        };
        scope.Db.Devices.Add(device);
        scope.Db.DeviceDirectory.Add(new DeviceDirectory { Udi = $"P:NW-9300,S:SN{number}", ProductId = 1, Piid = device.Piid, AccountId = account, DeviceId = id });
        return device;
    }
}
