using Purser.Protocol;
using Purser.Protocol.Wire;
using Purser.Server.Commands;
using Purser.Server.Pki;
using Purser.Server.Store;

namespace Purser.Server.Devices.Instances;

/// <summary>A product instance that never called: a person brought its request code (domain rules 8.2). It has no key and no certificate.</summary>
internal static class ReservingDevice
{
    public static Device Add(WriteScope scope, long accountId, long virtualAccountId, long productId, Udi udi)
    {
        var device = new Device
        {
            AccountId = accountId, Id = scope.NextId(IdKind.Device), VirtualAccountId = virtualAccountId, ProductId = productId, Piid = SecretSource.NewUuid(),
            UdiPid = udi.Pid, UdiSerialNumber = udi.Sn, Uuid = udi.Uuid ?? "", DisplayName = "", SearchText = "", CertificateSerial = "", KeyFingerprint = [],
            State = DeviceState.Registered, Mode = DeviceMode.Reserved, RegisteredAt = scope.Now, LastContactAt = scope.Now,
        };
        DeviceNaming.Describe(device, new Sudi { UdiPid = udi.Pid, UdiSerialNumber = udi.Sn }, null);
        scope.Db.Devices.Add(device);
        scope.Db.DeviceDirectory.Add(new DeviceDirectory { Udi = udi.Key, ProductId = productId, Piid = device.Piid, AccountId = accountId, DeviceId = device.Id });
        return device;
    }
}
