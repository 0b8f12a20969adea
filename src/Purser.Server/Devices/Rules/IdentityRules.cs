using Purser.Protocol;
using Purser.Server.Accounts;

namespace Purser.Server.Devices.Rules;

/// <summary>Whether the bearer of a certificate is still a product instance of this authority.</summary>
public static class IdentityRules
{
    /// <param name="device">Null: the certificate's serial is not on record.</param>
    public static WireRefusal? Judge(Device? device, AccountStatus account, string serial, string piid)
    {
        if (device is not { State: DeviceState.Registered } || !IsCurrent(device, serial))
        {
            // The published text (device reference 2.9).
            return new WireRefusal(WireCode.IdentityInvalid, $"The identity for the instance {piid} is not valid. Please re-register the instance.");
        }

        return account == AccountStatus.Active ? null : new WireRefusal(WireCode.NotAllowed, "The Smart Account of this product instance is not active.");
    }

    /// <summary>The newest certificate, or the one before while the newest was never used: its delivery may have been lost.</summary>
    public static bool IsCurrent(Device device, string serial) => device.CertificateSerial == serial || device.PreviousCertificateSerial == serial;
}
