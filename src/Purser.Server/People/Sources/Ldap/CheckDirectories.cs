using Microsoft.EntityFrameworkCore;
using Purser.Server.Commands;
using Purser.Server.Jobs;
using Purser.Server.People.SignIn;
using Purser.Server.Store;

namespace Purser.Server.People.Sources.Ldap;

/// <summary>
/// Asks directories about those who are signed in by their word: who is gone or switched off there loses sessions and tokens, the others get and
/// lose roles by their groups. Who has nothing open is asked when she signs in, so she is left out.
/// </summary>
public sealed class CheckDirectories(
    Database database, SourceBook sources, DirectoryDoor door, AdmitPerson admit, WritePath writePath, BearerTokens tokens, TimeProvider machine, ILogger<CheckDirectories> log) : IJob
{
    public const string Name = "sources.check-directories";
    private const string EndSignIn = "sources.end-sign-in";
    private const int Slice = 200;

    /// <summary>So many, and more than half of all, leave on one day only by a mistake in the settings or the directory's rights.</summary>
    private const int Many = 10;

    public static readonly TimeSpan Period = TimeSpan.FromMinutes(15);

    /// <summary>What the audit keeps: whose access ended, by which source's word.</summary>
    private sealed record Audited(long SourceId, long PersonId);

    private sealed record SignedIn(long PersonId, string Subject);

    public async Task<string> RunAsync(CancellationToken cancellation)
    {
        var found = new List<string>();
        foreach (var source in (await sources.EnabledAsync(cancellation)).Where(source => source.Kind == SourceKind.Directory))
        {
            found.Add($"{source.Name}: {await CheckAsync(source, cancellation)}");
        }

        return found.Count == 0 ? "no directories" : string.Join("; ", found);
    }

    private async Task<string> CheckAsync(SignInSource source, CancellationToken cancellation)
    {
        var asked = await SignedInAsync(source, cancellation);
        var gone = new List<SignedIn>();
        try
        {
            foreach (var slice in asked.Chunk(Slice))
            {
                var said = await door.LookAsync(source, [.. slice.Select(person => person.Subject)], cancellation);
                gone.AddRange(slice.Where(person => said[person.Subject] is null));
                foreach (var person in said.Values.OfType<SourcePerson>())
                {
                    await admit.HandleAsync(source, person, cancellation);
                }
            }
        }
        catch (DirectoryAwayException fault)
        {
            log.LogWarning(fault, "The directory {Source} cannot be asked who is still there: {Reason}", source.Name, fault.Message);
            return $"cannot be asked, nobody was signed out. {fault.Message}";
        }

        if (gone.Count > Many && gone.Count * 2 > asked.Count)
        {
            log.LogError("The directory {Source} no longer finds {Gone} of {Asked} people; nobody was signed out", source.Name, gone.Count, asked.Count);
            return $"no longer finds {gone.Count} of {asked.Count} people, nobody was signed out. Are the filter and the rights of the name to search with still right?";
        }

        var ended = 0;
        foreach (var person in gone)
        {
            ended += await EndAsync(source, person.PersonId, cancellation) ? 1 : 0;
        }

        return $"{asked.Count} asked, {ended} signed out";
    }

    /// <summary>Those of its people who have a session, a token or a refresh token.</summary>
    private async Task<List<SignedIn>> SignedInAsync(SignInSource source, CancellationToken cancellation)
    {
        var (issuer, now) = (DirectoryDoor.IssuerOf(source), machine.GetUtcNow());
        await using var db = database.Read();
        return await (
            from login in db.UserLogins
            where login.LoginProvider == issuer
            join person in db.Users on login.UserId equals person.Id
            where !person.IsDisabled && (person.SourceId == source.Id || source.ReplacesPasswords)
            where db.Sessions.Any(row => row.PersonId == person.Id && row.ExpiresAt > now)
                || db.AccessTokens.Any(row => row.PersonId == person.Id && row.RevokedAt == null && row.ExpiresAt > now)
                || db.Delegations.Any(row => row.PersonId == person.Id && row.ExpiresAt > now)
            orderby person.Id
            select new SignedIn(person.Id, login.ProviderKey)).ToListAsync(cancellation);
    }

    /// <returns>False where a password of her own lets her in, whatever the directory says.</returns>
    private async Task<bool> EndAsync(SignInSource source, long personId, CancellationToken cancellation)
    {
        if ((await sources.OfPersonAsync(personId, cancellation))?.Id != source.Id)
        {
            return false;
        }

        var command = new Command(EndSignIn, SourceActor.Of(source), new Audited(source.Id, personId)) { Accounts = await PersonPlaces.OfAsync(database, personId, cancellation) };
        return (await writePath.RunAsync<Done>(command, async scope =>
        {
            var person = await scope.Db.Users.FirstAsync(row => row.Id == personId, cancellation);
            await EndSignIns.OfAsync(scope, personId, tokens, cancellation);
            PersonPlaces.Tell(scope, command, PeopleEvents.SignedOutBySource(person.DisplayName, source.Name));
            return Verdict.Done;
        }, cancellation)).IsOk;
    }
}
