using System.Security.Cryptography;
using System.Text;
using Microsoft.EntityFrameworkCore;
using Purser.Protocol;
using Purser.Protocol.Authorizations;
using Purser.Protocol.Reservations;
using Purser.Protocol.Usage;
using Purser.Server.Catalog;
using Purser.Server.Commands;
using Purser.Server.Devices;
using Purser.Server.Devices.Instances;
using Purser.Server.Events;
using Purser.Server.Licenses;
using Purser.Server.Store;

namespace Purser.Server.Usage.Authorizations;

/// <summary>
/// The only writer of authorization codes, inside a command of their account. What a code gives is locked to its product instance when it is made; what
/// a later code gives no more stays locked until the later one is confirmed, because the device may still go by the earlier.
/// </summary>
internal sealed class AuthorizationBook(WriteScope scope, CatalogSnapshot catalog, AcknowledgementMint mint, long accountId)
{
    private readonly LicenseLockBook locks = new(scope, accountId);

    public Task<IssuedAuthorization?> InForceAsync(long deviceId) => InForceAsync(scope.Db, accountId, deviceId);

    public static Task<IssuedAuthorization?> InForceAsync(PurserContext db, long accountId, long deviceId) => db.IssuedAuthorizations
        .Where(row => row.AccountId == accountId && row.DeviceId == deviceId && row.EndedAt == null).OrderByDescending(row => row.Number).FirstOrDefaultAsync();

    /// <summary>What is in a code, by license.</summary>
    public Dictionary<long, long> UnitsOf(IssuedAuthorization row) => ContentOf(row).Code.Licenses
        .GroupBy(license => catalog.FindEntitlement(license.Tag)!.Id).ToDictionary(group => group.Key, group => group.Sum(license => license.Count));

    /// <param name="wanted">License → units, all of which can be had.</param>
    public async Task<IssuedAuthorization> IssueAsync(Device device, IReadOnlyDictionary<long, long> wanted)
    {
        var taken = new List<LockedPart>();
        foreach (var (license, count) in wanted.OrderBy(one => one.Key))
        {
            taken.AddRange(await locks.LockAsync(device, license, count));
        }

        await scope.Db.SaveChangesAsync();
        var row = await MakeAsync(device, wanted);
        scope.Db.IssuedAuthorizations.Add(row);
        scope.Journal(accountId).Append(
            AuthorizationEvents.Made(device.DisplayName, await PlaceAsync(device), wanted.Select(one => (one.Value, catalog.FindEntitlement(one.Key)!.Name))), DeviceRemoval.PlaceOf(device));
        return row;
    }

    /// <summary>Is it what the device shows once it installed this code?</summary>
    public static bool IsConfirmation(IssuedAuthorization row, string code)
    {
        var (authorization, signature) = ContentOf(row);
        var expected = AuthorizationCode.ConfirmationOf(authorization.Udi, signature);
        return CryptographicOperations.FixedTimeEquals(Encoding.ASCII.GetBytes(expected), Encoding.ASCII.GetBytes(code.Trim().ToLowerInvariant()));
    }

    /// <summary>Is it what the device shows once it gave this code up, installed or not?</summary>
    public static bool IsReturn(IssuedAuthorization row, ReturnCode code)
    {
        var (authorization, signature) = ContentOf(row);
        return code.Fits(AuthorizationCode.ReturnOf(authorization.Udi, authorization.Number, signature, code.WasInstalled));
    }

    /// <summary>The device goes by this code: what earlier ones gave besides is free.</summary>
    public async Task ConfirmAsync(Device device, IssuedAuthorization row)
    {
        row.ConfirmedAt = scope.Now;
        await EndAsync(scope, device, row.Number);
        var units = UnitsOf(row);
        var given = new List<LockedPart>();
        foreach (var license in await locks.LicensesOfAsync(device.Id))
        {
            given.AddRange(await locks.ReduceAsync(device, license, units.GetValueOrDefault(license)));
        }

        scope.Journal(accountId).Append(AuthorizationEvents.Confirmed(device.DisplayName, await PlaceAsync(device)), DeviceRemoval.PlaceOf(device));
        await TellReleasedAsync(device, given);
    }

    /// <summary>The device gave its code up: all that was locked to it is free.</summary>
    public async Task ReturnAsync(Device device)
    {
        await EndAsync(scope, device, long.MaxValue);
        await TellReleasedAsync(device, await locks.ReleaseAsync(device.Id));
    }

    /// <summary>Codes below this number are in force no more.</summary>
    public static async Task EndAsync(WriteScope scope, Device device, long number)
    {
        foreach (var earlier in await scope.Db.IssuedAuthorizations.Where(row => row.AccountId == device.AccountId && row.DeviceId == device.Id && row.Number < number && row.EndedAt == null).ToListAsync())
        {
            earlier.EndedAt = scope.Now;
        }
    }

    private async Task<IssuedAuthorization> MakeAsync(Device device, IReadOnlyDictionary<long, long> wanted)
    {
        var licenses = new List<AuthorizedLicense>();
        foreach (var (license, count) in wanted.OrderBy(one => one.Key))
        {
            licenses.AddRange(await LicensesAsync(device, catalog.FindEntitlement(license)!, count));
        }

        var number = scope.NextId(IdKind.Authorization);
        var code = new AuthorizationCode((ulong)number, HaUnits.RegisteredUdi(device), device.Piid, scope.Now, licenses);
        return new IssuedAuthorization { AccountId = accountId, DeviceId = device.Id, Number = number, MadeAt = scope.Now, Text = mint.MakeAuthorization(code) };
    }

    /// <summary>The units with the longest terms come first (domain rules 8.3).</summary>
    private async Task<IEnumerable<AuthorizedLicense>> LicensesAsync(Device device, Entitlement license, long count)
    {
        var made = new List<AuthorizedLicense>();
        foreach (var (line, quantity) in await locks.UnitsAsync(device.Id, license.Id))
        {
            var part = Math.Min(count - made.Sum(one => one.Count), quantity);
            if (part > 0)
            {
                made.Add(new AuthorizedLicense(license.Tag, part, line.EndsAt is null ? null : line.StartsOn, line.EndsOn, license.Name, license.Description, line.SubscriptionId)
                {
                    EndsAt = line.EndsAt, ExportRestricted = license.Enforcement == Enforcement.ExportRestricted,
                });
            }
        }

        return made;
    }

    private async Task TellReleasedAsync(Device device, IReadOnlyCollection<LockedPart> given)
    {
        if (given.Count > 0)
        {
            scope.Journal(accountId).Append(AuthorizationEvents.Released(device.DisplayName, await PlaceAsync(device), given), DeviceRemoval.PlaceOf(device));
        }
    }

    private Task<string> PlaceAsync(Device device) => LedgerNames.VirtualAccountAsync(scope, accountId, device.VirtualAccountId);

    private static (AuthorizationCode Code, string Signature) ContentOf(IssuedAuthorization row)
    {
        var element = ImportFile.Read(row.Text).Value.Find(AuthorizationCode.Element)!;
        return (AuthorizationCode.Read(element.Data).Value, element.Signature);
    }
}
