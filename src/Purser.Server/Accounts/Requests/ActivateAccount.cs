using System.Text.Json.Serialization;
using Microsoft.EntityFrameworkCore;
using Purser.Server.Commands;
using Purser.Server.Http;
using Purser.Server.People;
using Purser.Server.People.SignIn;
using Purser.Server.Pki;
using Purser.Server.Store;
using Purser.Server.Tokens;

namespace Purser.Server.Accounts;

/// <summary>
/// The approver answers by the link in the mail. Approved, the account is made, active, and she is its Administrator and Approver; the agreement is
/// accepted by her own tick, or by inviting somebody else to set the account up (domain rules 12.2; help: "someone else sets it up"). A limited use
/// account gets its first registration token at once (domain rules 7.1).
/// </summary>
public sealed class ActivateAccount(WritePath writePath, ApprovalMail approval, Invitation invitation, BearerTokens tokens, TokenBook registrationTokens)
{
    public const string Name = "accounts.activate";
    public const string Decline = "accounts.decline-by-approver";

    public sealed record Input
    {
        /// <summary>From the mail's link: a secret, so it is not audited.</summary>
        [JsonIgnore]
        public string Code { get; init; } = "";

        /// <summary>Tells links apart: an idempotency key that comes with another link is another request.</summary>
        public string CodeMark => MarkOf(Code);

        /// <summary>The agreement's version that was read; null where none was published.</summary>
        public int? AgreementVersion { get; init; }

        /// <summary>The box "I agree to the terms above".</summary>
        public bool IsAgreed { get; init; }

        /// <summary>Somebody else sets the account up, as its administrator: inviting her accepts the agreement.</summary>
        public string SetUpBy { get; init; } = "";

        /// <summary>Null keeps what the requester wrote.</summary>
        public string? Headquarters { get; init; }
        public SearchVisibility? Visibility { get; init; }
    }

    public sealed record DeclineInput(string Reason)
    {
        [JsonIgnore]
        public string Code { get; init; } = "";

        public string CodeMark => MarkOf(Code);
    }

    /// <summary>A request's body: with the code, which the audited input leaves out.</summary>
    public sealed record Body(string Code, int? AgreementVersion = null, bool IsAgreed = false, string SetUpBy = "", string? Headquarters = null, SearchVisibility? Visibility = null)
    {
        public Input ToInput() => new()
        {
            Code = Code, AgreementVersion = AgreementVersion, IsAgreed = IsAgreed, SetUpBy = SetUpBy, Headquarters = Headquarters, Visibility = Visibility,
        };
    }

    public sealed record DeclineBody(string Code, string Reason = "");

    public sealed record Answer(long Id, string Domain, string Name)
    {
        public AccountType Type { get; init; }
        public long DefaultVirtualAccountId { get; init; }

        /// <summary>Of a limited use account; never part of what is kept for idempotency.</summary>
        public string? FirstToken { get; init; }
    }

    public static void Map(IEndpointRouteBuilder routes)
    {
        routes.MapPost("/api/v1/account-requests/activate", async (Body body, ActivateAccount activate, HttpContext context) =>
                (await activate.HandleAsync(context.Command(Name, body.ToInput()), body.ToInput(), context.RequestAborted)).ToCreated())
            .Requires(Permission.SignedIn)
            .WithSummary("Approve a requested Smart Account by the code of the mailed link; it becomes active")
            .WithTags("Account requests");
        routes.MapPost("/api/v1/account-requests/decline", async (DeclineBody body, ActivateAccount activate, HttpContext context) =>
            {
                var input = new DeclineInput(body.Reason) { Code = body.Code };
                return (await activate.DeclineAsync(context.Command(Decline, input), input, context.RequestAborted)).ToHttp();
            })
            .Requires(Permission.SignedIn)
            .WithSummary("Decline a requested Smart Account by the code of the mailed link")
            .WithTags("Account requests");
    }

