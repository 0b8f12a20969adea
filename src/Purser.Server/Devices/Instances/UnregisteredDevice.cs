using Purser.Protocol;
using Purser.Protocol.Wire;
using Purser.Server.Commands;
using Purser.Server.Pki;
using Purser.Server.Store;

namespace Purser.Server.Devices.Instances;

/// <summary>A product instance that did not register: its request code (domain rules 8.2) or its usage reports were brought. It has no key and no certificate.</summary>
internal static class UnregisteredDevice
{
    public static Device Add(WriteScope scope, long accountId, long virtualAccountId, long productId, Udi udi, DeviceMode mode)
    {
        var device = new Device
        {
            AccountId = accountId, Id = scope.NextId(IdKind.Device), VirtualAccountId = virtualAccountId, ProductId = productId, Piid = SecretSource.NewUuid(),
            UdiPid = udi.Pid, UdiSerialNumber = udi.Sn, Uuid = udi.Uuid ?? "", DisplayName = "", SearchText = "", CertificateSerial = "", KeyFingerprint = [],
            State = DeviceState.Registered, Mode = mode, RegisteredAt = scope.Now, LastContactAt = scope.Now,
        };
        DeviceNaming.Describe(device, new Sudi { UdiPid = udi.Pid, UdiSerialNumber = udi.Sn }, null);
        scope.Db.Devices.Add(device);
        scope.Db.DeviceDirectory.Add(new DeviceDirectory { Udi = udi.Key, ProductId = productId, Piid = device.Piid, AccountId = accountId, DeviceId = device.Id });
        return device;
    }
}
