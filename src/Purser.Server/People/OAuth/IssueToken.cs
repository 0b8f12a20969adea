using System.Security.Cryptography;
using Microsoft.EntityFrameworkCore;
using Purser.Server.People.SignIn;
using Purser.Server.Pki;
using Purser.Server.Settings;
using Purser.Server.Store;

namespace Purser.Server.People.OAuth;

/// <summary>Judges a request for an access token and issues it: for a program by its own secret, for a person also by her password.</summary>
public sealed class IssueToken(
    Database database, BearerTokens tokens, PasswordCheck passwords, FailureBrake brake, TimeProvider machine, PurserSettings settings)
{
    private static readonly byte[] NoHash = new byte[SHA256.HashSizeInBytes];

    public async Task<TokenOutcome> HandleAsync(TokenRequest request, string remoteAddress, CancellationToken cancellation)
    {
        if (request.GrantType is not { } grantType)
        {
            return TokenError.InvalidRequest("grant_type is missing.");
        }

        if (grantType is not ("client_credentials" or "password"))
        {
            return TokenError.UnsupportedGrant("The grants client_credentials and password are supported.");
        }

        // Kept apart by sender, so that nobody can lock a program out by its public id.
        var door = $"client {request.ClientId} from {remoteAddress}";
        if (!brake.IsFree(door))
        {
            return TokenError.TooMany();
        }

        if (await FindClientAsync(request, cancellation) is not { } client)
        {
            brake.Count(door);
            return TokenError.InvalidClient();
        }

        return ChooseScopes(client, request.Scope) is not { } scopes
            ? TokenError.InvalidScope($"The client may ask for: {client.Scopes.Replace(',', ' ')}.")
            : grantType == "password"
            ? await ForPersonAsync(request, client, scopes, door, cancellation)
            : await GiveAsync(client, scopes, personId: null, cancellation);
    }

    private async Task<TokenOutcome> ForPersonAsync(
        TokenRequest request, ApiClient client, IReadOnlyCollection<ApiScope> scopes, string door, CancellationToken cancellation)
    {
        if (!settings.Security.PasswordGrant)
        {
            return TokenError.UnsupportedGrant("The password grant is switched off here (Security:PasswordGrant). Use client_credentials.");
        }

        if (request.UserName is null || request.Password is null)
        {
            return TokenError.InvalidRequest("username or password is missing.");
        }

        // A second factor cannot be asked for here, so its owner does not get in this way (stack notes 5).
        var person = await passwords.CheckAsync(request.UserName, request.Password);
        if (person is null or { TwoFactorEnabled: true })
        {
            brake.Count(door);
            return TokenError.InvalidGrant();
        }

        return await GiveAsync(client, scopes, person.Id, cancellation);
    }

    private async Task<TokenOutcome> GiveAsync(ApiClient client, IReadOnlyCollection<ApiScope> scopes, long? personId, CancellationToken cancellation)
    {
        var token = await tokens.IssueAsync(client, scopes, personId, cancellation);
        return new TokenOutcome(new GrantedToken(token, string.Join(' ', scopes)), null);
    }

    /// <summary>The client that proved itself; the comparison takes as long for an unknown one.</summary>
    private async Task<ApiClient?> FindClientAsync(TokenRequest request, CancellationToken cancellation)
    {
        await using var db = database.Read();
        var entry = request.ClientId is { } clientId
            ? await db.ApiClientDirectory.FirstOrDefaultAsync(row => row.ClientId == clientId, cancellation)
            : null;
        var client = entry is null
            ? null
            : await db.ApiClients.FirstOrDefaultAsync(row => row.AccountId == entry.AccountId && row.Id == entry.ApiClientId, cancellation);
        var isRight = CryptographicOperations.FixedTimeEquals(client?.SecretHash ?? NoHash, SecretSource.HashOf(request.ClientSecret ?? ""));
        return isRight && client?.IsUsable(machine.GetUtcNow()) == true ? client : null;
    }

    /// <summary>All of the client's scopes, or those asked for; null where one of them is not the client's.</summary>
    private static IReadOnlyCollection<ApiScope>? ChooseScopes(ApiClient client, string? asked)
    {
        var own = ApiScopes.Read(client.Scopes);
        if (asked is null)
        {
            return own.Order().ToList();
        }

        var wanted = new SortedSet<ApiScope>();
        foreach (var name in asked.Split(' ', StringSplitOptions.RemoveEmptyEntries))
        {
            if (!Enum.TryParse<ApiScope>(name, ignoreCase: true, out var scope) || !own.Contains(scope))
            {
                return null;
            }

            wanted.Add(scope);
        }

        return wanted;
    }
}
