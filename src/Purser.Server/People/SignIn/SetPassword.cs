using Microsoft.AspNetCore.Identity;
using Microsoft.EntityFrameworkCore;
using Purser.Server.Commands;
using Purser.Server.People.Sources;
using Purser.Server.Pki;
using Purser.Server.Store;

namespace Purser.Server.People.SignIn;

/// <summary>Chooses a password, by a one-time link or in place of the present one. All sessions of the person end, other ones than hers now too.</summary>
public sealed class SetPassword(
    WritePath writePath, Database database, TimeProvider machine, PasswordCheck passwords, BearerTokens tokens, IPasswordHasher<Person> hasher, PasswordRules rules)
{
    private const string BySetPasswordLink = "people.set-password";
    private const string ByPassword = "people.change-password";

    /// <summary>What the audit keeps: neither code nor password.</summary>
    private sealed record Audited(long PersonId);

    /// <summary>Whose password a link chooses, or that it opens nothing any more: told before anybody thinks of a password.</summary>
    public async Task<Verdict<string>> LookAsync(long personId, string code, CancellationToken cancellation = default)
    {
        await using var db = database.Read();
        return await SetPasswordLink.FindAsync(db, personId, code, machine.GetUtcNow(), cancellation) is not null
            && await db.Users.FirstOrDefaultAsync(row => row.Id == personId, cancellation) is { } person ? person.Email! : NoLink();
    }

    public async Task<Verdict<Person>> ByLinkAsync(long personId, string code, string password, CancellationToken cancellation = default) =>
        await RunAsync(BySetPasswordLink, personId, password, async (scope, person) =>
        {
            if (await SetPasswordLink.FindAsync(scope.Db, personId, code, scope.MachineNow, cancellation) is not { } link)
            {
                return NoLink();
            }

            person.EmailConfirmed = true;
            scope.Db.UserTokens.Remove(link);
            return null;
        }, cancellation);

    public async Task<Verdict<Person>> ByPasswordAsync(long personId, string email, string present, string password, CancellationToken cancellation = default) =>
        await passwords.CheckAsync(email, present) is { } person && person.Id == personId
            ? await RunAsync(ByPassword, personId, password, (_, _) => Task.FromResult<Refusal?>(null), cancellation)
            : Verdict.Refused(RefusalCode.SignInFailed, "The present password is wrong.", "present");

    private async Task<Verdict<Person>> RunAsync(
        string name, long personId, string password, Func<WriteScope, Person, Task<Refusal?>> judge, CancellationToken cancellation)
    {
        Person? changed = null;
        var command = new Command(name, new Actor(ActorKind.Person, personId, "The person"), new Audited(personId));
        var verdict = await writePath.RunAsync<Done>(command, async scope =>
        {
            var person = await scope.Db.Users.FirstOrDefaultAsync(row => row.Id == personId, cancellation);
            if (person is null)
            {
                return NoLink();
            }

            if (await judge(scope, person) is { } refusal)
            {
                return refusal;
            }

            if (await SourceBook.InsteadOfPasswordAsync(scope.Db, person, cancellation) is { } source)
            {
                return Verdict.Refused(RefusalCode.Conflict, $"You sign in through “{source.Name}”. Your password is kept and changed there, not here.");
            }

            if (rules.Problem(password, person.Email!) is { } problem)
            {
                return Verdict.Refused(RefusalCode.InvalidInput, problem, "password");
            }

            person.PasswordHash = hasher.HashPassword(person, password);
            (person.SecurityStamp, person.ConcurrencyStamp) = (SecretSource.NewUuid(), SecretSource.NewUuid());
            (person.AccessFailedCount, person.LockoutEnd) = (0, null);
            await EndSignIns.OfAsync(scope, personId, tokens, cancellation);
            changed = person;
            return Verdict.Done;
        }, cancellation);
        return verdict.Map(_ => changed!);
    }

    private static Refusal NoLink() => Verdict.Refused(
        RefusalCode.SignInFailed, "This link was used, has expired, or is not complete. Ask an administrator for a new one.");
}
