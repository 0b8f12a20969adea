using Microsoft.EntityFrameworkCore;
using Purser.Server.Commands;
using Purser.Server.Store;

namespace Purser.Server.People;

/// <summary>
/// Somebody has to be able to let people in: the last Smart Account Administrator stays (SA-08). The one place of this rule. Only people who
/// hold the role themselves count: who is in a group is decided elsewhere, in another Smart Account or in a directory, where nobody would ask.
/// </summary>
public static class LastAdministrator
{
    /// <summary>Before roles go or change. Ask before the change is saved.</summary>
    public static async Task<Refusal?> JudgeAsync(PurserContext db, long accountId, IReadOnlyCollection<long> grantsThatGo)
    {
        // What the same command has taken before is not saved yet, so the database would still count it.
        var gone = db.ChangeTracker.Entries<RoleGrant>().Where(entry => entry.State == EntityState.Deleted).Select(entry => entry.Entity.Id).Concat(grantsThatGo).ToList();
        return await Administrators(db).AnyAsync(grant => grant.AccountId == accountId && !gone.Contains(grant.Id)) ? null : Refused(null);
    }

    /// <summary>Before a person is disabled, wherever she works.</summary>
    public static async Task<Refusal?> JudgePersonAsync(PurserContext db, long personId, CancellationToken cancellation)
    {
        var all = Administrators(db);
        var alone = await all.Where(own => own.PersonId == personId
                && !all.Any(other => other.AccountId == own.AccountId && other.PersonId != personId))
            .Join(db.Accounts, grant => grant.AccountId, account => account.Id, (grant, account) => account.Domain).FirstOrDefaultAsync(cancellation);
        return alone is null ? null : Refused(alone);
    }

    /// <summary>Before somebody of the operator's staff goes or is disabled: a Licensing Administrator who can sign in has to be left.</summary>
    public static async Task<Refusal?> JudgeStaffAsync(PurserContext db, long personId, CancellationToken cancellation)
    {
        var all = db.OperatorGrants.Where(row => row.Role == OperatorRole.LicensingAdministrator);
        return !await all.AnyAsync(row => row.PersonId == personId, cancellation)
            || await all.AnyAsync(row => row.PersonId != personId && db.Users.Any(person => person.Id == row.PersonId && !person.IsDisabled), cancellation)
                ? null
                : Verdict.Refused(RefusalCode.LastAdministrator, "This is the last Licensing Administrator of this installation. Make somebody else one first.");
    }

    private static IQueryable<RoleGrant> Administrators(PurserContext db) => db.RoleGrants.IgnoreQueryFilters().Where(
        grant => grant.Role == Role.SmartAccountAdministrator && grant.PersonId != null && db.Users.Any(person => person.Id == grant.PersonId && !person.IsDisabled));

    private static Refusal Refused(string? domain) => Verdict.Refused(
        RefusalCode.LastAdministrator,
        $"This is the last Smart Account Administrator{(domain is null ? "" : $" of {domain}")}. Make somebody else an administrator first.");
}