    public async Task<Verdict<Answer>> HandleAsync(Command command, Input input, CancellationToken cancellation = default)
    {
        var isInviting = !string.IsNullOrWhiteSpace(input.SetUpBy);
        if ((InputText.Problem(input.Headquarters, nameof(input.Headquarters), "the address", AccountRequestRules.LongestAddress, isOptional: true)
            ?? (isInviting && NewPerson.Problem(new NewPerson(input.SetUpBy)) is { } wrong ? wrong with { Field = nameof(input.SetUpBy) } : null)) is { } problem)
        {
            return problem;
        }

        string? firstToken = null;
        var verdict = await writePath.RunAsync<Answer>(command, async scope =>
        {
            var opened = await ApproverDoor.OpenAsync(scope.Db, command.Actor, input.Code, scope.MachineNow, cancellation);
            if (!opened.IsOk)
            {
                return opened.Refusal!;
            }

            var request = opened.Value;
            var newest = await scope.Db.Agreements.OrderByDescending(row => row.Version).FirstOrDefaultAsync(cancellation);
            if ((JudgeAgreement(newest, input, isInviting) ?? await AccountDuplicates.JudgeAsync(
                scope.Db, request.Type, request.Domain, request.RootDomain, request.Id, scope.MachineNow, "", cancellation)) is { } refusal)
            {
                return refusal;
            }

            (request.Headquarters, request.Visibility) = (input.Headquarters?.Trim() ?? request.Headquarters, input.Visibility ?? request.Visibility);
            var (account, place) = Make(scope, request);
            await PeopleAsync(scope, account, request, isInviting ? input.SetUpBy : null, cancellation);
            if (newest is not null)
            {
                await AgreementGate.AcceptAsync(scope, account, newest);
            }

            (request.State, request.AccountId, request.DecidedAt, request.DecidedBy) = (AccountRequestState.Active, account.Id, scope.Now, command.Actor.Name);
            firstToken = account.Type == AccountType.LimitedUse ? AddFirstToken(scope, place) : null;
            await approval.TellActivatedAsync(scope, request, firstToken, cancellation);
            scope.AfterCommit(tokens.Forget);
            return new Answer(account.Id, account.Domain, account.Name) { Type = account.Type, DefaultVirtualAccountId = place.Id };
        }, cancellation);
        return verdict.Map(answer => answer with { FirstToken = command.DryRun ? null : firstToken });
    }

    public async Task<Verdict<Done>> DeclineAsync(Command command, DeclineInput input, CancellationToken cancellation = default)
    {
        if (InputText.Problem(input.Reason, nameof(input.Reason), "the reason", AccountRequestRules.LongestReason, isOptional: true) is { } problem)
        {
            return problem;
        }

        return await writePath.RunAsync<Done>(command, async scope =>
        {
            var opened = await ApproverDoor.OpenAsync(scope.Db, command.Actor, input.Code, scope.MachineNow, cancellation);
            if (!opened.IsOk)
            {
                return opened.Refusal!;
            }

            var request = opened.Value;
            (request.State, request.DecidedAt, request.DecidedBy, request.DeclineReason) =
                (AccountRequestState.Declined, scope.Now, command.Actor.Name, input.Reason?.Trim() ?? "");
            await approval.TellDeclinedAsync(scope, request, cancellation);
            return Verdict.Done;
        }, cancellation);
    }

    private static string MarkOf(string code) => Convert.ToHexStringLower(SecretSource.HashOf(code))[..16];

    private static Refusal? JudgeAgreement(Agreement? newest, Input input, bool isInviting) =>
        newest is null ? null
        : newest.Version != input.AgreementVersion
            ? Verdict.Refused(RefusalCode.Stale, $"Version {newest.Version} of the agreement is the newest. Read and accept that one.")
        : input.IsAgreed || isInviting ? null
        : Verdict.Refused(RefusalCode.InvalidInput, "Tick \"I agree to the terms above\", or name who sets the account up for you.", nameof(input.IsAgreed));

    private static (Account Account, VirtualAccount Default) Make(WriteScope scope, AccountRequest request)
    {
        var (account, place) = NewAccount.Add(scope, request.Name, request.Domain, request.Type, created =>
        {
            created.Headquarters = request.Headquarters;
            created.Visibility = request.Visibility;
        });
        scope.Journal(account.Id).Append(AccountEvents.AccountActivated(request.Name, request.RequesterName, scope.Actor.Name));
        return (account, place);
    }

    /// <summary>One use, thirty days (domain rules 7.1); by activating she accepted the terms that a token's form shows.</summary>
    private string AddFirstToken(WriteScope scope, VirtualAccount place)
    {
        var token = registrationTokens.Add(scope, place.AccountId, place.Id, new CreateTokens.Input([place.Id])
        {
            Description = "First token", ExpiresInDays = AccountTypeRules.FirstTokenDays, MaximumUses = AccountTypeRules.FirstTokenUses, TermsAccepted = true,
        });
        scope.Journal(place.AccountId).Append(TokenEvents.Created(place.Name, token.ExportControlled), AccountEvents.About(place.Id));
        return registrationTokens.TextOf(token);
    }

    private async Task PeopleAsync(WriteScope scope, Account account, AccountRequest request, string? setUpBy, CancellationToken cancellation)
    {
        var approver = new NewPerson(request.ApproverEmail);
        await PersonBook.GrantAsync(scope, account.Id, approver, Role.SmartAccountAdministrator, virtualAccountId: null);
        await PersonBook.GrantAsync(scope, account.Id, approver, Role.SmartAccountApprover, virtualAccountId: null);
        if (setUpBy is not null && PersonBook.KeyOf(setUpBy) != PersonBook.KeyOf(request.ApproverEmail))
        {
            await invitation.SendToFirstAsync(scope, account, new NewPerson(setUpBy), cancellation);
        }
    }
}
