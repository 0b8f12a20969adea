using Microsoft.EntityFrameworkCore;
using Purser.Server.Commands;
using Purser.Server.Http;
using Purser.Server.People.SignIn;
using Purser.Server.People.Sources;
using Purser.Server.Store;

namespace Purser.Server.People.Profile;

/// <summary>A person's own profile: she sees it, and changes her name. The address is changed by <see cref="ChangeAddress"/>, which asks for more.</summary>
public sealed class ChangeProfile(WritePath writePath, Database database, BearerTokens tokens)
{
    public const string Name = "profile.change";

    public sealed record Input(string DisplayName);

    /// <param name="IsAddressProven">Has it been shown that the address is this person's?</param>
    /// <param name="Source">The identity provider or directory that keeps name, address and password; null where they are kept here.</param>
    public sealed record Answer(long Id, string DisplayName, string Email, bool IsAddressProven, string? Source);

    public static void Map(IEndpointRouteBuilder routes)
    {
        routes.MapGet("/api/v1/me", async (ChangeProfile profile, HttpContext context) => (await profile.ShowAsync(context.Actor(), context.RequestAborted)).ToHttp())
            .Requires(Permission.SignedIn).WithSummary("Show your own name and e-mail address").WithTags("Profile");
        routes.MapPut("/api/v1/me", async (Input input, ChangeProfile profile, HttpContext context) =>
                (await profile.HandleAsync(context.Command(Name, input), input, context.RequestAborted)).ToHttp())
            .Requires(Permission.ProfileEdit).WithSummary("Change your own name").WithTags("Profile");
    }

    public async Task<Verdict<Answer>> ShowAsync(Actor actor, CancellationToken cancellation = default)
    {
        await using var db = database.Read();
        return actor.Kind == ActorKind.Person && await db.Users.FirstOrDefaultAsync(row => row.Id == actor.Id, cancellation) is { } person
            ? new Answer(person.Id, person.DisplayName, person.Email!, person.EmailConfirmed, (await KeeperAsync(db, person, cancellation))?.Name)
            : NoPerson();
    }

    public async Task<Verdict<Done>> HandleAsync(Command command, Input input, CancellationToken cancellation = default)
    {
        if (NewPerson.NameProblem(input.DisplayName, isOptional: false) is { } problem)
        {
            return problem;
        }

        if (command.Actor.Kind != ActorKind.Person)
        {
            return NoPerson();
        }

        var placed = command with { Accounts = await PersonPlaces.OfAsync(database, command.Actor.Id, cancellation) };
        return await writePath.RunAsync<Done>(placed, async scope =>
        {
            var person = await scope.Db.Users.FirstAsync(row => row.Id == command.Actor.Id, cancellation);
            if (await KeeperAsync(scope.Db, person, cancellation) is { } keeper)
            {
                return KeptThere(keeper);
            }

            var before = person.DisplayName;
            person.DisplayName = input.DisplayName.Trim();
            if (person.DisplayName != before)
            {
                PersonPlaces.Tell(scope, placed, PeopleEvents.Renamed(before, person.DisplayName));
            }

            scope.AfterCommit(tokens.Forget);
            return Verdict.Done;
        }, cancellation);
    }

    internal static Refusal NoPerson() => Verdict.Refused(RefusalCode.NotAllowed, "A profile is a person's; programs have none.");

    internal static Refusal KeptThere(SignInSource keeper) =>
        Verdict.Refused(RefusalCode.Conflict, $"Your name and your address are kept by “{keeper.Name}”. Have them changed there.");

    /// <summary>The source that proves who she is, or that provisions her.</summary>
    internal static async Task<SignInSource?> KeeperAsync(PurserContext db, Person person, CancellationToken cancellation) =>
        await SourceBook.InsteadOfPasswordAsync(db, person, cancellation)
        ?? await db.SignInSources.FirstOrDefaultAsync(source => db.ProvisionedPeople.Any(row => row.PersonId == person.Id && row.SourceId == source.Id), cancellation);
}
