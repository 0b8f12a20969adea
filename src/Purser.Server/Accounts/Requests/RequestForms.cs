using System.Globalization;
using Microsoft.AspNetCore.WebUtilities;
using Purser.Server.Accounts.Pages;
using Purser.Server.Commands;
using Purser.Server.Http;
using Purser.Server.Inventory;
using Purser.Server.People;
using Purser.Server.Web;

namespace Purser.Server.Accounts;

/// <summary>What the pages about requested accounts and the directory post to.</summary>
public static class RequestForms
{
    private const string OperatorList = "/operator/account-requests";

    public static void Map(IEndpointRouteBuilder routes)
    {
        routes.MapPost("/account-requests/new", RequestAsync).Requires(Permission.SignedIn);
        routes.MapPost(ApprovalMail.Path, ApproveAsync).Requires(Permission.SignedIn);
        routes.MapPost("/account-requests/decline", DeclineAsync).Requires(Permission.SignedIn);
        routes.MapPost("/account-requests/{request:long}/resend", ResendAsync).Requires(Permission.SignedIn);
        routes.MapPost("/account-requests/{request:long}/withdraw", WithdrawAsync).Requires(Permission.SignedIn);
        routes.MapPost(OperatorList + "/{request:long}/approve", OperatorApproveAsync).Requires(Permission.AccountCreate);
        routes.MapPost(OperatorList + "/{request:long}/decline", OperatorDeclineAsync).Requires(Permission.AccountCreate);
    }

    private static async Task<IResult> RequestAsync(IFormCollection form, HttpContext context, RequestAccount request)
    {
        var input = new RequestAccount.Input(form["name"].ToString())
        {
            Type = Enum.TryParse<AccountType>(form["type"], out var type) && Enum.IsDefined(type) ? type : AccountType.Customer,
            Authority = Enum.TryParse<RequestAuthority>(form["authority"], out var authority) && Enum.IsDefined(authority) ? authority : RequestAuthority.Requester,
            Domain = form["domain"].ToString(),
            DomainReason = form["domainReason"].ToString(),
            ApproverEmail = form["approverEmail"].ToString(),
            ApproverName = form["approverName"].ToString(),
            Note = form["note"].ToString(),
            Headquarters = form["headquarters"].ToString(),
            Visibility = AccountForms.VisibilityOf(form),
            RequesterSetsUp = form["requesterSetsUp"] == "true",
        };
        var done = await request.HandleAsync(context.Command(RequestAccount.Name, input), input, context.RequestAborted);
        if (!done.IsOk)
        {
            return PageAnswer.Refused<RequestAccountPage>(new() { ["Typed"] = input, ["Errors"] = FormErrors.Of(done.Refusal!) });
        }

        return PageAnswer.Done(context, "/accounts", new Toast(done.Value.State == AccountRequestState.AwaitingOperator
            ? $"The request for {done.Value.Domain} waits for the operator."
            : input.Authority == RequestAuthority.Requester
                ? "A mail was written to you. Open its link to activate the Smart Account."
                : $"A mail was written to {input.ApproverEmail}. Its link activates the Smart Account."));
    }

    private static async Task<IResult> ApproveAsync(IFormCollection form, HttpContext context, ActivateAccount activate, ListAccountRequests requests)
    {
        var input = new ActivateAccount.Input
        {
            Code = form["code"].ToString(),
            AgreementVersion = int.TryParse(form["version"], NumberStyles.None, CultureInfo.InvariantCulture, out var version) ? version : null,
            IsAgreed = form["isAgreed"] == "true",
            SetUpBy = form["setUpBy"].ToString(),
            Headquarters = form["headquarters"].ToString(),
            Visibility = AccountForms.VisibilityOf(form),
        };
        var done = await activate.HandleAsync(context.Command(ActivateAccount.Name, input), input, context.RequestAborted);
        return done.IsOk
            ? PageAnswer.Done(context, AfterActivation(done.Value), new Toast($"The Smart Account {done.Value.Name} is active. You are its Administrator and Approver."))
            : await DeadLinkAsync(context, requests, input.Code)
                ?? PageAnswer.Refused<ApproveAccountPage>(new() { ["Code"] = input.Code, ["Typed"] = input, ["Errors"] = FormErrors.Of(done.Refusal!) });
    }

