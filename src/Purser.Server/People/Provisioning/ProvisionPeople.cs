using Microsoft.EntityFrameworkCore;
using Purser.Server.Accounts;
using Purser.Server.Commands;
using Purser.Server.People.SignIn;
using Purser.Server.People.Sources;
using Purser.Server.Store;

namespace Purser.Server.People.Provisioning;

/// <summary>
/// Makes, changes, deactivates and removes people as a sign-in source says. Deactivation ends every session and token at once; removal takes
/// roles, secrets and the address too: who is later given that address is somebody else.
/// </summary>
public sealed class ProvisionPeople(WritePath writePath, Database database, BearerTokens tokens)
{
    private const string Create = "provisioning.create-person";
    private const string Change = "provisioning.change-person";
    private const string Remove = "provisioning.remove-person";

    private sealed record Audited(long SourceId, long? PersonId, ScimUserFields? Fields);

    internal sealed record Known(Person Person, ProvisionedPerson Row);

    internal async Task<Verdict<long>> CreateAsync(SignInSource source, ScimUserFields fields, CancellationToken cancellation)
    {
        var command = new Command(Create, SourceActor.Of(source), new Audited(source.Id, null, fields)) { Accounts = await PlacesAsync(fields.Address, cancellation) };
        return await writePath.RunAsync<long>(command, async scope =>
        {
            if (await JudgeAsync(scope.Db, source, fields, self: null, cancellation) is { } refusal)
            {
                return refusal;
            }

            var (person, isNew) = await PersonBook.FindOrAddAsync(scope, new NewPerson(fields.Address, fields.Name));
            person.SourceId ??= person.PasswordHash is null ? source.Id : null;
            var row = new ProvisionedPerson { PersonId = person.Id, SourceId = source.Id, UserName = "", UserNameKey = "", CreatedAt = scope.Now };
            scope.Db.ProvisionedPeople.Add(row);
            if (await ApplyAsync(scope, source, command, new Known(person, row), fields, cancellation) is { } problem)
            {
                return problem;
            }

            scope.AfterCommit(isNew ? () => { } : tokens.Forget);
            return person.Id;
        }, cancellation);
    }

    internal async Task<Verdict<Done>> ChangeAsync(
        SignInSource source, long personId, Func<ScimUserFields, Verdict<ScimUserFields>> change, CancellationToken cancellation)
    {
        Known? known;
        await using (var db = database.Read())
        {
            known = await FindAsync(db, source.Id, personId, cancellation);
        }

        if (known is null)
        {
            return Scim.NotThere("user");
        }

        // Decided once outside, so that the audit keeps what was asked for; and again inside, on what is there then.
        var wanted = change(FieldsOf(known));
        if (!wanted.IsOk)
        {
            return wanted.Refusal!;
        }

        var command = new Command(Change, SourceActor.Of(source), new Audited(source.Id, personId, wanted.Value))
        {
            Accounts = await PersonPlaces.OfAsync(database, personId, cancellation),
        };
        return await writePath.RunAsync<Done>(command, async scope =>
        {
            if (await FindAsync(scope.Db, source.Id, personId, cancellation) is not { } present)
            {
                return Scim.NotThere("user");
            }

            var changed = change(FieldsOf(present));
            return !changed.IsOk ? changed.Refusal!
                : (changed.Value.Judge() ?? await JudgeAsync(scope.Db, source, changed.Value, present, cancellation)
                    ?? await ApplyAsync(scope, source, command, present, changed.Value, cancellation)) is { } refusal ? refusal
                : Verdict.Done;
        }, cancellation);
    }

    internal async Task<Verdict<Done>> RemoveAsync(SignInSource source, long personId, CancellationToken cancellation)
    {
        var command = new Command(Remove, SourceActor.Of(source), new Audited(source.Id, personId, null))
        {
            Accounts = [.. (await PersonPlaces.OfAsync(database, personId, cancellation)).Union(await PersonPlaces.OfGroupsAsync(database, personId, cancellation))],
        };
        return await writePath.RunAsync<Done>(command, async scope =>
        {
            if (await FindAsync(scope.Db, source.Id, personId, cancellation) is not { } known)
            {
                return Scim.NotThere("user");
            }

            if (await EndAccessAsync(scope, command, known.Person, cancellation) is { } refusal)
            {
                return refusal;
            }

            foreach (var grant in await scope.Db.RoleGrants.Where(row => row.PersonId == personId).ToListAsync(cancellation))
            {
                if (command.Accounts.Contains(grant.AccountId))
                {
                    scope.Db.RoleGrants.Remove(grant);
                    scope.Journal(grant.AccountId).Append(PeopleEvents.RoleRemoved(known.Person.DisplayName, grant.Role), AccountEvents.About(grant.VirtualAccountId));
                }
            }

            scope.Db.OperatorGrants.RemoveRange(await scope.Db.OperatorGrants.Where(row => row.PersonId == personId).ToListAsync(cancellation));
            scope.Db.UserLogins.RemoveRange(await scope.Db.UserLogins.Where(row => row.UserId == personId).ToListAsync(cancellation));
            foreach (var group in await scope.Db.UserGroups.IgnoreQueryFilters()
                .Where(row => scope.Db.UserGroupMembers.Any(member => member.GroupId == row.Id && member.PersonId == personId)).ToListAsync(cancellation))
            {
                var left = scope.Holds(group.AccountId)
                    ? await GroupBook.RemoveAsync(scope, group, [personId], cancellation)
                    : Verdict.Refused(RefusalCode.Stale, "The person joined a user group just now. Try again.");
                if (!left.IsOk)
                {
                    return left.Refusal!;
                }
            }

            scope.Db.ProvisionedMembers.RemoveRange(await scope.Db.ProvisionedMembers.Where(row => row.PersonId == personId).ToListAsync(cancellation));
            scope.Db.ProvisionedPeople.Remove(known.Row);
            await SignInSecrets.EndAsync(scope, known.Person, tokens, cancellation);
            PersonBook.FreeAddress(known.Person);
            return Verdict.Done;
        }, cancellation);
    }

