using Microsoft.EntityFrameworkCore;
using Purser.Server.Commands;
using Purser.Server.Http;
using Purser.Server.People;
using Purser.Server.Settings;

namespace Purser.Server.Mail;

/// <summary>An operator has a mail sent again, at once: one that failed, one that waits for its next try, one that was kept, one that got lost.</summary>
public sealed class ResendMail(WritePath writePath, PurserSettings settings)
{
    public const string Name = "mail.resend";

    public sealed record Input(long Mail);

    public static void Map(IEndpointRouteBuilder routes) => routes
        .MapPost("/api/v1/operator/mail/{mail:long}/resend", async (long mail, ResendMail resend, HttpContext context) =>
        {
            var input = new Input(mail);
            return (await resend.HandleAsync(context.Command(Name, input), input, context.RequestAborted)).ToHttp();
        })
        .Requires(Permission.MailManage)
        .WithTags("Operator: installation")
        .WithSummary("Send a mail of the outbox again");

    public async Task<Verdict<Done>> HandleAsync(Command command, Input input, CancellationToken cancellation = default)
    {
        if (!settings.Mail.IsOn)
        {
            return Verdict.Refused(RefusalCode.Conflict, "No mail server is set. Set Mail:Host and restart; until then read the mail here and pass it on.");
        }

        return await writePath.RunAsync<Done>(command, async scope =>
        {
            if (await scope.Db.Mails.FirstOrDefaultAsync(row => row.Id == input.Mail, cancellation) is not { } mail)
            {
                return Verdict.Refused(RefusalCode.NotFound, $"There is no mail {input.Mail}.");
            }

            (mail.State, mail.Attempts, mail.NextTryAt, mail.SentAt) = (MailState.Waiting, 0, DateTimeOffset.UnixEpoch, null);
            return Verdict.Done;
        }, cancellation);
    }
}
