using Microsoft.EntityFrameworkCore;
using Purser.Protocol.Authorizations;
using Purser.Protocol.Reservations;
using Purser.Server.Accounts;
using Purser.Server.Alerts;
using Purser.Server.Catalog;
using Purser.Server.Commands;
using Purser.Server.Devices;
using Purser.Server.Devices.Instances;
using Purser.Server.Devices.Rules;
using Purser.Server.Events;
using Purser.Server.Licenses;
using Purser.Server.People;
using Purser.Server.Store;
using static Purser.Server.Usage.Authorizations.AuthorizationOutcome;

namespace Purser.Server.Usage.Authorizations;

/// <summary>The request of one product instance: everything is judged before anything changes.</summary>
internal sealed class AuthorizationWork(WriteScope scope, CatalogSnapshot catalog, AcknowledgementMint mint, Account account)
{
    private readonly AuthorizationBook book = new(scope, catalog, mint, account.Id);

    /// <param name="virtualAccountId">Where the product instance goes if it is not known yet.</param>
    public async Task<AuthorizationOutcome> RunAsync(AuthorizationRequest request, long virtualAccountId)
    {
        var (found, device, product) = await FindAsync(request);
        if (found is not null)
        {
            return found;
        }

        if (device is not null && !scope.Actor.May(Permission.LicenseReserve, account.Id, device.VirtualAccountId))
        {
            return No(request.Udi, AuthorizationRefusal.NotAllowed, $"{request.Udi.Display} lies in a virtual account in which you may not authorize product instances.");
        }

        if (request.ReturnCode is { } returned)
        {
            return await ReturnAsync(request, device, returned);
        }

        if (request.ConfirmationCode is { } confirmed && await ConfirmAsync(request, device, confirmed) is var confirmation && (!confirmation.IsDone || request.Licenses.Count == 0))
        {
            return confirmation;
        }

        return request.Licenses.Count == 0
            ? No(request.Udi, AuthorizationRefusal.NothingAsked, "The request names no license and has neither a confirmation code nor a return code.")
            : await GrantAsync(request, device, product!, device?.VirtualAccountId ?? virtualAccountId);
    }

    private async Task<(AuthorizationOutcome? Refused, Device? Device, Product? Product)> FindAsync(AuthorizationRequest request)
    {
        var udi = request.Udi;
        var known = await scope.Db.Devices.Where(row => row.AccountId == account.Id && row.UdiSerialNumber == udi.Sn && row.UdiPid == udi.Pid && row.State == DeviceState.Registered).ToListAsync();
        var product = request.SoftwareTag is { } tag && catalog.FindProduct(tag) is { } named ? named
            : known is [var one] ? catalog.FindProduct(one.ProductId)
            : catalog.FindProductOfPid(udi.Pid);
        if (product is null)
        {
            return (No(udi, AuthorizationRefusal.UnknownProduct, $"The catalog does not say which product {udi.Display} is. Ask the operator to add its software tag or product id."), null, null);
        }

        return known.Find(row => row.ProductId == product.Id) is { } device ? (null, device, product)
            : await scope.Db.DeviceDirectory.FindAsync(udi.Key, product.Id) is not null
                ? (No(udi, AuthorizationRefusal.UdiInDifferentAccount, $"{udi.Display} is known in another Smart Account. Ask for its code there, or have it removed there first."), null, null)
            : (null, null, product);
    }

    private async Task<AuthorizationOutcome> GrantAsync(AuthorizationRequest request, Device? device, Product product, long virtualAccountId)
    {
        if ((JudgeDevice(request, device) ?? JudgeLicenses(request, product)) is { } refused)
        {
            return refused;
        }

        var wanted = request.Licenses.GroupBy(asked => catalog.FindEntitlement(asked.Tag)!.Id).ToDictionary(group => group.Key, group => group.Sum(asked => asked.Count));
        if (!request.Replaces && device is not null && await book.InForceAsync(device.Id) is { } present)
        {
            foreach (var (license, count) in book.UnitsOf(present))
            {
                wanted.TryAdd(license, count);
            }
        }

        foreach (var (license, count) in wanted.OrderBy(one => one.Key))
        {
            var demand = await new LicenseLockBook(scope, account.Id).DemandAsync(device?.Id ?? 0, virtualAccountId, license, count);
            if (!demand.Fits)
            {
                return await ShortAsync(request, device, virtualAccountId, demand);
            }
        }

        if (device is null)
        {
            device = await new PolicyDevices(scope, account.Id).AddAsync(request.Udi, product, virtualAccountId, request.Hostname);
            scope.Journal(account.Id).Append(UsageEvents.Added(device.DisplayName, await LedgerNames.VirtualAccountAsync(scope, account.Id, virtualAccountId)), DeviceRemoval.PlaceOf(device));
        }

        foreach (var license in wanted.Keys)
        {
            await scope.Alerts(account.Id).ClearAsync(AlertSubjects.Restricted(device.Id, license));
        }

        var row = await book.IssueAsync(device, wanted);
        return Done(device, "An authorization code was made. Import it on the product instance: license smart import FILE", row.Text);
    }

