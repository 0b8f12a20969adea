using System.Globalization;
using Microsoft.AspNetCore.Identity;
using Microsoft.EntityFrameworkCore;
using Purser.Server.Accounts;
using Purser.Server.Commands;
using Purser.Server.Pki;
using Purser.Server.Store;

namespace Purser.Server.People;

/// <summary>Steps on people that several commands share; always inside a command's scope.</summary>
public static class PersonBook
{
    private static readonly UpperInvariantLookupNormalizer Normalizer = new();

    public sealed record Granted(Person Person, RoleGrant Grant);

    /// <summary>The roles in a virtual account that goes.</summary>
    public static async Task ForgetVirtualAccountAsync(WriteScope scope, long accountId, long virtualAccountId, CancellationToken cancellation)
    {
        var grants = await scope.Db.RoleGrants.Where(grant => grant.AccountId == accountId && grant.VirtualAccountId == virtualAccountId).ToListAsync(cancellation);
        var ids = grants.ConvertAll(grant => grant.PersonId);
        var names = await scope.Db.Users.Where(person => ids.Contains(person.Id)).ToDictionaryAsync(person => person.Id, person => person.DisplayName, cancellation);
        foreach (var grant in grants)
        {
            scope.Db.RoleGrants.Remove(grant);
            if (grant.PersonId is { } id && names.TryGetValue(id, out var name))
            {
                scope.Journal(accountId).Append(PeopleEvents.RoleRemoved(name, grant.Role), AccountEvents.About(virtualAccountId));
            }
        }
    }

    public static string KeyOf(string email) => Normalizer.NormalizeEmail(email.Trim())!;

    public static Task<Person?> FindAsync(PurserContext db, string email)
    {
        var key = KeyOf(email);
        return db.Users.FirstOrDefaultAsync(person => person.NormalizedUserName == key);
    }

    /// <summary>The person with this address, made if she is new.</summary>
    public static async Task<(Person Person, bool IsNew)> FindOrAddAsync(WriteScope scope, NewPerson wanted)
    {
        if (await FindAsync(scope.Db, wanted.Email) is { } known)
        {
            return (known, false);
        }

        return (Add(scope, wanted), true);
    }

    /// <summary>Somebody of whom the caller knows that she is new.</summary>
    public static Person Add(WriteScope scope, NewPerson wanted)
    {
        var email = wanted.Email.Trim();
        var person = new Person
        {
            Id = scope.NextId(IdKind.Person),
            DisplayName = string.IsNullOrWhiteSpace(wanted.DisplayName) ? email : wanted.DisplayName.Trim(),
            UserName = email,
            NormalizedUserName = KeyOf(email),
            Email = email,
            NormalizedEmail = KeyOf(email),
            SecurityStamp = SecretSource.NewUuid(),
            ConcurrencyStamp = SecretSource.NewUuid(),
            LockoutEnabled = true,
            CreatedAt = scope.Now,
        };
        scope.Db.Users.Add(person);
        return person;
    }

    /// <summary>Somebody left for good: her row stays, so that the logs can be read, and her address is anybody's.</summary>
    public static void FreeAddress(Person person) => SetAddress(person, string.Create(CultureInfo.InvariantCulture, $"left-{person.Id}@left.invalid"));

    /// <summary>The address is also the name to sign in with.</summary>
    public static void SetAddress(Person person, string email)
    {
        (person.Email, person.UserName) = (email, email);
        (person.NormalizedEmail, person.NormalizedUserName) = (KeyOf(email), KeyOf(email));
    }

    /// <summary>Gives a role without asking who grants it: the caller has judged that.</summary>
    public static async Task<Granted> GrantAsync(
        WriteScope scope, long accountId, NewPerson wanted, Role role, long? virtualAccountId, bool includesChildren = false)
    {
        var (person, _) = await FindOrAddAsync(scope, wanted);
        var grant = new RoleGrant
        {
            AccountId = accountId,
            Id = scope.NextId(IdKind.Grant),
            PersonId = person.Id,
            Role = role,
            VirtualAccountId = virtualAccountId,
            IncludesChildren = includesChildren,
            GrantedAt = scope.Now,
            GrantedBy = scope.Actor.ShownName,
        };
        scope.Db.RoleGrants.Add(grant);
        scope.Journal(accountId).Append(PeopleEvents.RoleGranted(person.DisplayName, role), AccountEvents.About(virtualAccountId));
        return new Granted(person, grant);
    }
}