    internal static async Task<Known?> FindAsync(PurserContext db, long sourceId, long personId, CancellationToken cancellation)
    {
        var row = await db.ProvisionedPeople.FirstOrDefaultAsync(found => found.PersonId == personId && found.SourceId == sourceId, cancellation);
        return row is null ? null : new Known(await db.Users.FirstAsync(person => person.Id == personId, cancellation), row);
    }

    private async Task<IReadOnlyList<long>> PlacesAsync(string address, CancellationToken cancellation)
    {
        await using var db = database.Read();
        return await PersonBook.FindAsync(db, address) is { } known ? await PersonPlaces.OfAsync(database, known.Id, cancellation) : [AccountHead.Installation];
    }

    internal static ScimUserFields FieldsOf(Known known) => new(known.Row.UserName)
    {
        ExternalId = known.Row.ExternalId, DisplayName = known.Person.DisplayName, GivenName = known.Row.GivenName, FamilyName = known.Row.FamilyName,
        Email = known.Person.Email!, IsActive = !known.Person.IsDisabled,
    };

    private static async Task<Refusal?> JudgeAsync(PurserContext db, SignInSource source, ScimUserFields fields, Known? self, CancellationToken cancellation)
    {
        if (!source.AnswersFor(fields.Address))
        {
            return Scim.Refused(Scim.InvalidValue, $"“{source.Name}” does not answer for the mail domain of {fields.Address}. The operator can add it.");
        }

        var key = PersonBook.KeyOf(fields.UserName);
        if (await db.ProvisionedPeople.AnyAsync(row => row.SourceId == source.Id && row.UserNameKey == key && (self == null || row.PersonId != self.Row.PersonId), cancellation))
        {
            return Scim.Refused(Scim.Uniqueness, $"There is a user with the userName {fields.UserName} already.");
        }

        var other = await PersonBook.FindAsync(db, fields.Address);
        if (other is null || other.Id == self?.Person.Id)
        {
            return null;
        }

        // Somebody who is known by this address becomes provisioned, unless another source has her or she is provisioned already.
        return self is not null || (other.SourceId is { } owner && owner != source.Id) || await db.ProvisionedPeople.AnyAsync(row => row.PersonId == other.Id, cancellation)
            ? Scim.Refused(Scim.Uniqueness, $"The address {fields.Address} belongs to somebody else already.")
            : null;
    }

    private async Task<Refusal?> ApplyAsync(WriteScope scope, SignInSource source, Command command, Known known, ScimUserFields fields, CancellationToken cancellation)
    {
        var (person, row) = known;
        if (person.Email != fields.Address)
        {
            PersonPlaces.Tell(scope, command, PeopleEvents.AddressChanged(person.DisplayName, person.Email!, fields.Address));
        }

        (row.UserName, row.UserNameKey, row.ExternalId) = (fields.UserName, PersonBook.KeyOf(fields.UserName), fields.ExternalId);
        (row.GivenName, row.FamilyName, row.ChangedAt) = (fields.GivenName, fields.FamilyName, scope.Now);
        person.DisplayName = fields.Name.Length <= NewPerson.LongestName ? fields.Name : fields.Name[..NewPerson.LongestName];
        var wasProven = person.EmailConfirmed && person.NormalizedEmail == PersonBook.KeyOf(fields.Address);
        PersonBook.SetAddress(person, fields.Address);
        person.EmailConfirmed = wasProven || AdmissionRules.Proves(source, fields.Address, person);
        if (!fields.IsActive)
        {
            return person.IsDisabled ? null : await EndAccessAsync(scope, command, person, cancellation);
        }

        if (person.IsDisabled)
        {
            person.IsDisabled = false;
            PersonPlaces.Tell(scope, command, PeopleEvents.Reactivated(person.DisplayName));
        }

        return null;
    }

    /// <summary>Nobody's last hope is taken away by a program: the installation keeps one Licensing Administrator, a Smart Account one administrator.</summary>
    private async Task<Refusal?> EndAccessAsync(WriteScope scope, Command command, Person person, CancellationToken cancellation)
    {
        // The rule of the last administrator holds only where the account is locked: one who became it a moment ago is judged at the next attempt.
        var accounts = command.Accounts;
        if (await scope.Db.RoleGrants.IgnoreQueryFilters().AnyAsync(
            grant => grant.PersonId == person.Id && grant.Role == Role.SmartAccountAdministrator && !accounts.Contains(grant.AccountId), cancellation))
        {
            return Verdict.Refused(RefusalCode.Conflict, $"The roles of {person.DisplayName} are changing just now. Try again.");
        }

        if ((await LastAdministrator.JudgeStaffAsync(scope.Db, person.Id, cancellation) ?? await LastAdministrator.JudgePersonAsync(scope.Db, person.Id, cancellation)) is { } last)
        {
            return last;
        }

        person.IsDisabled = true;
        PersonPlaces.Tell(scope, command, PeopleEvents.Deactivated(person.DisplayName));
        await EndSignIns.OfAsync(scope, person.Id, tokens, cancellation);
        return null;
    }
}
