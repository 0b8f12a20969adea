using Microsoft.EntityFrameworkCore;
using Purser.Server.Commands;
using Purser.Server.Pki;
using Purser.Server.Store;
using Purser.Server.People.SignIn;

namespace Purser.Server.People.OAuth;

/// <summary>A person lets a program act for her in the program's Smart Account: the grant authorization_code up to the code (API reference 2.2).</summary>
public sealed class AllowProgram(Database database, WritePath writePath, Delegations delegations, TimeProvider machine)
{
    public const string Name = "clients.allow";

    public sealed record Input(long ClientId, string Scopes);

    /// <summary>What the person is asked.</summary>
    /// <param name="ReturnTo">Where the browser goes with the answer.</param>
    public sealed record Question(ApiClient Client, string Domain, string AccountName, IReadOnlyCollection<ApiScope> Scopes, string ReturnTo);

    /// <param name="Refusal">Told to the person: the program or its address cannot be trusted, so the browser is not sent anywhere.</param>
    /// <param name="Error">Told to the program, by its address (RFC 6749 4.1.2.1).</param>
    public sealed record Judgement(Question? Question, Refusal? Refusal = null, string? Error = null, string ReturnTo = "");

    public async Task<Judgement> JudgeAsync(AuthorizationRequest request, Actor person, CancellationToken cancellation = default)
    {
        await using var db = database.Read();
        var entry = await db.ApiClientDirectory.FirstOrDefaultAsync(row => row.ClientId == request.ClientId, cancellation);
        var client = entry is null
            ? null
            : await db.ApiClients.FirstOrDefaultAsync(row => row.AccountId == entry.AccountId && row.Id == entry.ApiClientId, cancellation);
        var account = client is null ? null : await db.Accounts.FirstOrDefaultAsync(row => row.Id == client.AccountId, cancellation);
        if (client is null || account is null || !client.IsUsable(machine.GetUtcNow()))
        {
            return new(null, Verdict.Refused(RefusalCode.NotFound, "The program that sent you here is not known, or was revoked. Tell the people who run it."));
        }

        var known = RedirectAddresses.Read(client.RedirectUris);
        var returnTo = request.RedirectUri.Length > 0 ? request.RedirectUri : known.Count == 1 ? known[0] : "";
        if (!known.Contains(returnTo, StringComparer.Ordinal))
        {
            return new(null, Verdict.Refused(RefusalCode.InvalidInput, $"The program “{client.Name}” is not registered for the address it wants you to go back to."));
        }

        if (!person.May(Permission.AccountView, account.Id))
        {
            return new(null, Verdict.Refused(RefusalCode.NotAllowed, $"The program “{client.Name}” works in the Smart Account {account.Domain}, in which you have no role."));
        }

        return request.ResponseType != "code" ? new(null, Error: "unsupported_response_type", ReturnTo: returnTo)
            : request.Challenge.Length > 0 && request.ChallengeMethod != AuthorizationRequest.Sha256 ? new(null, Error: "invalid_request", ReturnTo: returnTo)
            : ApiScopes.Choose(client.Scopes, request.Scope) is { } scopes ? new(new Question(client, account.Domain, account.Name, scopes, returnTo))
            : new(null, Error: "invalid_scope", ReturnTo: returnTo);
    }

    /// <summary>The code for the program.</summary>
    public async Task<Verdict<string>> HandleAsync(Actor person, AuthorizationRequest request, Question question, CancellationToken cancellation = default)
    {
        var (secret, client) = (SecretSource.NewSecret(), question.Client);
        var input = new Input(client.Id, ApiScopes.Write(question.Scopes));
        var command = new Command(Name, person, input) { Accounts = [client.AccountId] };
        var verdict = await writePath.RunAsync<Done>(command, scope =>
        {
            scope.Db.Delegations.Add(new Delegation
            {
                SecretHash = SecretSource.HashOf(secret),
                Kind = DelegationKind.Code,
                Family = SecretSource.NewUuid(),
                AccountId = client.AccountId,
                ApiClientId = client.Id,
                PersonId = person.Id,
                Scopes = input.Scopes,
                RedirectUri = request.RedirectUri,
                Challenge = request.Challenge,
                ExpiresAt = delegations.CodeEnd,
            });
            scope.Journal(client.AccountId).Append(PeopleEvents.ClientAllowed(client.Name, person.Name));
            return Task.FromResult<Verdict<Done>>(Verdict.Done);
        }, cancellation);
        return verdict.Map(_ => secret);
    }
}
