using Microsoft.AspNetCore.Identity;
using Microsoft.EntityFrameworkCore;
using Purser.Server.Commands;
using Purser.Server.Pki;
using Purser.Server.Store;

namespace Purser.Server.People.SignIn.SecondFactor;

/// <summary>Checks a code at sign-in: of the app, or a recovery code. Wrong ones count towards the same lock-out as wrong passwords.</summary>
public sealed class SecondFactorCheck(
    UserManager<Person> users, Database database, WritePath writePath, SecretBox box, TimeProvider machine)
{
    private const string UseRecoveryCode = "people.use-recovery-code";

    private sealed record Audited(long PersonId);

    public async Task<bool> CheckAsync(Person person, string typed, CancellationToken cancellation = default)
    {
        if (await users.IsLockedOutAsync(person))
        {
            return false;
        }

        if (await IsRightAsync(person, RecoveryCodes.Plain(typed), cancellation))
        {
            await users.ResetAccessFailedCountAsync(person);
            return true;
        }

        await users.AccessFailedAsync(person);
        return false;
    }

    private Task<bool> IsRightAsync(Person person, string code, CancellationToken cancellation) =>
        code.Length == OneTimeCode.Digits ? IsOfAppAsync(person.Id, code, cancellation) : SpendRecoveryCodeAsync(person, code, cancellation);

    private async Task<bool> IsOfAppAsync(long personId, string code, CancellationToken cancellation)
    {
        await using var db = database.Read();
        var app = await db.AuthenticatorApps.FirstOrDefaultAsync(row => row.PersonId == personId && row.ConfirmedAt != null, cancellation);
        if (app is null || OneTimeCode.StepOf(AuthenticatorKey.Open(box, app), code, machine.GetUtcNow(), app.LastStep) is not { } step)
        {
            return false;
        }

        // Of two who send the same code at once only one gets in.
        var taken = 0;
        await database.WriteAsync(
            async write => taken = await write.AuthenticatorApps.Where(row => row.PersonId == personId && row.LastStep < step)
                .ExecuteUpdateAsync(set => set.SetProperty(row => row.LastStep, step), cancellation),
            cancellation);
        return taken == 1;
    }

    private async Task<bool> SpendRecoveryCodeAsync(Person person, string code, CancellationToken cancellation)
    {
        var hash = SecretSource.HashOf(code);
        var command = new Command(UseRecoveryCode, new Actor(ActorKind.Person, person.Id, person.DisplayName), new Audited(person.Id))
        {
            Accounts = await PersonPlaces.OfAsync(database, person.Id, cancellation),
        };
        var verdict = await writePath.RunAsync<Done>(command, async scope =>
        {
            if (await scope.Db.RecoveryCodes.FirstOrDefaultAsync(row => row.PersonId == person.Id && row.CodeHash == hash, cancellation) is not { } row)
            {
                return Verdict.Refused(RefusalCode.SignInFailed, "This is none of the recovery codes that are left.");
            }

            scope.Db.RecoveryCodes.Remove(row);
            PersonPlaces.Tell(scope, command, PeopleEvents.RecoveryCodeUsed(person.DisplayName));
            return Verdict.Done;
        }, cancellation);
        return verdict.IsOk;
    }
}
