using Microsoft.AspNetCore.Identity;
using Microsoft.EntityFrameworkCore;
using Purser.Server.Accounts;
using Purser.Server.Commands;
using Purser.Server.People.Provisioning;
using Purser.Server.People.SignIn;
using Purser.Server.Store;

namespace Purser.Server.People.Sources;

/// <summary>
/// Turns the word of a source into a person: found by her link, else by her address; linked, made, and given the roles of her groups where
/// something of that is new. Most sign-ins change nothing and write nothing.
/// </summary>
public sealed class AdmitPerson(WritePath writePath, Database database, BearerTokens tokens)
{
    private const string Name = "sources.admit-person";

    /// <summary>What the audit keeps: who, by which source's word.</summary>
    private sealed record Audited(long SourceId, string Subject, string Email);

    private sealed record Found(Person? Person, bool IsLinked, bool HasOtherSubject);

    public async Task<Verdict<Person>> HandleAsync(SignInSource source, SourcePerson said, CancellationToken cancellation = default)
    {
        await using var db = database.Read();
        var found = await FindAsync(db, said, cancellation);
        if (AdmissionRules.Judge(source, said, found.Person, found.IsLinked, found.HasOtherSubject) is { } refusal)
        {
            return refusal;
        }

        var plan = await PlanAsync(db, source, found.Person, said, cancellation);
        return found is { IsLinked: true, Person: { } known } && plan?.IsEmpty != false && (known.EmailConfirmed || !AdmissionRules.Proves(source, said.Email, known))
            ? known
            : await ChangeAsync(source, said, plan, cancellation);
    }

    private async Task<Verdict<Person>> ChangeAsync(SignInSource source, SourcePerson said, SourceRoleSync.Plan? planned, CancellationToken cancellation)
    {
        Person? admitted = null;
        var command = new Command(Name, SourceActor.Of(source), new Audited(source.Id, said.Subject, said.Email))
        {
            Accounts = [AccountHead.Installation, .. planned?.Accounts ?? []],
        };
        var verdict = await writePath.RunAsync<Done>(command, async scope =>
        {
            var found = await FindAsync(scope.Db, said, cancellation);
            if (AdmissionRules.Judge(source, said, found.Person, found.IsLinked, found.HasOtherSubject) is { } refusal)
            {
                return refusal;
            }

            var person = found.Person ?? await MakeAsync(scope, source, said);
            if (!found.IsLinked)
            {
                scope.Db.UserLogins.Add(new IdentityUserLogin<long>
                {
                    LoginProvider = said.Issuer, ProviderKey = said.Subject, ProviderDisplayName = source.Name, UserId = person.Id,
                });

                // Who was invited and has chosen no password yet never will.
                person.SourceId ??= person.PasswordHash is null ? source.Id : null;
            }

            person.EmailConfirmed |= AdmissionRules.Proves(source, said.Email, person);
            if (await PlanAsync(scope.Db, source, person, said, cancellation) is { } plan)
            {
                await SourceRoleSync.CarryOutAsync(scope, command, source, person, plan);
            }

            scope.AfterCommit(tokens.Forget);
            admitted = person;
            return Verdict.Done;
        }, cancellation);
        return verdict.Map(_ => admitted!);
    }

    private static async Task<Person> MakeAsync(WriteScope scope, SignInSource source, SourcePerson said)
    {
        var (person, _) = await PersonBook.FindOrAddAsync(scope, new NewPerson(said.Email, said.DisplayName));
        person.SourceId = source.Id;
        return person;
    }

    private static async Task<SourceRoleSync.Plan?> PlanAsync(
        PurserContext db, SignInSource source, Person? person, SourcePerson said, CancellationToken cancellation) =>
        said.Groups is { } groups
            ? await SourceRoleSync.MakeAsync(
                db, source.Id, person?.Id, [.. groups, .. person is null ? [] : await ProvisionGroups.NamesOfAsync(db, source.Id, person.Id, cancellation)], cancellation)
            : null;

    private static async Task<Found> FindAsync(PurserContext db, SourcePerson said, CancellationToken cancellation)
    {
        var link = await db.UserLogins.FirstOrDefaultAsync(row => row.LoginProvider == said.Issuer && row.ProviderKey == said.Subject, cancellation);
        if (link is not null)
        {
            return new Found(await db.Users.FirstAsync(person => person.Id == link.UserId, cancellation), IsLinked: true, HasOtherSubject: false);
        }

        var person = await PersonBook.FindAsync(db, said.Email);
        return new Found(
            person,
            IsLinked: false,
            person is not null && await db.UserLogins.AnyAsync(row => row.UserId == person.Id && row.LoginProvider == said.Issuer, cancellation));
    }
}

internal static class SourceActor
{
    /// <summary>What a source does, it does in its own name.</summary>
    public static Actor Of(SignInSource source) => Actor.System with { Name = source.Name };
}
