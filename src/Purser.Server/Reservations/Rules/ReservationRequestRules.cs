using Purser.Protocol.Reservations;
using Purser.Server.Accounts;
using Purser.Server.Catalog;
using Purser.Server.Commands;

namespace Purser.Server.Reservations.Rules;

/// <summary>What must hold before anything is looked up for a request code.</summary>
public static class ReservationRequestRules
{
    /// <param name="named">The product, where the product ids of the catalog do not say it.</param>
    public static Verdict<(RequestCode Code, Product Product)> Read(CatalogSnapshot catalog, string typed, string? named)
    {
        var read = RequestCode.Read(typed);
        if (!read.IsOk)
        {
            return Verdict.Refused(RefusalCode.CodeInvalid, read.Detail!, "requestCode");
        }

        var pid = read.Value.Udi.Pid;
        return (string.IsNullOrWhiteSpace(named) ? catalog.FindProductOfPid(pid) : catalog.FindProduct(named.Trim())) is { } product
            ? (read.Value, product)
            : Verdict.Refused(
                RefusalCode.UnknownProduct,
                string.IsNullOrWhiteSpace(named)
                    ? $"The catalog does not say which product has the product id {pid}. Choose the product; the vendor can add the product id to it."
                    : $"There is no product \"{named.Trim()}\" in the catalog.",
                "product");
    }

    /// <summary>Reservation exists only where the operator enabled it, specific and universal apart (domain rules 8.1).</summary>
    public static Refusal? Judge(Account account, ReservationKind kind) =>
        !AccountTypeRules.CanActivate(account.Type) ? Verdict.Refused(RefusalCode.AccountTypeForbids, "Licenses of a holding account cannot be reserved: transfer the order to the customer's Smart Account first.")
        : kind == ReservationKind.Universal && !account.UniversalReservation
            ? Verdict.Refused(RefusalCode.ReservationNotEnabled, "Universal license reservation is not enabled for this Smart Account. Ask the vendor to enable it.")
        : kind == ReservationKind.Specific && !account.SpecificReservation
            ? Verdict.Refused(RefusalCode.ReservationNotEnabled, "License reservation is not enabled for this Smart Account. Ask the vendor to enable it.")
        : null;

    /// <summary>What reports its use takes no new reservation (domain rules 8.1, 13.2).</summary>
    public static Refusal LicensedByPolicy(string device) => Verdict.Refused(
        RefusalCode.Conflict,
        $"The product instance {device} is licensed by policy: it reports what it uses and takes no new reservation. What it uses needs none; for enforced and export-restricted licenses it gets an authorization code (Authorize Product Instances).",
        "requestCode");

    public static Refusal? JudgeWishes(ReservationKind kind, IReadOnlyList<ReservationWish> wishes) =>
        kind == ReservationKind.Universal && wishes.Count > 0
            ? Verdict.Refused(RefusalCode.InvalidInput, "A universal reservation covers everything that the device asks for: name no licenses.", "licenses")
        : kind == ReservationKind.Specific && wishes.All(wish => wish.Sum <= 0)
            ? Verdict.Refused(RefusalCode.InvalidInput, "Enter how many licenses are to be reserved, for at least one license.", "licenses")
        : null;
}
