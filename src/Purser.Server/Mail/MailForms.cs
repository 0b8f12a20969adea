using Purser.Server.Http;
using Purser.Server.People;
using Purser.Server.Web;

namespace Purser.Server.Mail;

/// <summary>What the Mail page posts to.</summary>
public static class MailForms
{
    public static void Map(IEndpointRouteBuilder routes) =>
        routes.MapPost("/operator/mail/{mail:long}/resend", ResendAsync).Requires(Permission.MailManage);

    private static async Task<IResult> ResendAsync(long mail, IFormCollection _, HttpContext context, ResendMail resend)
    {
        var input = new ResendMail.Input(mail);
        var done = await resend.HandleAsync(context.Command(ResendMail.Name, input), input, context.RequestAborted);
        return PageAnswer.Done(context, "/operator/mail", done.IsOk ? new Toast("The mail is sent within a few seconds.") : new Toast(done.Refusal!.Detail, Tone: ToastTone.Failure));
    }
}
