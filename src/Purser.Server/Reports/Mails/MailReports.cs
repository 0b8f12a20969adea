using System.Globalization;
using Microsoft.AspNetCore.WebUtilities;
using Microsoft.EntityFrameworkCore;
using Purser.Server.Commands;
using Purser.Server.Http;
using Purser.Server.Jobs;
using Purser.Server.Mail;
using Purser.Server.People;
using Purser.Server.Store;

namespace Purser.Server.Reports;

/// <summary>
/// Mails saved reports to their owners when they fall due (RP-07). A mail tells how many rows there are and leads to them: the rows themselves are
/// shown to who is signed in, with the rights that she has then.
/// </summary>
public sealed class MailReports(Database database, DomainClock clock, WritePath writePath, ActorSource actors, RunReport run, Outbox outbox) : IJob
{
    public const string Name = "reports.mail";

    public static readonly TimeSpan Period = TimeSpan.FromMinutes(10);

    private sealed record Input(long ViewId);

    public async Task<string> RunAsync(CancellationToken cancellation)
    {
        var now = clock.Now;
        await using var db = database.Read();
        var due = await db.SavedViews.Where(view => view.MailDueAt <= now).OrderBy(view => view.MailDueAt).ThenBy(view => view.Id).ToListAsync(cancellation);
        foreach (var view in due)
        {
            await MailAsync(view, cancellation);
        }

        return string.Create(CultureInfo.InvariantCulture, $"{due.Count} were due");
    }

    private async Task MailAsync(SavedView due, CancellationToken cancellation)
    {
        var owner = await OwnerAsync(due, cancellation);
        var draft = owner is { } found ? await WriteAsync(due, found.Actor, found.Email, cancellation) : null;
        await writePath.RunAsync<Done>(new Command(Name, Actor.System, new Input(due.Id)) { Accounts = [due.AccountId] }, async scope =>
        {
            var view = await scope.Db.SavedViews.FirstOrDefaultAsync(
                row => row.AccountId == due.AccountId && row.Id == due.Id && row.MailDueAt == due.MailDueAt, cancellation);
            if (view is null)
            {
                // Deleted, changed, or mailed by another node.
                return Verdict.Done;
            }

            if (draft is null)
            {
                // Nobody is there any more who may see it.
                (view.Mail, view.MailDueAt) = (MailRhythm.Never, null);
                return Verdict.Done;
            }

            view.MailDueAt = view.Mail.After(scope.Now);
            outbox.Post(scope, draft);
            return Verdict.Done;
        }, cancellation);
    }

    private async Task<(Actor Actor, string Email)?> OwnerAsync(SavedView view, CancellationToken cancellation)
    {
        if (SavedViewRules.PersonOf(view.OwnerKey) is not { } person || await actors.PersonAsync(person, cancellation) is not { } actor
            || !actor.May(Permission.ReportRun, view.AccountId))
        {
            return null;
        }

        await using var db = database.Read();
        return (actor, await db.Users.Where(row => row.Id == person).Select(row => row.Email!).FirstAsync(cancellation));
    }

    private async Task<MailDraft> WriteAsync(SavedView view, Actor owner, string email, CancellationToken cancellation)
    {
        await using var db = database.Read();
        var account = await db.Accounts.Where(row => row.Id == view.AccountId).Select(row => new { row.Name, row.Domain }).FirstAsync(cancellation);
        var kind = view.Kind.Report()!.Value;
        var query = QueryHelpers.ParseQuery(view.Query);
        var request = ReportRequest.From(kind, field => query.TryGetValue(field, out var values) ? values : []);
        request = request.Name.Length > 0 ? request : request with { Name = view.Name };
        var page = $"{outbox.PublicUrl}/accounts/{account.Domain}/reports/{kind.Slug()}";
        var answer = await run.PageAsync(owner, view.AccountId, request, new PageRequest(Limit: 1), cancellation);
        if (!answer.IsOk)
        {
            return new MailDraft(email, $"The report “{view.Name}” cannot be run")
                .Say($"You asked for the report “{view.Name}” of the Smart Account {account.Name}. It cannot be run as it was saved:")
                .Say(answer.Refusal!.Detail)
                .Link("Change the report and save it again", request.Address(page));
        }

        var total = answer.Value.Rows.Total!;
        var draft = new MailDraft(email, $"Report: {view.Name}").Say($"The report “{view.Name}” of the Smart Account {account.Name}.");
        return (request.Description.Length > 0 ? draft.Say(request.Description) : draft)
            .Facts([
                ("Report", kind.Title()), .. ReportWords.Facts(request).Select(fact => (fact.Name, Convert.ToString(fact.Value, CultureInfo.InvariantCulture) ?? "")),
                ("Rows", string.Create(CultureInfo.InvariantCulture, $"{(total.More ? "more than " : "")}{total.Count:N0}")), ("Mailed", view.Mail.Words().ToLowerInvariant()),
            ])
            .Link("Open the report", request.Address($"{page}/run"))
            .Link("Excel file", request.Address($"{page}/report.xlsx"))
            .Link("CSV file", request.Address($"{page}/report.csv"))
            .Link("Stop these mails, or change how often they come", $"{outbox.PublicUrl}/accounts/{account.Domain}/views/{view.Id}/edit");
    }
}
