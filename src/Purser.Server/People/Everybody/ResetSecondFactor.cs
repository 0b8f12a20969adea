using Microsoft.EntityFrameworkCore;
using Purser.Server.Commands;
using Purser.Server.Http;
using Purser.Server.People.SignIn;
using Purser.Server.People.SignIn.SecondFactor;
using Purser.Server.Store;

namespace Purser.Server.People;

/// <summary>
/// The operator's help for somebody who lost phone and codes: app, recovery codes and passkeys are taken away, and all her sessions and tokens
/// end. The password stays. Every Smart Account in which she has a role is told.
/// </summary>
public sealed class ResetSecondFactor(WritePath writePath, Database database, BearerTokens tokens)
{
    public const string Name = "people.reset-second-factor";

    public sealed record Input(long PersonId);

    public static void Map(IEndpointRouteBuilder routes) => routes
        .MapPost("/api/v1/operator/people/{person:long}/reset-second-factor", async (long person, ResetSecondFactor reset, HttpContext context) =>
        {
            var input = new Input(person);
            return (await reset.HandleAsync(context.Command(Name, input), input, context.RequestAborted)).ToHttp();
        })
        .Requires(Permission.PersonHelp)
            .WithSummary("Take away a person's authenticator app, recovery codes and passkeys")
        .WithTags("Operator: staff");

    public async Task<Verdict<Done>> HandleAsync(Command command, Input input, CancellationToken cancellation = default)
    {
        if (command.Actor is { Kind: ActorKind.Person } && command.Actor.Id == input.PersonId)
        {
            return Verdict.Refused(RefusalCode.NotAllowed, "Your own second factor is changed on your page “Your sign-in”, where your password is asked for.");
        }

        var placed = command with { Accounts = await PersonPlaces.OfAsync(database, input.PersonId, cancellation) };
        return await writePath.RunAsync<Done>(placed, async scope =>
        {
            if (await scope.Db.Users.FirstOrDefaultAsync(row => row.Id == input.PersonId, cancellation) is not { } person)
            {
                return Verdict.Refused(RefusalCode.NotFound, "There is no such person.");
            }

            var passkeys = await scope.Db.UserPasskeys.Where(row => row.UserId == person.Id).ToListAsync(cancellation);
            if (!person.TwoFactorEnabled && passkeys.Count == 0)
            {
                return Verdict.Refused(RefusalCode.Conflict, $"{person.DisplayName} has neither an authenticator app nor a passkey.");
            }

            await ManageSecondFactor.ForgetAppAsync(scope, person.Id, cancellation);
            scope.Db.UserPasskeys.RemoveRange(passkeys);
            await EndSignIns.OfAsync(scope, person.Id, tokens, cancellation);
            PersonPlaces.Tell(scope, placed, PeopleEvents.SecondFactorReset(person.DisplayName));
            return Verdict.Done;
        }, cancellation);
    }
}