    private static AuthorizationOutcome? JudgeDevice(AuthorizationRequest request, Device? device) => device?.Mode switch
    {
        DeviceMode.Direct or DeviceMode.Detached => No(request.Udi, AuthorizationRefusal.OtherwiseLicensed, $"{request.Udi.Display} is registered: it asks for restricted licenses itself, and needs no authorization code."),
        DeviceMode.Reserved => No(request.Udi, AuthorizationRefusal.OtherwiseLicensed, $"{request.Udi.Display} reserves its licenses: they stay valid and need no authorization code. Add what else it needs to its reservation, or return the reservation first."),
        DeviceMode.Satellite => No(request.Udi, AuthorizationRefusal.OtherwiseLicensed, $"{request.Udi.Display} is licensed by a satellite. Ask there."),
        _ => null,
    };

    private AuthorizationOutcome? JudgeLicenses(AuthorizationRequest request, Product product)
    {
        foreach (var asked in request.Licenses)
        {
            if (catalog.FindEntitlement(asked.Tag) is not { } license)
            {
                return No(request.Udi, AuthorizationRefusal.UnknownTag, $"There is no license with the tag {asked.Tag} in the catalog.", asked.Tag);
            }

            if (!catalog.MayUse(product.Id, license.Id))
            {
                return No(request.Udi, AuthorizationRefusal.NotForThisProduct, $"{license.Name} is no license of the product {product.Name}.", asked.Tag);
            }

            if (license.Enforcement == Enforcement.NotEnforced)
            {
                return No(request.Udi, AuthorizationRefusal.NotEnforced, $"{license.Name} needs no authorization code: use it, and report it.", asked.Tag);
            }

            // domain rules 9.1: either regime permits it.
            if (license.Enforcement == Enforcement.ExportRestricted && !account.ExportPermitted && !account.HoldsRestrictedLicenses)
            {
                return No(request.Udi, AuthorizationRefusal.ExportNotPermitted, $"{license.Name} enables restricted encryption technology, for which this Smart Account has no permission. Ask the vendor for it.", asked.Tag);
            }
        }

        return null;
    }

    /// <summary>What is short is told where people look (domain rules 9.2).</summary>
    private async Task<AuthorizationOutcome> ShortAsync(AuthorizationRequest request, Device? device, long virtualAccountId, RestrictedDemand demand)
    {
        var (license, count, most) = (demand.EntitlementId, demand.Wanted, demand.Covered + demand.Free);
        var entitlement = catalog.FindEntitlement(license)!;
        var place = await LedgerNames.VirtualAccountAsync(scope, account.Id, virtualAccountId);
        if (device is not null)
        {
            await scope.Alerts(account.Id).RaiseAsync(new AlertDraft(
                AlertKind.RestrictedLicenseNotAvailable, AlertLevel.Informational, AlertSubjects.Restricted(device.Id, license), AlertTexts.RestrictedNotAvailable(device.DisplayName, entitlement.Name, place))
            {
                VirtualAccountId = virtualAccountId, DeviceId = device.Id, EntitlementId = license,
            });
            scope.Journal(account.Id).Append(ExportEvents.NotAvailable(device.DisplayName, place, [(count, entitlement.Name)]), DeviceRemoval.PlaceOf(device));
        }

        return No(
            request.Udi, AuthorizationRefusal.AllCountsInUse,
            $"The virtual account \"{place}\" cannot give {count} of {entitlement.Name}: this product instance can have {(most == 0 ? "none" : $"{most} at most")}. Add licenses to the virtual account, or transfer some or the product instance.", entitlement.Tag);
    }

    private async Task<AuthorizationOutcome> ConfirmAsync(AuthorizationRequest request, Device? device, string code)
    {
        if (device is null || await book.InForceAsync(device.Id) is not { } row)
        {
            return NoCode(request);
        }

        if (!AuthorizationBook.IsConfirmation(row, code))
        {
            return No(request.Udi, AuthorizationRefusal.InvalidConfirmationCode, "This is not the confirmation code of the newest authorization code of this product instance. Import the newest one there, and take what it shows behind “Last Confirmation code”.");
        }

        if (row.ConfirmedAt is null)
        {
            await book.ConfirmAsync(device, row);
        }

        return Done(device, "The authorization code is confirmed.");
    }

    private async Task<AuthorizationOutcome> ReturnAsync(AuthorizationRequest request, Device? device, string text)
    {
        var code = ReturnCode.Read(text);
        if (!code.IsOk)
        {
            return No(request.Udi, AuthorizationRefusal.InvalidReturnCode, code.Detail!);
        }

        if (device is null || await book.InForceAsync(device.Id) is not { } row)
        {
            return NoCode(request);
        }

        if (!AuthorizationBook.IsReturn(row, code.Value))
        {
            return No(request.Udi, AuthorizationRefusal.InvalidReturnCode, "This is not the return code of the newest authorization code of this product instance. If a newer one was made, import it there and return that.");
        }

        await book.ReturnAsync(device);
        return Done(device, "The authorization code is returned, and its licenses are free.");
    }

    private static AuthorizationOutcome NoCode(AuthorizationRequest request) =>
        No(request.Udi, AuthorizationRefusal.UdiNotFound, $"{request.Udi.Display} has no authorization code here: it never had one, or it was returned already.");

    private AuthorizationOutcome Done(Device device, string message, string? code = null)
    {
        device.LastContactAt = scope.Now;
        return new(HaUnits.RegisteredUdi(device), device.Id, device.DisplayName, device.Piid, code, null, message) { VirtualAccountId = device.VirtualAccountId };
    }
}
