using Purser.Protocol;
using Purser.Protocol.Wire;
using Purser.Server.Catalog;
using Purser.Server.Devices.Rules;
using Purser.Server.Events;

namespace Purser.Server.Devices.Committing;

/// <summary>Carries out an authorization: demand, events, settlement, and what the device is told of each license.</summary>
internal sealed class AuthorizationAct(BatchBook book, CatalogSnapshot catalog)
{
    public AuthorizationReply Carry(DeviceEntry device, AuthorizationRequest request)
    {
        var row = device.Row;
        var asked = request.Entitlements.Select(one => Look(row, one)).ToList();
        var decision = AuthorizationRules.Decide(asked, device.Uses.ToDictionary(use => use.Key, use => use.Value.Requested), row.ExportAllowed);
        foreach (var change in decision.Changes)
        {
            book.SetUse(device, change.EntitlementId, change.After);
            book.Append(
                device,
                ProductInstanceEvents.RequestedLicense(row.DisplayName, book.VirtualAccountName(device), change.After, catalog.FindEntitlement(change.EntitlementId)?.Name ?? "?"),
                change.EntitlementId);
        }

        book.Settle();
        var answers = asked.ConvertAll(one => Answer(device, one, decision));
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
        return new EntitlementReply(
            entitlement.Tag, request.Name, request.Count, status, entitlement.Name, entitlement.Description, entitlement.Version,
            entitlement.Enforcement == Enforcement.ExportRestricted, EnforcementName(entitlement.Enforcement),
            status == EntitlementStatus.NotAuthorized ? ReasonOf(asked, device.Row) : null);
    }

    private string ReasonOf(AskedLicense asked, Device device) => asked.MayUse
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
