using System.Text.RegularExpressions;
using Microsoft.EntityFrameworkCore;
using Purser.Server.Accounts;
using Purser.Server.Commands;
using Purser.Server.Mail;
using Purser.Server.People;
using Purser.Server.Store;
using Purser.Tests.Infrastructure;

namespace Purser.Tests.Accounts;

/// <summary>People who request and approve accounts, and their mailboxes.</summary>
internal sealed partial class RequestWorld(TestInstallation installation)
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    public TestInstallation Installation => installation;

    public async Task<Actor> PersonAsync(string email)
    {
        var wanted = new NewPerson(email, email[..email.IndexOf('@', StringComparison.Ordinal)]);
        var made = await installation.WritePath.RunAsync<long>(
            new Command("test.person", Actor.System, wanted), async scope => (await PersonBook.FindOrAddAsync(scope, wanted)).Person.Id, Stop);
        return await installation.People.ActorAsync(made.Value);
    }

    public Task<Verdict<RequestAccount.Answer>> RequestAsync(Actor actor, RequestAccount.Input input) =>
        installation.Get<RequestAccount>().HandleAsync(new Command(RequestAccount.Name, actor, input), input, Stop);

    public Task<Verdict<ActivateAccount.Answer>> ActivateAsync(Actor actor, ActivateAccount.Input input) =>
        installation.Get<ActivateAccount>().HandleAsync(new Command(ActivateAccount.Name, actor, input), input, Stop);

    public async Task<Refusal?> DecideAsync(Actor actor, DecideAccountRequest.Input input) =>
        (await installation.Get<DecideAccountRequest>().HandleAsync(new Command(DecideAccountRequest.Name, actor, input), input, Stop)).Refusal;

    public async Task<Refusal?> ResendAsync(Actor actor, long request)
    {
        var input = new ChaseAccountRequest.Input(request);
        return (await installation.Get<ChaseAccountRequest>().ResendAsync(new Command(ChaseAccountRequest.Resend, actor, input), input, Stop)).Refusal;
    }

    public async Task<Refusal?> WithdrawAsync(Actor actor, long request)
    {
        var input = new ChaseAccountRequest.Input(request);
        return (await installation.Get<ChaseAccountRequest>().WithdrawAsync(new Command(ChaseAccountRequest.Withdraw, actor, input), input, Stop)).Refusal;
    }

    /// <summary>The newest mail to this address: subject and text.</summary>
    public async Task<(string Subject, string Text)> MailAsync(string email)
    {
        await using var db = installation.Database.Read();
        var id = await db.Mails.Where(row => row.Recipient == email).OrderByDescending(row => row.Id).Select(row => row.Id).FirstAsync(Stop);
        var mail = (await installation.Get<ListMail>().FindAsync(id, Stop))!;
        return (mail.Subject, mail.Text!);
    }

    /// <summary>The code of the approver's newest link.</summary>
    public async Task<string> CodeAsync(string email) => Code().Match((await MailAsync(email)).Text).Groups["code"].Value;

    public async Task<AccountRequest> RowAsync(long request)
    {
        await using var db = installation.Database.Read();
        return await db.AccountRequests.SingleAsync(row => row.Id == request, Stop);
    }

    [GeneratedRegex(@"/account-requests/approve\?code=(?<code>[\w-]+)", RegexOptions.None, 1000)]
    private static partial Regex Code();
}
