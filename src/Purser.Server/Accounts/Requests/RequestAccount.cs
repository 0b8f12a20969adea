using Microsoft.EntityFrameworkCore;
using Purser.Server.Commands;
using Purser.Server.Http;
using Purser.Server.People;
using Purser.Server.Store;

namespace Purser.Server.Accounts;

/// <summary>Somebody asks for a Smart Account: for the own company, with authority or naming who has it, or for a customer (SA-01, SA-03).</summary>
public sealed class RequestAccount(WritePath writePath, ApprovalMail approval)
{
    public const string Name = "accounts.request";

    public sealed record Input(string Name)
    {
        public AccountType Type { get; init; }
        public RequestAuthority Authority { get; init; }

        /// <summary>Left out: the domain of the approver's e-mail address.</summary>
        public string Domain { get; init; } = "";

        /// <summary>Why the domain is another one than that of the approver's address; an operator then decides.</summary>
        public string DomainReason { get; init; } = "";

        /// <summary>Who has the authority; not for <see cref="RequestAuthority.Requester"/>, who is that herself.</summary>
        public string ApproverEmail { get; init; } = "";
        public string ApproverName { get; init; } = "";
        public string Note { get; init; } = "";
        public string Headquarters { get; init; } = "";
        public SearchVisibility Visibility { get; init; }

        /// <summary>The requester offers to set the account up, as its administrator, once the approver agrees.</summary>
        public bool RequesterSetsUp { get; init; }
    }

    public sealed record Answer(long Id, string Domain, AccountRequestState State);

    public static void Map(IEndpointRouteBuilder routes) => routes
        .MapPost("/api/v1/account-requests", async (Input input, RequestAccount request, HttpContext context) =>
            (await request.HandleAsync(context.Command(Name, input), input, context.RequestAborted)).ToCreated())
        .Requires(Permission.SignedIn)
            .WithSummary("Request a Smart Account, for yourself or for a customer")
        .WithTags("Account requests");

    public async Task<Verdict<Answer>> HandleAsync(Command command, Input input, CancellationToken cancellation = default)
    {
        if (AccountRequestRules.Problem(input) is { } problem)
        {
            return problem;
        }

        var actor = command.Actor;
        if (actor.Kind != ActorKind.Person && !(actor.IsStaff && input.Authority == RequestAuthority.Customer))
        {
            return Verdict.Refused(RefusalCode.NotAllowed, "A Smart Account is requested by a person; a program of the operator can do so for a customer.");
        }

        return await writePath.RunAsync<Answer>(command, async scope =>
        {
            var requester = actor.Kind == ActorKind.Person ? await scope.Db.Users.FirstAsync(row => row.Id == actor.Id, cancellation) : null;
            var judged = await JudgeAsync(scope, input, requester, cancellation);
            if (!judged.IsOk)
            {
                return judged.Refusal!;
            }

            var row = judged.Value;
            scope.Db.AccountRequests.Add(row);
            await (row.State == AccountRequestState.AwaitingOperator
                ? approval.TellOperatorsAsync(scope, row, cancellation)
                : approval.SendAsync(scope, row, cancellation));
            return new Answer(row.Id, row.Domain, row.State);
        }, cancellation);
    }

    private async Task<Verdict<AccountRequest>> JudgeAsync(WriteScope scope, Input input, Person? requester, CancellationToken cancellation)
    {
        var isOwn = input.Authority == RequestAuthority.Requester;
        var approverEmail = isOwn ? requester!.Email! : input.ApproverEmail.Trim();
        var approverField = isOwn ? nameof(input.Authority) : nameof(input.ApproverEmail);
        var domain = DomainOf(input, approverEmail, approverField);
        if (!domain.IsOk)
        {
            return domain.Refusal!;
        }

        var (name, root) = domain.Value;
        if (await AccountDuplicates.JudgeAsync(scope.Db, input.Type, name, root, except: null, scope.MachineNow, nameof(input.Domain), cancellation) is { } duplicate)
        {
            return duplicate;
        }

        var isChanged = input.Type != AccountType.LimitedUse && !AccountRequestRules.IsOwnDomain(name, approverEmail);
        if (isChanged && string.IsNullOrWhiteSpace(input.DomainReason))
        {
            return Verdict.Refused(
                RefusalCode.InvalidInput,
                $"{name} is not the domain of {approverEmail}. Give the reason why the Smart Account has another domain identifier; the operator decides on it.",
                nameof(input.DomainReason));
        }

        return await JudgeNumberAsync(scope, requester, cancellation) is { } tooMany ? tooMany : new AccountRequest
        {
            Id = scope.NextId(IdKind.AccountRequest),
            Name = input.Name.Trim(),
            Domain = name,
            RootDomain = root,
            Type = input.Type,

            // Whose partners hold orders for others is the vendor's own decision.
            State = isChanged || input.Type == AccountType.PartnerHolding ? AccountRequestState.AwaitingOperator : AccountRequestState.AwaitingApprover,
            Authority = input.Authority,
            RequesterId = requester?.Id,
            RequesterName = approval.NameOf(scope.Actor),
            RequesterEmail = requester?.Email ?? "",
            ApproverEmail = approverEmail,
            ApproverName = isOwn ? requester!.DisplayName : input.ApproverName.Trim(),
            Note = input.Note.Trim(),
            DomainReason = isChanged ? input.DomainReason.Trim() : "",
            Headquarters = input.Headquarters.Trim(),
            Visibility = input.Visibility,
            RequesterSetsUp = !isOwn && requester is not null && input.RequesterSetsUp,
            RequestedAt = scope.Now,
        };
    }

    /// <summary>The domain identifier and what of it somebody can own; nobody else can own any of a limited use account's.</summary>
    private static Verdict<(string Domain, string Root)> DomainOf(Input input, string approverEmail, string approverField)
    {
        if (input.Type == AccountType.LimitedUse)
        {
            return LimitedUseIdentity.Judge(approverEmail, nameof(input.Type)).Map(identity => (identity, identity));
        }

        return AccountRequestRules.JudgeApprover(approverEmail, approverField) is { } wrongApprover
            ? wrongApprover
            : AccountRequestRules.Judge(
                string.IsNullOrWhiteSpace(input.Domain) ? AccountRequestRules.MailDomainOf(approverEmail) : input.Domain, nameof(input.Domain));
    }

    private static async Task<Refusal?> JudgeNumberAsync(WriteScope scope, Person? requester, CancellationToken cancellation)
    {
        if (requester is null || scope.Actor.IsStaff)
        {
            return null;
        }

        var open = await scope.Db.AccountRequests.CountAsync(
            row => row.RequesterId == requester.Id
                && (row.State == AccountRequestState.AwaitingOperator || row.State == AccountRequestState.AwaitingApprover),
            cancellation);
        if (open >= AccountRequestRules.MostOpen)
        {
            return Verdict.Refused(RefusalCode.Conflict, $"{open} of your requests wait already. Withdraw one, or wait until they are answered.");
        }

        var since = scope.Now.AddDays(-1);
        return await scope.Db.AccountRequests.CountAsync(row => row.RequesterId == requester.Id && row.RequestedAt > since, cancellation) < AccountRequestRules.MostADay
            ? null
            : Verdict.Refused(RefusalCode.TooManyRequests, $"You made {AccountRequestRules.MostADay} requests within a day; each is a mail to somebody. Go on tomorrow.");
    }
}