    /// <summary>The link was used or replaced meanwhile, in another window for example: its page says so, and has no form to stay in.</summary>
    private static async Task<IResult?> DeadLinkAsync(HttpContext context, ListAccountRequests requests, string code) =>
        (await requests.OpenAsync(context.Actor(), code, context.RequestAborted)).IsOk
            ? null
            : PageAnswer.Done(context, QueryHelpers.AddQueryString(ApprovalMail.Path, "code", code));

    /// <summary>A limited use account opens where its first token is, a customer's where the first steps are; a holding account has none.</summary>
    private static string AfterActivation(ActivateAccount.Answer made) => made.Type == AccountType.LimitedUse
        ? InventoryLinks.Tab(made.Domain, made.DefaultVirtualAccountId, "general")
        : $"/accounts/{made.Domain}/{(made.Type == AccountType.Customer ? "alerts" : "properties")}";

    private static async Task<IResult> DeclineAsync(IFormCollection form, HttpContext context, ActivateAccount activate, ListAccountRequests requests)
    {
        var input = new ActivateAccount.DeclineInput(form["reason"].ToString()) { Code = form["code"].ToString() };
        var done = await activate.DeclineAsync(context.Command(ActivateAccount.Decline, input), input, context.RequestAborted);
        return done.IsOk
            ? PageAnswer.Done(context, "/accounts", new Toast("The Smart Account was declined. Its requester gets a mail."))
            : await DeadLinkAsync(context, requests, input.Code)
                ?? PageAnswer.Refused<ApproveAccountPage>(new() { ["Code"] = input.Code, ["DeclineErrors"] = FormErrors.Of(done.Refusal!) });
    }

    private static async Task<IResult> ResendAsync(long request, IFormCollection form, HttpContext context, ChaseAccountRequest chase)
    {
        var input = new ChaseAccountRequest.Input(request);
        var done = await chase.ResendAsync(context.Command(ChaseAccountRequest.Resend, input), input, context.RequestAborted);
        return Back(form, context, done, "The approver gets a new mail. The link in the earlier one does not work any more.");
    }

    private static async Task<IResult> WithdrawAsync(long request, IFormCollection form, HttpContext context, ChaseAccountRequest chase)
    {
        var input = new ChaseAccountRequest.Input(request);
        var done = await chase.WithdrawAsync(context.Command(ChaseAccountRequest.Withdraw, input), input, context.RequestAborted);
        return Back(form, context, done, "The request was taken back.");
    }

    private static async Task<IResult> OperatorApproveAsync(long request, IFormCollection form, HttpContext context, DecideAccountRequest decide)
    {
        var input = new DecideAccountRequest.Input(request, IsApproved: true);
        var done = await decide.HandleAsync(context.Command(DecideAccountRequest.Name, input), input, context.RequestAborted);
        return Back(form, context, done, "The domain is approved. The approver gets a mail with a link.", OperatorList);
    }

    private static async Task<IResult> OperatorDeclineAsync(long request, IFormCollection form, HttpContext context, DecideAccountRequest decide)
    {
        var input = new DecideAccountRequest.Input(request, IsApproved: false, form["reason"].ToString());
        var done = await decide.HandleAsync(context.Command(DecideAccountRequest.Name, input), input, context.RequestAborted);
        return done.IsOk
            ? PageAnswer.Done(context, OperatorList, new Toast("The request was declined. Its requester gets a mail with the reason."))
            : PageAnswer.Refused<DeclineRequestPage>(new() { ["Request"] = request, ["Reason"] = input.Reason, ["Errors"] = FormErrors.Of(done.Refusal!) });
    }

    private static IResult Back(IFormCollection form, HttpContext context, Verdict<Done> done, string text, string otherwise = "/accounts") => PageAnswer.Done(
        context, BackTo.Of(form, otherwise), done.IsOk ? new Toast(text) : new Toast(done.Refusal!.Detail, Tone: ToastTone.Failure));
}
