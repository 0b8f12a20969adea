using Purser.Server.Commands;
using Purser.Server.Feedback.Pages;
using Purser.Server.Http;
using Purser.Server.People;
using Purser.Server.Web;

namespace Purser.Server.Feedback;

/// <summary>Feedback and support (RP-05; help ch. 13).</summary>
public static class FeedbackFeature
{
    public static void Add(IServiceCollection services)
    {
        services.AddSingleton<SendFeedback>();
        services.AddSingleton<RequestSupport>();
        services.AddSingleton<Inbox>();
        FeedbackLimit.Add(services);
        services.AddNavigation(new NavigationItem(NavigationGroup.Operator, 58, "Inbox", "inbox", "/operator/inbox", Permission.InboxAnswer));
    }

    public static void Map(IEndpointRouteBuilder routes)
    {
        SendFeedback.Map(routes);
        RequestSupport.Map(routes);
        Inbox.Map(routes);
        routes.MapPost("/feedback", SendAsync).Requires(Permission.SignedIn).RequireRateLimiting(FeedbackLimit.Policy);
        routes.MapPost("/support", RequestAsync).Requires(Permission.SignedIn).RequireRateLimiting(FeedbackLimit.Policy);
        routes.MapPost("/operator/inbox/{message:long}/answer", AnswerAsync).Requires(Permission.InboxAnswer);
    }

    private static async Task<IResult> SendAsync(IFormCollection form, HttpContext context, SendFeedback send)
    {
        var category = Enum.TryParse<FeedbackCategory>(form["category"], out var chosen) ? chosen : (FeedbackCategory)(-1);
        var input = new SendFeedback.Input(category, form["text"].ToString(), form["isAnonymous"] == "true", form["page"].ToString());
        var done = await send.HandleAsync(context.Command(SendFeedback.Name, input), input, context.RequestAborted);
        return done.IsOk
            ? PageAnswer.Done(context, BackOf(input.Page), new Toast("Thank you for your feedback."))
            : PageAnswer.Refused<FeedbackPage>(new() { ["Typed"] = input, ["Errors"] = FormErrors.Of(done.Refusal!) });
    }

    private static async Task<IResult> RequestAsync(IFormCollection form, HttpContext context, RequestSupport request)
    {
        var input = new RequestSupport.Input(
            form["text"].ToString(), form["account"].ToString(), Enum.TryParse<ContactMethod>(form["contact"], out var contact) ? contact : ContactMethod.Email,
            form["contactEmail"].ToString(), form["contactPhone"].ToString(), form["timeZone"].ToString(), form["page"].ToString());
        var done = await request.HandleAsync(context.Command(RequestSupport.Name, input), input, context.RequestAborted);
        return done.IsOk
            ? PageAnswer.Done(context, BackOf(input.Page), new Toast($"Your support request has the number {done.Value.Id}. You get an answer within 48 hours."))
            : PageAnswer.Refused<SupportPage>(new() { ["Typed"] = input, ["Errors"] = FormErrors.Of(done.Refusal!) });
    }

    private static async Task<IResult> AnswerAsync(long message, IFormCollection form, HttpContext context, Inbox inbox)
    {
        var input = new Inbox.Input(message, form["answer"].ToString());
        var done = await inbox.AnswerAsync(context.Command(Inbox.AnswerName, input), input, context.RequestAborted);
        return done.IsOk
            ? PageAnswer.Done(context, "/operator/inbox", new Toast("Answered."))
            : PageAnswer.Refused<AnswerPage>(new() { ["Message"] = message, ["Typed"] = input.Answer, ["Errors"] = FormErrors.Of(done.Refusal!) });
    }

    internal static string BackOf(string page) => OwnAddress.Is(page) ? page : "/";
}
