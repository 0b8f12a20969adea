using Microsoft.EntityFrameworkCore;
using Purser.Server.Commands;
using Purser.Server.Http;
using Purser.Server.People;
using Purser.Server.People.SignIn;

namespace Purser.Server.Accounts;

/// <summary>
/// A limited use account becomes a customer's: by its administrator, once her profile has a company's domain, which becomes the account's
/// (SA-02; domain rules 12.1).
/// </summary>
public sealed class UpgradeAccount(WritePath writePath, BearerTokens tokens)
{
    public const string Name = "accounts.upgrade";

    /// <param name="AccountName">The company's name; left out, the present one stays.</param>
    public sealed record Input(string? AccountName = null);

    public sealed record Answer(long Id, string Domain, string Name);

    public static void Map(IEndpointRouteBuilder routes) => routes
        .MapPost("/api/v1/accounts/{account}/upgrade", async (Input input, UpgradeAccount upgrade, HttpContext context) =>
            (await upgrade.HandleAsync(context.Command(Name, input), input, context.RequestAborted)).ToHttp())
        .Requires(Permission.AccountUpgrade)
            .WithSummary("Upgrade a Limited Use account to a Customer account, under the domain of your own e-mail address")
        .WithTags("Accounts");

    public async Task<Verdict<Answer>> HandleAsync(Command command, Input input, CancellationToken cancellation = default)
    {
        if (InputText.Problem(input.AccountName, nameof(input.AccountName), "a name", CreateAccount.LongestName, isOptional: true) is { } problem)
        {
            return problem;
        }

        if (command.Actor.Kind != ActorKind.Person)
        {
            return Verdict.Refused(RefusalCode.NotAllowed, "An account is upgraded by a person: the domain of her e-mail address becomes the account's.");
        }

        // The installation's head as well: two accounts cannot take one domain at the same time.
        var accountId = command.Accounts[0];
        return await writePath.RunAsync<Answer>(command with { Accounts = [AccountHead.Installation, accountId] }, async scope =>
        {
            var account = await scope.Db.Accounts.FirstAsync(row => row.Id == accountId, cancellation);
            if (account.Type != AccountType.LimitedUse)
            {
                return Verdict.Refused(RefusalCode.Conflict, $"{account.Name} is a {account.Type.Display()} account already.");
            }

            var person = await scope.Db.Users.FirstAsync(row => row.Id == command.Actor.Id, cancellation);
            var judged = await JudgeAsync(scope, person, cancellation);
            if (!judged.IsOk)
            {
                return judged.Refusal!;
            }

            var before = account.Domain;
            (account.Type, account.Domain, account.RootDomain) = (AccountType.Customer, judged.Value.Domain, judged.Value.Root);
            account.Name = string.IsNullOrWhiteSpace(input.AccountName) ? account.Name : input.AccountName.Trim();
            scope.Journal(accountId).Append(AccountEvents.AccountUpgraded(account.Name, before, account.Domain));
            scope.AfterCommit(tokens.Forget);
            return new Answer(account.Id, account.Domain, account.Name);
        }, cancellation);
    }

    private static async Task<Verdict<(string Domain, string Root)>> JudgeAsync(WriteScope scope, Person person, CancellationToken cancellation)
    {
        var judged = AccountRequestRules.Judge(AccountRequestRules.MailDomainOf(person.Email!), "");
        if (!judged.IsOk)
        {
            return Verdict.Refused(
                RefusalCode.AccountTypeForbids,
                $"Your e-mail address {person.Email} is not of a company's own domain, which becomes the account's. Change it under “Your sign-in”, or add an administrator who has a company address.");
        }

        // Anybody can write down an address; the domain goes to who reads its mail.
        if (!person.EmailConfirmed)
        {
            return Verdict.Refused(
                RefusalCode.NotAllowed,
                $"Nobody has shown yet that {person.Email} is your address. Choose your password anew by a link that an administrator has sent to you under People, then upgrade.");
        }

        return await AccountDuplicates.JudgeAsync(
            scope.Db, AccountType.Customer, judged.Value.Domain, judged.Value.Root, except: null, scope.MachineNow, "", cancellation) is { } duplicate
            ? duplicate
            : judged;
    }
}
