using Microsoft.EntityFrameworkCore;
using Purser.Server.Accounts;
using Purser.Server.Commands;
using Purser.Server.Http;
using Purser.Server.Mail;
using Purser.Server.People.SignIn;
using Purser.Server.Store;

namespace Purser.Server.People;

/// <summary>The other side of a group's request: an administrator, who knows its lookup id, lets the group in with a role, or declines (SA-09).</summary>
public sealed class AnswerGroupSpan(WritePath writePath, Database database, Outbox outbox, BearerTokens tokens)
{
    public const string Grant = "groups.grant-access";
    public const string Decline = "groups.decline-access";

    /// <param name="Access">Null: declined.</param>
    public sealed record Input(string LookupId, Access? Access)
    {
        public string? Reason { get; init; }
    }

    public sealed record DeclineBody(string? Reason = null);

    public static void Map(IEndpointRouteBuilder routes)
    {
        routes.MapPost("/api/v1/accounts/{account}/external-groups/{lookup}/grant", (string lookup, Access access, AnswerGroupSpan answer, HttpContext context) =>
                RunAsync(answer, context, Grant, new Input(lookup, access)))
            .Requires(Permission.GroupManage).WithSummary("Let a user group of another Smart Account in, with a role").WithTags("User groups");
        routes.MapPost("/api/v1/accounts/{account}/external-groups/{lookup}/decline", (string lookup, DeclineBody body, AnswerGroupSpan answer, HttpContext context) =>
                RunAsync(answer, context, Decline, new Input(lookup, null) { Reason = body.Reason }))
            .Requires(Permission.GroupManage).WithSummary("Decline the request of a user group of another Smart Account").WithTags("User groups");
    }

    public async Task<Verdict<Done>> HandleAsync(Command command, Input input, CancellationToken cancellation = default)
    {
        if (InputText.Problem(input.Reason, nameof(input.Reason), "the reason", GroupRules.LongestNote, isOptional: true) is { } problem)
        {
            return problem;
        }

        var accountId = command.Accounts[0];
        if (await HomeAsync(accountId, input.LookupId, cancellation) is not { } homeId)
        {
            return NotFound();
        }

        return await writePath.RunAsync<Done>(command with { Accounts = [accountId, homeId], Ids = Math.Max(command.Ids, Access.MostVirtualAccounts) }, async scope =>
        {
            var span = await scope.Db.GroupSpans.FirstOrDefaultAsync(row => row.LookupId == input.LookupId && row.TargetAccountId == accountId, cancellation);
            if (span is null)
            {
                return NotFound();
            }

            if (span.State != GroupSpanState.Requested)
            {
                return Verdict.Refused(RefusalCode.Conflict, "This request was answered or taken back already. Load the list anew.");
            }

            if (input.Access is { } access)
            {
                if (await access.JudgeAsync(scope.Db, command.Actor, Permission.GroupManage, accountId, cancellation) is { } refusal)
                {
                    return refusal;
                }

                await GrantBook.GiveAsync(scope, accountId, GrantHolder.Of(span), access, cancellation);
            }

            (span.State, span.AnsweredAt) = (input.Access is null ? GroupSpanState.Declined : GroupSpanState.Granted, scope.Now);
            (span.AnsweredBy, span.Reason) = (command.Actor.ShownName, input.Reason?.Trim() ?? "");
            await TellAsync(scope, span, cancellation);
            scope.AfterCommit(tokens.Forget);
            return Verdict.Done;
        }, cancellation);
    }

    private async Task TellAsync(WriteScope scope, GroupSpan span, CancellationToken cancellation)
    {
        var names = await scope.Db.Accounts.Where(row => row.Id == span.HomeAccountId || row.Id == span.TargetAccountId)
            .ToDictionaryAsync(row => row.Id, row => row.Name, cancellation);
        var (home, target, isGranted) = (names[span.HomeAccountId], names[span.TargetAccountId], span.State == GroupSpanState.Granted);
        var text = GroupEvents.AccessAnswered(span.GroupName, home, target, isGranted);
        scope.Journal(span.HomeAccountId).Append(text);
        scope.Journal(span.TargetAccountId).Append(text);
        if (span.RequestedByEmail.Length == 0
            || (await PersonBook.FindAsync(scope.Db, span.RequestedByEmail) is { } asker && !await Administrators.WantsAsync(scope.Db, asker.Id, span.HomeAccountId, NoticeKind.GroupRequestAnswered, cancellation)))
        {
            return;
        }

        var mail = new MailDraft(span.RequestedByEmail, $"{(isGranted ? "Granted" : "Declined")}: access of {span.GroupName} to {target}")
            .Say($"{span.AnsweredBy} {(isGranted ? "gave the members of" : "declined the access of")} the user group \"{span.GroupName}\"{(isGranted ? $" access to the Smart Account {target}." : $" to the Smart Account {target}.")}");
        if (span.Reason.Length > 0)
        {
            mail.Say("Reason:").Quote(span.Reason);
        }

        outbox.Post(scope, mail);
    }

    private async Task<long?> HomeAsync(long accountId, string lookupId, CancellationToken cancellation)
    {
        await using var db = database.Read();
        return await db.GroupSpans.Where(row => row.LookupId == lookupId && row.TargetAccountId == accountId).Select(row => (long?)row.HomeAccountId)
            .FirstOrDefaultAsync(cancellation);
    }

    internal static Refusal NotFound() => Verdict.Refused(
        RefusalCode.NotFound, "There is no request with this lookup ID for this Smart Account. It may have been taken back; ask for a new one.", "Lookup");

    private static async Task<VerdictResult<Done>> RunAsync(AnswerGroupSpan answer, HttpContext context, string name, Input input) =>
        (await answer.HandleAsync(context.Command(name, input), input, context.RequestAborted)).ToHttp();
}
