using Purser.Server.Commands;
using Purser.Server.Store;

namespace Purser.Server.Accounts;

/// <summary>A Smart Account as it is at its birth: active, with its head and its default virtual account.</summary>
internal static class NewAccount
{
    public static (Account Account, VirtualAccount Default) Add(WriteScope scope, string name, string domain, AccountType type, Action<Account> complete)
    {
        var account = new Account
        {
            Id = scope.NextId(IdKind.Account),
            Name = name,
            Domain = domain,
            // A limited use account lies below a mail service that many share.
            RootDomain = type == AccountType.LimitedUse ? domain : PublicSuffixes.RegistrableOf(domain) ?? domain,
            Type = type,
            Status = AccountStatus.Active,
            CreatedAt = scope.Now,
            CreatedBy = scope.Actor.IsStaff ? "" : scope.Actor.Name,
        };
        complete(account);
        scope.Db.Accounts.Add(account);
        scope.AddHead(Installation.NewHead(account.Id));
        var defaultVirtualAccount = NewVirtualAccount.Row(scope, account.Id, NewVirtualAccount.DefaultName);
        defaultVirtualAccount.IsDefault = true;
        scope.Db.VirtualAccounts.Add(defaultVirtualAccount);
        var journal = scope.Journal(account.Id);
        journal.Append(AccountEvents.AccountCreated(account.Name));
        journal.Append(AccountEvents.VirtualAccountCreated(defaultVirtualAccount.Name), AccountEvents.About(defaultVirtualAccount.Id));
        return (account, defaultVirtualAccount);
    }
}
