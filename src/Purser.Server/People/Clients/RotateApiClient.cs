using Purser.Server.Commands;
using Purser.Server.Http;
using Purser.Server.People.SignIn;
using Purser.Server.Pki;

namespace Purser.Server.People;

/// <summary>
/// A new secret for an API client. The old one goes on working beside it for as long as was chosen, so that programs can be changed one after the
/// other; without such a time it ends at once, with all that the client was given by it.
/// </summary>
public sealed class RotateApiClient(WritePath writePath, BearerTokens tokens, TimeProvider machine)
{
    public const string Name = "clients.rotate";

    public sealed record Input(long Id)
    {
        /// <summary>How long the old secret works beside the new one; 0: not at all.</summary>
        public int OverlapHours { get; init; }

        /// <summary>A new end of the client, counted from now; null: its end stays as it is.</summary>
        public int? ExpiresInDays { get; init; }
    }

    public sealed record Body(int OverlapHours = 0, int? ExpiresInDays = null);

    public static void Map(IEndpointRouteBuilder routes)
    {
        const string what = "overlapHours (0 to 720) is how long the old secret works beside the new one; 0, also without a body, ends it at once with all access tokens. expiresInDays gives the client a new end.";
        routes.MapPost("/api/v1/accounts/{account}/clients/{client:long}/secret", (long client, Body? body, RotateApiClient rotate, HttpContext context) =>
            RunAsync(client, body, rotate, context)).Requires(Permission.ClientManage)
            .WithSummary("Give an API client a new secret; the old one may work on for a while").WithDescription(what).WithTags("API clients");
        routes.MapPost("/api/v1/operator/clients/{client:long}/secret", (long client, Body? body, RotateApiClient rotate, HttpContext context) =>
            RunAsync(client, body, rotate, context)).Requires(Permission.StaffManage)
            .WithSummary("Give one of the operator's API clients a new secret").WithDescription(what).WithTags("Operator: staff");
    }

    public async Task<Verdict<CreateApiClient.Answer>> HandleAsync(Command command, Input input, CancellationToken cancellation = default)
    {
        if ((ClientRules.JudgeOverlap(input.OverlapHours) ?? ClientRules.JudgeLife(input.ExpiresInDays)) is { } problem)
        {
            return problem;
        }

        var accountId = ClientBook.AccountOf(command);
        string? secret = null;
        var verdict = await writePath.RunAsync<CreateApiClient.Answer>(command, async scope =>
        {
            if (await ClientBook.FindAsync(scope.Db, accountId, input.Id, cancellation) is not { RevokedAt: null } client)
            {
                return Verdict.Refused(RefusalCode.NotFound, "There is no such API client.");
            }

            var now = machine.GetUtcNow();
            var isThirdSecret = client.HasPreviousSecret(now);
            secret = SecretSource.NewSecret();
            (client.PreviousSecretHash, client.PreviousSecretEndsAt, client.PreviousSecretUsedAt) = (client.SecretHash, now.AddHours(input.OverlapHours), null);
            (client.SecretHash, client.SecretRenewedAt) = (SecretSource.HashOf(secret), now);
            if (input.ExpiresInDays is { } days)
            {
                (client.ExpiresAt, client.EndToldAt) = (now.AddDays(days), null);
            }

            if (input.OverlapHours == 0)
            {
                await ClientBook.RevokeTokensAsync(scope, client, now, cancellation);
            }
            else if (isThirdSecret)
            {
                // The one before the last ends now, and nobody knows which tokens were got by it.
                await ClientBook.RevokeAccessTokensAsync(scope, client, now, cancellation);
            }
            else
            {
                await ClientBook.EndAccessTokensAtAsync(scope, client, now.AddHours(input.OverlapHours), cancellation);
            }

            scope.AfterCommit(tokens.Forget);

            var previousEnd = input.OverlapHours == 0 ? null : client.PreviousSecretEndsAt;
            scope.Journal(accountId).Append(PeopleEvents.ClientRotated(client.Name, previousEnd));
            return new CreateApiClient.Answer(client.Id, client.ClientId, client.ExpiresAt) { PreviousSecretEndsAt = previousEnd };
        }, cancellation);
        return verdict.Map(answer => answer with { ClientSecret = command.DryRun ? null : secret });
    }

    private static async Task<VerdictResult<CreateApiClient.Answer>> RunAsync(long client, Body? body, RotateApiClient rotate, HttpContext context)
    {
        var input = new Input(client) { OverlapHours = body?.OverlapHours ?? 0, ExpiresInDays = body?.ExpiresInDays };
        return (await rotate.HandleAsync(context.Command(Name, input), input, context.RequestAborted)).ToHttp();
    }
}
