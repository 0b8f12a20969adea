using Microsoft.EntityFrameworkCore;
using Purser.Server.Commands;
using Purser.Server.Pki;
using Purser.Server.Store;

namespace Purser.Server.People.SignIn.SecondFactor;

/// <summary>What a person does about her own second factor: offer a key, confirm it, renew the recovery codes, turn it off.</summary>
public sealed class ManageSecondFactor(WritePath writePath, Database database, PasswordCheck passwords, SecretBox box, TimeProvider machine)
{
    private sealed record Audited(long PersonId);

    /// <param name="IsOn">Is a code asked for at sign-in?</param>
    /// <param name="Offered">The key that waits for its first code.</param>
    public sealed record State(bool IsOn, DateTimeOffset? Since, int RecoveryCodes, byte[]? Offered);

    public async Task<State> StateAsync(long personId, CancellationToken cancellation = default)
    {
        await using var db = database.Read();
        var app = await db.AuthenticatorApps.FirstOrDefaultAsync(row => row.PersonId == personId, cancellation);
        var codes = await db.RecoveryCodes.CountAsync(row => row.PersonId == personId, cancellation);
        return new State(app?.ConfirmedAt is not null, app?.ConfirmedAt, codes, app is { ConfirmedAt: null } ? AuthenticatorKey.Open(box, app) : null);
    }

    /// <summary>Offers a fresh key; it counts only after the app has shown a code of it.</summary>
    public Task<Verdict<Done>> OfferAsync(Actor actor, CancellationToken cancellation = default) =>
        RunAsync<Done>("people.offer-second-factor", actor, async (scope, _) =>
        {
            var sealedKey = AuthenticatorKey.Seal(box, OneTimeCode.NewKey(), actor.Id);
            switch (await AppAsync(scope, actor.Id, cancellation))
            {
                case { ConfirmedAt: not null }:
                    return Verdict.Refused(RefusalCode.Conflict, "An authenticator app is set up already. Turn it off first to use another one.");
                case { } offered:
                    (offered.SealedKey, offered.OfferedAt) = (sealedKey, scope.Now);
                    break;
                default:
                    scope.Db.AuthenticatorApps.Add(new AuthenticatorApp { PersonId = actor.Id, SealedKey = sealedKey, OfferedAt = scope.Now });
                    break;
            }

            return Verdict.Done;
        }, cancellation);

    /// <summary>Turns it on and gives the recovery codes, this once. Other browsers, where no code was asked for, are signed out.</summary>
    public async Task<Verdict<IReadOnlyList<string>>> ConfirmAsync(Actor actor, string code, string? thisSession, CancellationToken cancellation = default)
    {
        IReadOnlyList<string> codes = [];
        var verdict = await RunAsync<Done>("people.confirm-second-factor", actor, async (scope, command) =>
        {
            if (await AppAsync(scope, actor.Id, cancellation) is not { ConfirmedAt: null } app)
            {
                return Verdict.Refused(RefusalCode.Conflict, "No key waits for its first code. Begin again.");
            }

            if (OneTimeCode.StepOf(AuthenticatorKey.Open(box, app), RecoveryCodes.Plain(code), machine.GetUtcNow(), app.LastStep) is not { } step)
            {
                return Verdict.Refused(
                    RefusalCode.InvalidInput, "This is not the code that the app should show now. Check the clock of the device with the app, then type the newest code.", "code");
            }

            (app.ConfirmedAt, app.LastStep) = (scope.Now, step);
            var person = await scope.Db.Users.FirstAsync(row => row.Id == actor.Id, cancellation);
            person.TwoFactorEnabled = true;
            scope.Db.Sessions.RemoveRange((await scope.Db.Sessions.Where(row => row.PersonId == actor.Id).ToListAsync(cancellation))
                .Where(row => SessionStore.IdOf(row.KeyHash) != thisSession));
            codes = await RecoveryCodes.RenewAsync(scope, actor.Id, cancellation);
            PersonPlaces.Tell(scope, command, PeopleEvents.SecondFactorOn(person.DisplayName));
            return Verdict.Done;
        }, cancellation);
        return verdict.Map(_ => codes);
    }

    public async Task<Verdict<IReadOnlyList<string>>> RenewCodesAsync(Actor actor, string email, string password, CancellationToken cancellation = default)
    {
        if (await JudgeAsync(actor, email, password) is { } refusal)
        {
            return refusal;
        }

        IReadOnlyList<string> codes = [];
        var verdict = await RunAsync<Done>("people.renew-recovery-codes", actor, async (scope, command) =>
        {
            if (await AppAsync(scope, actor.Id, cancellation) is not { ConfirmedAt: not null })
            {
                return NotOn();
            }

            codes = await RecoveryCodes.RenewAsync(scope, actor.Id, cancellation);
            PersonPlaces.Tell(scope, command, PeopleEvents.RecoveryCodesRenewed(actor.Name));
            return Verdict.Done;
        }, cancellation);
        return verdict.Map(_ => codes);
    }

    public async Task<Verdict<Done>> TurnOffAsync(Actor actor, string email, string password, CancellationToken cancellation = default) =>
        await JudgeAsync(actor, email, password) is { } refusal
            ? refusal
            : await RunAsync<Done>("people.turn-off-second-factor", actor, async (scope, command) =>
            {
                if (await AppAsync(scope, actor.Id, cancellation) is not { ConfirmedAt: not null })
                {
                    return NotOn();
                }

                await ForgetAppAsync(scope, actor.Id, cancellation);
                PersonPlaces.Tell(scope, command, PeopleEvents.SecondFactorOff(actor.Name));
                return Verdict.Done;
            }, cancellation);

    /// <summary>Takes app and recovery codes away; shared with the operator's help.</summary>
    internal static async Task ForgetAppAsync(WriteScope scope, long personId, CancellationToken cancellation)
    {
        if (await AppAsync(scope, personId, cancellation) is { } app)
        {
            scope.Db.AuthenticatorApps.Remove(app);
        }

        await RecoveryCodes.ForgetAsync(scope, personId, cancellation);
        var person = await scope.Db.Users.FirstAsync(row => row.Id == personId, cancellation);
        person.TwoFactorEnabled = false;
    }

    private static Refusal NotOn() => Verdict.Refused(RefusalCode.Conflict, "No authenticator app is set up.");

    private static Task<AuthenticatorApp?> AppAsync(WriteScope scope, long personId, CancellationToken cancellation) =>
        scope.Db.AuthenticatorApps.FirstOrDefaultAsync(row => row.PersonId == personId, cancellation);

    private async Task<Refusal?> JudgeAsync(Actor actor, string email, string password) =>
        await IsWithoutPasswordAsync(actor.Id)
            ? Verdict.Refused(RefusalCode.Conflict, "You have no password here with which to prove yourself. The operator of this installation can take the app away.")
            : await passwords.CheckAsync(email, password) is { } person && person.Id == actor.Id
            ? null
            : Verdict.Refused(RefusalCode.SignInFailed, "The password is wrong.", "password");

    private async Task<bool> IsWithoutPasswordAsync(long personId)
    {
        await using var db = database.Read();
        return await db.Users.AnyAsync(person => person.Id == personId && person.SourceId != null);
    }

    private async Task<Verdict<T>> RunAsync<T>(
        string name, Actor actor, Func<WriteScope, Command, Task<Verdict<T>>> decide, CancellationToken cancellation)
    {
        var command = new Command(name, actor, new Audited(actor.Id)) { Accounts = await PersonPlaces.OfAsync(database, actor.Id, cancellation) };
        return await writePath.RunAsync<T>(command, scope => decide(scope, command), cancellation);
    }
}
