using Purser.Protocol;
using Purser.Protocol.Wire;
using Purser.Server.Alerts;
using Purser.Server.Catalog;
using Purser.Server.Devices.Door;
using Purser.Server.Events;
using Purser.Server.Pki;

namespace Purser.Server.Devices.Committing;

/// <summary>What happens to a product instance's identity: certified, renewed, ended.</summary>
internal sealed class IdentityActs(BatchBook book, LockBook locks, CatalogSnapshot catalog, CertificateIssuer issuer, HighAvailabilityAct units)
{
    public const string Superseded = "superseded";
    public const string Deregistered = "cessationOfOperation";

    /// <summary>The device has used its newest certificate, so the one before has done its service.</summary>
    public void Used(DeviceEntry device, string serial)
    {
        if (device.Row.CertificateSerial == serial && device.Row.PreviousCertificateSerial is { } previous)
        {
            book.State.Revocations[previous] = Superseded;
            device.Row.PreviousCertificateSerial = null;
        }
    }

    /// <summary>A new certificate for the same key. The present one stays good until the new one was used: the answer may be lost.</summary>
    public PendingIdentity Renew(DeviceEntry device, KnownKey key, IdCertRenewalRequest request)
    {
        var row = device.Row;
        if (row.CertificateSerial != key.Serial)
        {
            // Signed with the one before: the newest never reached the device.
            book.State.Revocations[row.CertificateSerial] = Superseded;
        }

        DeviceNaming.Rename(row, request.Hostname);
        var pending = Certify(device, key.PublicKey);
        row.PreviousCertificateSerial = key.Serial;
        book.Append(device, ProductInstanceEvents.RenewedCertificate(row.DisplayName, book.VirtualAccountName(device)));
        return pending;
    }

    public DeregistrationReply Deregister(DeviceEntry device)
    {
        locks.ReleaseAll(device);
        End(device, Deregistered);
        return new DeregistrationReply(book.State.Now.ToUnixTimeSeconds());
    }

    /// <summary>The row leaves every list, its use is released, its certificates are void; history stays.</summary>
    public void End(DeviceEntry device, string reason)
    {
        var row = device.Row;
        book.Append(device, ProductInstanceEvents.Removed(row.DisplayName));
        book.EndUses(device);
        book.EndReporting(device);
        locks.Abandon(device);
        book.Settle();
        RevokeAll(row, reason);
        LeaveDirectory(row);
        units.LeaveUnits(row);
        (row.DetachedAt, row.DetachedUntil, row.SilenceFrom) = (null, null, null);
        row.State = DeviceState.Removed;
        row.RemovedAt = book.State.Now;
        row.SilenceStage = 0;
        ForgetAlerts(device);
        device.Changed(DeviceChange.Whole);
    }

    private void ForgetAlerts(DeviceEntry device)
    {
        book.Clear(device.Row, AlertSubjects.Silence(device.Row.Id));
        ForgetRestricted(device);
    }

    /// <summary>What was missing in its virtual account is nothing to it any more, or may be there where it lies now: its next request tells.</summary>
    public void ForgetRestricted(DeviceEntry device)
    {
        if (device.Account.HoldsRestrictedLicenses)
        {
            foreach (var license in catalog.Entitlements.Where(license => license.Enforcement == Enforcement.ExportRestricted))
            {
                book.Clear(device.Row, AlertSubjects.Restricted(device.Row.Id, license.Id));
            }
        }
    }

    /// <summary>Steps 1 to 3 of docs/issuance.md: serial and content on record, nothing signed.</summary>
    public PendingIdentity Certify(DeviceEntry device, byte[] publicKey)
    {
        var (row, now) = (device.Row, book.State.Now);
        var ticket = issuer.Prepare(catalog.FindProduct(row.ProductId)?.Name ?? row.UdiPid, row.Piid, publicKey, now);
        book.State.NewCertificates.Add(new IdentityCertificate
        {
            Serial = ticket.Serial,
            AccountId = row.AccountId,
            DeviceId = row.Id,
            Piid = row.Piid,
            IssuingKeyId = ticket.IssuingKeyId,
            State = CertificateState.Intended,
            ContentHash = ticket.ContentHash,
            NotBefore = ticket.NotBefore,
            NotAfter = ticket.NotAfter,
        });
        row.CertificateSerial = ticket.Serial;
        row.CertificateEndsAt = ticket.NotAfter;
        device.Changed(DeviceChange.Whole);
        return new PendingIdentity(
            ticket.Serial, ticket.IssuingKeyId, ticket.Content, ticket.ContentHash, row.Piid, device.Account.Name, book.VirtualAccountName(device), row.ExportAllowed, now,
            ticket.NotBefore, ticket.NotAfter);
    }

    /// <summary>The directory holds registered product instances only; who registers after this begins a new row.</summary>
    private void LeaveDirectory(Device row)
    {
        var key = (new Udi(row.UdiPid, row.UdiSerialNumber, row.Uuid.Length > 0 ? row.Uuid : null).Key, row.ProductId);
        book.State.Directory.Remove(key);
        book.State.NewDirectory.Remove(key);
        book.State.RemovedDirectory.Add(key);
    }

    public void RevokeAll(Device row, string reason)
    {
        if (row.CertificateSerial.Length > 0)
        {
            book.State.Revocations[row.CertificateSerial] = reason;
        }

        if (row.PreviousCertificateSerial is { } previous)
        {
            book.State.Revocations[previous] = reason;
            row.PreviousCertificateSerial = null;
        }
    }
}
