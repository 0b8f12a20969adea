using Microsoft.EntityFrameworkCore;
using Purser.Server.Accounts;
using Purser.Server.Devices;
using Purser.Server.Store;

namespace Purser.Server.Inventory;

/// <summary>How far a new Smart Account has come; each step ticks itself.</summary>
/// <param name="AgreementAccepted">Null: none was published.</param>
public sealed record FirstStepsDone(bool? AgreementAccepted, bool VirtualAccountsMade, bool TokenMade, bool DeviceRegistered, long? DefaultVirtualAccountId);

public sealed class FirstStepsQuery(Database database)
{
    /// <summary>Null once a product instance has registered: from then on the account lives. In a holding account none ever does.</summary>
    public async Task<FirstStepsDone?> HandleAsync(long accountId, CancellationToken cancellation = default)
    {
        await using var db = database.Read(accountId);
        if (await db.Devices.AnyAsync(device => device.AccountId == accountId, cancellation))
        {
            return null;
        }

        var account = await db.Accounts.Where(row => row.Id == accountId).Select(row => new { row.Type, row.AgreementVersion }).FirstAsync(cancellation);
        if (!AccountTypeRules.CanActivate(account.Type))
        {
            return null;
        }

        var virtualAccounts = await db.VirtualAccounts.Where(row => row.AccountId == accountId)
            .Select(row => new { row.Id, row.IsDefault }).OrderByDescending(row => row.IsDefault).Take(2).ToListAsync(cancellation);
        var newest = await AgreementGate.NewestVersionAsync(db, cancellation);
        return new FirstStepsDone(
            newest is null ? null : !AgreementGate.IsPending(account.AgreementVersion, newest),
            virtualAccounts.Count > 1,
            await db.RegistrationTokens.AnyAsync(token => token.AccountId == accountId, cancellation),
            DeviceRegistered: false,
            virtualAccounts.Find(row => row.IsDefault)?.Id);
    }
}
