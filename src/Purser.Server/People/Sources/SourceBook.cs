using Microsoft.EntityFrameworkCore;
using Purser.Server.Commands;
using Purser.Server.Store;

namespace Purser.Server.People.Sources;

/// <summary>Finds sign-in sources. They are few, and asked for only while somebody signs in.</summary>
public sealed class SourceBook(Database database)
{
    public static Refusal NotThere() => Verdict.Refused(RefusalCode.NotFound, "There is no such sign-in source.");

    public async Task<SignInSource?> FindAsync(long id, CancellationToken cancellation = default)
    {
        await using var db = database.Read();
        return await db.SignInSources.FirstOrDefaultAsync(source => source.Id == id, cancellation);
    }

    public async Task<IReadOnlyList<SignInSource>> EnabledAsync(CancellationToken cancellation = default)
    {
        await using var db = database.Read();
        return await db.SignInSources.Where(source => source.IsEnabled).OrderBy(source => source.Name).ToListAsync(cancellation);
    }

    /// <summary>The source that answers for an address; null where passwords are kept here.</summary>
    public async Task<SignInSource?> ForMailAsync(string email, CancellationToken cancellation = default) =>
        (await EnabledAsync(cancellation)).FirstOrDefault(source => source.AnswersFor(email));

    /// <summary>
    /// Where this person proves who she is instead of with a password kept here; null where that password counts. It always counts for who
    /// runs the installation and has one: a provider that is misspelled or away must not lock everybody out.
    /// </summary>
    public async Task<SignInSource?> InsteadOfPasswordAsync(Person person, CancellationToken cancellation = default)
    {
        await using var db = database.Read();
        return await InsteadOfPasswordAsync(db, person, cancellation);
    }

    public async Task<SignInSource?> OfPersonAsync(long personId, CancellationToken cancellation = default)
    {
        await using var db = database.Read();
        var person = await db.Users.FirstOrDefaultAsync(row => row.Id == personId, cancellation);
        return person is null ? null : await InsteadOfPasswordAsync(db, person, cancellation);
    }

    public static async Task<SignInSource?> InsteadOfPasswordAsync(PurserContext db, Person person, CancellationToken cancellation = default) =>
        await InsteadOfPasswordAsync(db, await db.SignInSources.ToListAsync(cancellation), person, cancellation);

    /// <param name="sources">All of them: read once where many people are asked about.</param>
    public static async Task<SignInSource?> InsteadOfPasswordAsync(PurserContext db, IReadOnlyList<SignInSource> sources, Person person, CancellationToken cancellation)
    {
        if (person.SourceId is { } id)
        {
            return sources.FirstOrDefault(source => source.Id == id);
        }

        return sources.FirstOrDefault(source => source is { IsEnabled: true, ReplacesPasswords: true } && source.AnswersFor(person.Email!)) is { } source
            && !await db.OperatorGrants.AnyAsync(grant => grant.PersonId == person.Id && grant.Role == OperatorRole.LicensingAdministrator, cancellation)
                ? source
                : null;
    }
}
