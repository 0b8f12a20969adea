using Purser.Server.Accounts;
using Purser.Server.Commands;
using Purser.Server.Http;

namespace Purser.Server.People;

/// <summary>Credentials for a program of the operator: it belongs to the installation and has one of the staff's roles.</summary>
public sealed class CreateOperatorClient(WritePath writePath, TimeProvider machine)
{
    public const string Name = "clients.create-operator";

    public sealed record Input(string Name, OperatorRole Role, IReadOnlyList<ApiScope> Scopes)
    {
        public int? ExpiresInDays { get; init; }
    }

    public static void Map(IEndpointRouteBuilder routes) => routes
        .MapPost("/api/v1/operator/clients", async (Input input, CreateOperatorClient create, HttpContext context) =>
            (await create.HandleAsync(context.Command(Name, input), input, context.RequestAborted)).ToCreated())
        .Requires(Permission.StaffManage)
            .WithSummary("Create an API client of the operator; its secret is shown once")
        .WithTags("Operator: staff");

    public async Task<Verdict<CreateApiClient.Answer>> HandleAsync(Command command, Input input, CancellationToken cancellation = default)
    {
        if ((ClientRules.JudgeText(input.Name, input.ExpiresInDays) ?? ClientRules.JudgeScopes(command.Actor, input.Scopes)) is { } problem)
        {
            return problem;
        }

        string? secret = null;
        var verdict = await writePath.RunAsync<CreateApiClient.Answer>(command, scope =>
        {
            (var client, secret) = ClientBook.Add(
                scope, AccountHead.Installation, input.Name, input.Scopes, input.ExpiresInDays, machine.GetUtcNow());
            client.OperatorRole = input.Role;
            return Task.FromResult<Verdict<CreateApiClient.Answer>>(new CreateApiClient.Answer(client.Id, client.ClientId, client.ExpiresAt));
        }, cancellation);
        return verdict.Map(answer => answer with { ClientSecret = command.DryRun ? null : secret });
    }
}
