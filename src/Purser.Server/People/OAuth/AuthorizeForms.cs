using Microsoft.AspNetCore.WebUtilities;
using Purser.Server.Commands;
using Purser.Server.Http;
using Purser.Server.People.Pages;
using Purser.Server.Web;

namespace Purser.Server.People.OAuth;

/// <summary>Where a program sends a browser, so that the person in front of it signs in and is asked (API reference 2.2, authorization_code).</summary>
public static class AuthorizeForms
{
    public const string Address = "/authorize";

    // The reference names token addresses only; these are their neighbours in the same families of addresses.
    private static readonly string[] Elsewhere = ["/oauth/authorize", "/backend/oauth/authorize", "/as/authorization.oauth2", "/oauth2/default/v1/authorize"];

    public static void Map(IEndpointRouteBuilder routes)
    {
        routes.MapGet(Address, AskAsync).Requires(Permission.SignedIn).ExcludeFromDescription();
        routes.MapPost(Address, AnswerAsync).Requires(Permission.SignedIn).ExcludeFromDescription();
        foreach (var address in Elsewhere)
        {
            routes.MapGet(address, (HttpContext context) => Results.Redirect(Address + context.Request.QueryString)).Requires(Permission.Anonymous).ExcludeFromDescription();
        }
    }

    private static async Task<IResult> AskAsync(HttpContext context, AllowProgram allow)
    {
        var request = AuthorizationRequest.From(name => context.Request.Query[name].ToString());
        return Show(context, request, await allow.JudgeAsync(request, context.Actor(), context.RequestAborted));
    }

    private static async Task<IResult> AnswerAsync(IFormCollection form, HttpContext context, AllowProgram allow)
    {
        var request = AuthorizationRequest.From(name => form[name].ToString());
        var judgement = await allow.JudgeAsync(request, context.Actor(), context.RequestAborted);
        if (judgement.Question is not { } question)
        {
            return Show(context, request, judgement);
        }

        if (form["answer"] != "allow")
        {
            return PageAnswer.Done(context, BackWith(question.ReturnTo, request, "error", "access_denied"));
        }

        var code = await allow.HandleAsync(context.Actor(), request, question, context.RequestAborted);
        return code.IsOk
            ? PageAnswer.Done(context, BackWith(question.ReturnTo, request, "code", code.Value))
            : PageAnswer.Refused<AuthorizePage>(new() { ["Request"] = request, ["Question"] = question, ["Errors"] = FormErrors.Of(code.Refusal!) });
    }

    private static IResult Show(HttpContext context, AuthorizationRequest request, AllowProgram.Judgement judgement)
    {
        if (judgement.Error is { } error)
        {
            return PageAnswer.Done(context, BackWith(judgement.ReturnTo, request, "error", error));
        }

        if (judgement.Refusal is { } refusal)
        {
            // The error page of this status tells it.
            context.Items[nameof(Refusal)] = refusal;
            return TypedResults.StatusCode(Refusals.Of(refusal.Code).Status);
        }

        return PageAnswer.Page<AuthorizePage>(new() { ["Request"] = request, ["Question"] = judgement.Question });
    }

    private static string BackWith(string address, AuthorizationRequest request, string name, string value)
    {
        var back = QueryHelpers.AddQueryString(address, name, value);
        return request.State.Length > 0 ? QueryHelpers.AddQueryString(back, "state", request.State) : back;
    }
}
