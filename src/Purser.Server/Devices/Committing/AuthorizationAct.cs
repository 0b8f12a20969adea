using System.Globalization;
using Purser.Protocol;
using Purser.Protocol.Wire;
using Purser.Server.Catalog;
using Purser.Server.Devices.Rules;
using Purser.Server.Events;

namespace Purser.Server.Devices.Committing;

/// <summary>Carries out an authorization: demand, events, settlement, and what the device is told of each license.</summary>
internal sealed class AuthorizationAct(BatchBook book, LockBook locks, CatalogSnapshot catalog)
{
    public AuthorizationReply Carry(DeviceEntry device, AuthorizationRequest request)
    {
        var row = device.Row;
        var asked = request.Entitlements.Select(one => Look(row, one)).ToList();
        var restricted = asked.Where(one => LockBook.Governs(device, one)).ToList();
        var decision = AuthorizationRules.Decide(
            restricted.Count == 0 ? asked : [.. asked.Except(restricted)], device.Uses.Where(use => !use.Value.IsLocked).ToDictionary(use => use.Key, use => use.Value.Requested), row.ExportAllowed);
        foreach (var change in decision.Changes)
        {
            book.SetUse(device, change.EntitlementId, change.After);
            book.Append(
                device,
                ProductInstanceEvents.RequestedLicense(row.DisplayName, book.VirtualAccountName(device), change.After, catalog.FindEntitlement(change.EntitlementId)?.Name ?? "?"),
                change.EntitlementId);
        }

        foreach (var share in asked.Where(one => one.Entitlement is { } license && decision.Demands.GetValueOrDefault(license.Id) > 0 && !restricted.Contains(one))
            .ToLookup(one => one.Entitlement!.Id, one => one.Request.Application))
        {
            book.Share(device, share.Key, share.OfType<ApplicationShare>().FirstOrDefault());
        }

        var granted = locks.Carry(device, restricted);
        book.Settle();
        var answers = asked.ConvertAll(one => restricted.Contains(one) ? Answer(device, one, granted[one.Entitlement!.Id]) : Answer(device, one, decision));
        var inCompliance = answers.TrueForAll(answer => answer.Status != EntitlementStatus.OutOfCompliance);
        row.AuthorizedAt = book.State.Now;
        row.ToldOutOfCompliance = !inCompliance;
        return new AuthorizationReply(
            inCompliance,
            row.AuthorizedAt.Value.ToUnixTimeSeconds(),
            LicensingTimes.NextAuthorization(book.State.Now, inCompliance).ToUnixTimeSeconds(),
            LicensingTimes.AuthorizationDeadline(book.State.Now, row.CertificateEndsAt).ToUnixTimeSeconds(),
            device.Account.Name,
            book.VirtualAccountName(device),
            answers);
    }

    private AskedLicense Look(Device device, EntitlementRequest request)
    {
        var entitlement = catalog.FindEntitlement(request.Tag ?? request.Name!);
        return new AskedLicense(request, entitlement, entitlement is not null && catalog.MayUse(device.ProductId, entitlement.Id));
    }

    private EntitlementReply Answer(DeviceEntry device, AskedLicense asked, AuthorizationDecision decision)
    {
        var request = asked.Request;
        if (asked.Entitlement is not { } entitlement)
        {
            return new EntitlementReply(request.Tag, request.Name, request.Count, EntitlementStatus.InvalidTag, null, null, null);
        }

        var status = AuthorizationRules.RefusalOf(asked, device.Row.ExportAllowed)
            ?? (decision.Demands[entitlement.Id] > 0 && book.Pool(device, entitlement.Id).Balance < 0 ? EntitlementStatus.OutOfCompliance : EntitlementStatus.InCompliance);
        return Reply(entitlement, request, status, status == EntitlementStatus.NotAuthorized ? ReasonOf(asked, device.Row) : null);
    }

    /// <summary>A restricted license is locked to the device as asked, or not at all (domain rules 9.2).</summary>
    private EntitlementReply Answer(DeviceEntry device, AskedLicense asked, long granted)
    {
        var (request, entitlement) = (asked.Request, asked.Entitlement!);
        return granted >= request.Count
            ? Reply(entitlement, request, EntitlementStatus.InCompliance, null)
            : Reply(entitlement, request, EntitlementStatus.NotAuthorized, string.Create(
                CultureInfo.InvariantCulture,
                $"the restricted licenses that it asks for are not available in the Virtual Account \"{book.VirtualAccountName(device)}\": {request.Count} {entitlement.Name} are asked for, "
                + $"{granted} stay assigned and {book.Pool(device, entitlement.Id).Available} are free; add licenses there, or transfer the product instance to a virtual account that has them"));
    }

    private static EntitlementReply Reply(Entitlement entitlement, EntitlementRequest request, string status, string? reason) => new(
        entitlement.Tag, request.Name, request.Count, status, entitlement.Name, entitlement.Description, entitlement.Version,
        entitlement.Enforcement == Enforcement.ExportRestricted, EnforcementName(entitlement.Enforcement), reason);

    private string ReasonOf(AskedLicense asked, Device device) => asked is { Request.ExportAuthorization: true, Entitlement.Enforcement: not Enforcement.ExportRestricted }
        ? $"{asked.Entitlement.Name} is not restricted by export control; ask for it as for any other license"
        : asked.MayUse
        ? "it is restricted by export control, and this product instance was registered with a token that does not allow such functions; register again with one that does"
        : $"the product {catalog.FindProduct(device.ProductId)?.Name} may not use {asked.Entitlement!.Name}; its licenses are listed in the license authority's catalog";

    private static string EnforcementName(Enforcement enforcement) => enforcement switch
    {
        Enforcement.NotEnforced => "NOT_ENFORCED",
        Enforcement.Enforced => "ENFORCED",
        Enforcement.ExportRestricted => "EXPORT_RESTRICTED",
        _ => throw new ArgumentOutOfRangeException(nameof(enforcement), enforcement, "No such enforcement"),
    };
}
