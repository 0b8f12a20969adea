using Microsoft.EntityFrameworkCore;
using Purser.Server.Commands;
using Purser.Server.Http;
using Purser.Server.People;
using Purser.Server.Store;

namespace Purser.Server.Accounts;

/// <summary>An operator creates a Smart Account with its default virtual account and, usually, its first administrator.</summary>
public sealed class CreateAccount(WritePath writePath, AgreementGate agreement, Invitation invitation)
{
    public const string Name = "accounts.create";
    public const int LongestName = 128;
    public const int LongestPartyId = 64;

    public sealed record Input(string Name, string Domain)
    {
        public AccountType Type { get; init; } = AccountType.Customer;

        public bool ExportPermitted { get; init; }

        /// <summary>The customer's party id in the vendor's customer registry.</summary>
        public string PartyId { get; init; } = "";

        /// <summary>The first Smart Account Administrator; may be named later by nobody else, so leaving it out suits estates that add people at once.</summary>
        public NewPerson? Administrator { get; init; }
    }

    public sealed record Answer(long Id, string Domain, long DefaultVirtualAccountId)
    {
        /// <summary>The administrator's link for choosing a password, for who may read kept mails where none is sent; never stored.</summary>
        public string? SetPasswordPath { get; init; }
    }

    public static void Map(IEndpointRouteBuilder routes) => routes
        .MapPost("/api/v1/operator/accounts", async (Input input, CreateAccount create, HttpContext context) =>
            (await create.HandleAsync(context.Command(Name, input), input, context.RequestAborted)).ToCreated())
        .Requires(Permission.AccountCreate)
            .WithSummary("Create a Smart Account")
        .WithTags("Operator: accounts");

    public async Task<Verdict<Answer>> HandleAsync(Command command, Input input, CancellationToken cancellation = default)
    {
        if (Problem(input) is { } problem)
        {
            return problem;
        }

        var domain = DomainNames.Normalize(input.Domain)!;
        string? setPasswordPath = null;
        var verdict = await writePath.RunAsync<Answer>(command, async scope =>
        {
            if (await scope.Db.Accounts.AnyAsync(account => account.Domain == domain, cancellation))
            {
                return Verdict.Refused(RefusalCode.AlreadyExists, $"There is a Smart Account with the domain {domain} already.", nameof(input.Domain));
            }

            var (account, defaultVirtualAccount) = NewAccount.Add(scope, input.Name.Trim(), domain, input.Type, created =>
            {
                created.ExportPermitted = input.ExportPermitted;
                created.PartyId = input.PartyId.Trim();
            });
            await agreement.RaiseIfPendingAsync(scope, account, cancellation);
            setPasswordPath = input.Administrator is { } administrator ? await invitation.SendToFirstAsync(scope, account, administrator, cancellation) : null;
            return new Answer(account.Id, domain, defaultVirtualAccount.Id);
        }, cancellation);
        return verdict.Map(answer => answer with { SetPasswordPath = command.DryRun ? null : setPasswordPath });
    }

    /// <summary>Limited use is for people at a public mail service (domain rules 12.1), whoever makes the account.</summary>
    private static Refusal? JudgeLimited(Input input) =>
        input is { Type: AccountType.LimitedUse, Administrator: { } person } && NewPerson.Problem(person) is null
            ? LimitedUseIdentity.Judge(person.Email, nameof(NewPerson.Email)).Refusal
            : null;

    internal static Refusal? Problem(Input input) =>
        InputText.Problem(input.Name, nameof(input.Name), "a name", LongestName)
        ?? (DomainNames.Normalize(input.Domain) is not { } domain
            ? Verdict.Refused(RefusalCode.InvalidInput, "Give a domain name such as example.com.", nameof(input.Domain))
            : DomainScripts.Problem(domain) is { } disguise ? Verdict.Refused(RefusalCode.InvalidInput, disguise, nameof(input.Domain))
            : AccountTypeRules.JudgeDomain(input.Type, domain, nameof(input.Domain)))
        ?? JudgeLimited(input)
        ?? InputText.Problem(input.PartyId, nameof(input.PartyId), "the customer registry id", LongestPartyId, isOptional: true)
        ?? (input.Administrator is { } administrator ? NewPerson.Problem(administrator) : null);
}
