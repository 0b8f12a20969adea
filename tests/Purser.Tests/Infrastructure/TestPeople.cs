using System.Globalization;
using System.Net.Http.Headers;
using Microsoft.AspNetCore.WebUtilities;
using Microsoft.EntityFrameworkCore;
using Purser.Server.Accounts;
using Purser.Server.Commands;
using Purser.Server.Mail;
using Purser.Server.People;
using Purser.Server.People.SignIn;
using Purser.Server.Pki;
using Purser.Server.Store;

namespace Purser.Tests.Infrastructure;

/// <summary>An account as tests need it: its number, its domain, its default virtual account.</summary>
internal sealed record TestAccount(long Id, string Domain, long DefaultVirtualAccountId)
{
    /// <summary>"/api/v1/accounts/acme.example".</summary>
    public string Api => $"/api/v1/accounts/{Domain}";
}

/// <summary>Makes accounts, people and programs quickly, through the application's own use cases.</summary>
internal sealed class TestPeople(TestInstallation installation)
{
    public const string Password = "four words make one";

    private int count;

    public async Task<TestAccount> AccountAsync(string domain = "acme.example", bool exportPermitted = false)
    {
        var input = new CreateAccount.Input($"The {domain} company", domain) { ExportPermitted = exportPermitted };
        var created = (await installation.Get<CreateAccount>().HandleAsync(new Command(CreateAccount.Name, Actor.System, input), input)).Value;
        return new TestAccount(created.Id, created.Domain, created.DefaultVirtualAccountId);
    }

    /// <summary>A member of the operator's staff.</summary>
    public async Task<Actor> OperatorAsync(OperatorRole role = OperatorRole.LicensingAdministrator)
    {
        var wanted = Somebody(role.ToString());
        var made = await installation.WritePath.RunAsync<long>(new Command("test.operator", Actor.System, wanted), async scope =>
        {
            var (person, _) = await PersonBook.FindOrAddAsync(scope, wanted);
            scope.Db.OperatorGrants.Add(new OperatorGrant { PersonId = person.Id, Role = role });
            return person.Id;
        });
        return await ActorAsync(made.Value);
    }

    /// <summary>A new person with one role, in the whole account or one virtual account.</summary>
    public async Task<Actor> PersonAsync(TestAccount account, Role role, long? virtualAccountId = null, bool includesChildren = false)
    {
        var wanted = Somebody(role.ToString());
        var made = await installation.WritePath.RunAsync<long>(
            new Command("test.person", Actor.System, wanted) { Accounts = [account.Id] },
            async scope => (await PersonBook.GrantAsync(scope, account.Id, wanted, role, virtualAccountId, includesChildren)).Person.Id);
        return await ActorAsync(made.Value);
    }

    /// <summary>The newest link for choosing a password that was mailed to an address, and to nobody else.</summary>
    public async Task<string> PasswordLinkAsync(string email)
    {
        await using var db = installation.Database.Read();
        foreach (var id in await db.Mails.Where(row => row.Recipient == email).OrderByDescending(row => row.Id).Select(row => row.Id).ToListAsync())
        {
            var text = (await installation.Get<ListMail>().FindAsync(id))!.Text!;
            if (text.IndexOf(SetPasswordLink.Path, StringComparison.Ordinal) is >= 0 and var start)
            {
                return text[start..].Split('\n')[0];
            }
        }

        throw new InvalidOperationException($"No link was mailed to {email}");
    }

    /// <summary>Chooses a password by a link; who she then is.</summary>
    public async Task<Actor> ChoosePasswordAsync(string link, string password = Password)
    {
        var query = QueryHelpers.ParseQuery(link[link.IndexOf('?', StringComparison.Ordinal)..]);
        var person = long.Parse(query["person"]!, CultureInfo.InvariantCulture);
        await installation.WithAsync<SetPassword>(async set => Assert.True((await set.ByLinkAsync(person, query["code"]!, password)).IsOk));
        return await ActorAsync(person);
    }

    public async Task<Actor> ActorAsync(long personId) =>
        await installation.Get<ActorSource>().PersonAsync(personId) ?? throw new InvalidOperationException("No such person");

    /// <summary>An HTTP client of a program that has one role in an account.</summary>
    public Task<HttpClient> ApiAsync(TestAccount account, Role role = Role.SmartAccountAdministrator, long? virtualAccountId = null, params ApiScope[] scopes) =>
        ApiAsync(account.Id, null, role, virtualAccountId, scopes);

    /// <summary>An HTTP client of a program of the operator.</summary>
    public Task<HttpClient> OperatorApiAsync(OperatorRole role = OperatorRole.LicensingAdministrator) =>
        ApiAsync(AccountHead.Installation, role, null, null, []);

    private async Task<HttpClient> ApiAsync(long accountId, OperatorRole? operatorRole, Role? role, long? virtualAccountId, ApiScope[] scopes)
    {
        var allowed = scopes.Length > 0 ? scopes : [.. ApiScopes.All];
        var client = new ApiClient
        {
            AccountId = accountId,
            Id = await installation.Get<IdSource>().NextAsync(nameof(IdKind.Client), CancellationToken.None),
            ClientId = SecretSource.NewUuid(),
            Name = $"Program {Interlocked.Increment(ref count)}",
            SecretHash = SecretSource.HashOf(SecretSource.NewSecret()),
            Scopes = ApiScopes.Write(allowed),
            OperatorRole = operatorRole,
            CreatedBy = "Test",
            CreatedAt = TestInstallation.Start,
        };
        var grantId = await installation.Get<IdSource>().NextAsync(nameof(IdKind.Grant), CancellationToken.None);
        await installation.Database.WriteAsync(db =>
        {
            db.ApiClients.Add(client);
            if (role is not null)
            {
                db.RoleGrants.Add(new RoleGrant
                {
                    AccountId = accountId,
                    Id = grantId,
                    ClientId = client.Id,
                    Role = role.Value,
                    VirtualAccountId = virtualAccountId,
                    GrantedAt = TestInstallation.Start,
                    GrantedBy = "Test",
                });
            }

            return Task.CompletedTask;
        });
        var token = await installation.Get<BearerTokens>().IssueAsync(client, allowed, personId: null, CancellationToken.None);
        var http = installation.NewClient();
        http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", token.Text);
        return http;
    }

    private NewPerson Somebody(string role)
    {
        var number = Interlocked.Increment(ref count);
        return new NewPerson($"{role.ToLowerInvariant()}{number}@people.example", $"{role} {number}");
    }
}
