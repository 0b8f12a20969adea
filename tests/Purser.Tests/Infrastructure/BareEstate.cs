using Purser.Server.Accounts;
using Purser.Server.Commands;
using Purser.Server.Store;

namespace Purser.Tests.Infrastructure;

/// <summary>An account with virtual accounts, put into the store directly: for tests of what is built on top of them.</summary>
internal sealed record BareEstate(TestInstallation Installation, long AccountId, IReadOnlyDictionary<string, long> VirtualAccounts)
{
    public const string Domain = "acme.example";

    public long this[string virtualAccount] => VirtualAccounts[virtualAccount];

    public string Api => $"/api/v1/accounts/{Domain}";

    public static async Task<BareEstate> MakeAsync(TestInstallation installation, params string[] virtualAccounts)
    {
        var verdict = await installation.WritePath.RunAsync<BareEstateMade>(new Command("test.estate", Actor.System, new { virtualAccounts }), scope =>
        {
            var id = scope.NextId(IdKind.Account);
            scope.Db.Accounts.Add(new Account
            {
                Id = id, Name = "Acme", Domain = Domain, Type = AccountType.Customer, Status = AccountStatus.Active, CreatedAt = scope.Now,
            });
            scope.AddHead(Server.Store.Installation.NewHead(id));
            var ids = new Dictionary<string, long>();
            foreach (var name in virtualAccounts)
            {
                ids[name] = scope.NextId(IdKind.VirtualAccount);
                scope.Db.VirtualAccounts.Add(new VirtualAccount
                {
                    AccountId = id, Id = ids[name], Name = name, NameKey = name.ToUpperInvariant(), Level = 1, IsDefault = ids.Count == 1, CreatedAt = scope.Now,
                });
            }

            return Task.FromResult<Verdict<BareEstateMade>>(new BareEstateMade(id, ids));
        });
        return new BareEstate(installation, verdict.Value.AccountId, verdict.Value.VirtualAccounts);
    }

    /// <summary>Runs a command of the given person in the account.</summary>
    public async Task WriteAsync(Actor actor, Func<WriteScope, Task> act)
    {
        var verdict = await Installation.WritePath.RunAsync<Done>(new Command("test.write", actor, new { }) { Accounts = [AccountId], Ids = 500 }, async scope =>
        {
            await act(scope);
            return Verdict.Done;
        });
        Assert.True(verdict.IsOk, verdict.Refusal?.ToString());
    }

    private sealed record BareEstateMade(long AccountId, Dictionary<string, long> VirtualAccounts);
}
