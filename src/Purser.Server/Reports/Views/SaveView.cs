using Microsoft.EntityFrameworkCore;
using Purser.Server.Commands;
using Purser.Server.Http;
using Purser.Server.People;
using Purser.Server.Store;

namespace Purser.Server.Reports;

/// <summary>Saves a view under a name, changes one, deletes one (LI-07, RP-07).</summary>
public sealed class SaveView(WritePath writePath)
{
    public const string Create = "views.save";
    public const string Edit = "views.edit";
    public const string Delete = "views.delete";

    /// <param name="Of">"license-table", "device-table" or the name of a report.</param>
    /// <param name="Query">Of the page's address; what does not belong to the view is left out.</param>
    public sealed record Input(string Of, string Name, string Query)
    {
        public bool Shared { get; init; }

        /// <summary>How often you get the report by mail, at 06:00 UTC.</summary>
        public MailRhythm Mail { get; init; }

        /// <summary>An own view of this name takes what is saved now.</summary>
        public bool Replace { get; init; }
    }

    public sealed record EditInput(long ViewId, string Name)
    {
        public bool Shared { get; init; }

        /// <summary>Null leaves it as it is.</summary>
        public MailRhythm? Mail { get; init; }
    }

    public sealed record DeleteInput(long ViewId);

    public sealed record EditBody(string Name, bool Shared = false, MailRhythm? Mail = null);

    public static void Map(IEndpointRouteBuilder routes)
    {
        var api = routes.MapGroup("/api/v1/accounts/{account}/views").WithTags("Saved views");
        api.MapPost("", async (Input input, SaveView save, HttpContext context) =>
            (await save.HandleAsync(context.Command(Create, input), input, context.RequestAborted)).ToCreated())
            .Requires(Permission.ViewSave).WithSummary("Save a view of a table or a report under a name")
            .WithDescription("query is that of the page's address. shared offers it to everybody who works in the account. replace overwrites your own view of that name.");
        api.MapPut("/{view:long}", async (long view, EditBody body, SaveView save, HttpContext context) =>
        {
            var input = new EditInput(view, body.Name) { Shared = body.Shared, Mail = body.Mail };
            return (await save.EditAsync(context.Command(Edit, input), input, context.RequestAborted)).ToHttp();
        }).Requires(Permission.ViewSave).WithSummary("Rename a saved view, share it or keep it for yourself");
        api.MapDelete("/{view:long}", async (long view, SaveView save, HttpContext context) =>
        {
            var input = new DeleteInput(view);
            return (await save.DeleteAsync(context.Command(Delete, input), input, context.RequestAborted)).ToHttp();
        }).Requires(Permission.ViewSave).WithSummary("Delete a saved view");
    }

    public async Task<Verdict<SavedViewLine>> HandleAsync(Command command, Input input, CancellationToken cancellation = default)
    {
        if (SavedViewRules.Find(input.Of) is not { } kind)
        {
            return ListSavedViews.NoSuchKind(input.Of);
        }

        var (account, actor) = (command.Accounts[0], command.Actor);
        var query = SavedViewRules.Clean(kind, input.Query);
        if ((SavedViewRules.Judge(input.Name, query, input.Shared, actor.May(Permission.ViewShare, account))
            ?? SavedViewRules.JudgeMail(kind, input.Mail, actor.Key, actor.Key)) is { } wrong)
        {
            return wrong;
        }

        return await writePath.RunAsync<SavedViewLine>(command, async scope =>
        {
            var own = await scope.Db.SavedViews.Where(view => view.AccountId == account && view.OwnerKey == actor.Key).ToListAsync(cancellation);
            var view = own.Find(known => known.Kind == kind && known.NameKey == SavedViewRules.KeyOf(input.Name));
            if (view is not null && !input.Replace)
            {
                return Taken(view.Name);
            }

            if (view is null)
            {
                if (own.Count >= SavedViewRules.MostOfOwner)
                {
                    return Verdict.Refused(RefusalCode.Conflict, $"You have {SavedViewRules.MostOfOwner} saved views, which is the most. Delete some that you do not need any more.");
                }

                view = new SavedView { AccountId = account, Id = scope.NextId(IdKind.View), Kind = kind, Name = "", NameKey = "", Query = "", OwnerKey = actor.Key, OwnerName = actor.ShownName };
                scope.Db.SavedViews.Add(view);
            }

            (view.Name, view.NameKey, view.Query) = (input.Name.Trim(), SavedViewRules.KeyOf(input.Name), query);
            (view.IsShared, view.SavedAt) = (input.Shared, scope.Now);
            (view.Mail, view.MailDueAt) = (input.Mail, input.Mail.After(scope.Now));
            return SavedViewLine.From(view, actor.Key);
        }, cancellation);
    }

    public async Task<Verdict<SavedViewLine>> EditAsync(Command command, EditInput input, CancellationToken cancellation = default)
    {
        var (account, actor) = (command.Accounts[0], command.Actor);
        return await writePath.RunAsync<SavedViewLine>(command, async scope =>
        {
            var (view, refusal) = await FindAsync(scope, actor, account, input.ViewId, cancellation);
            if (view is null)
            {
                return refusal!;
            }

            // What is shared already stays so without the right to begin with it.
            var mail = input.Mail ?? view.Mail;
            if ((SavedViewRules.Judge(input.Name, "", input.Shared && !view.IsShared, actor.May(Permission.ViewShare, account))
                ?? (mail == view.Mail ? null : SavedViewRules.JudgeMail(view.Kind, mail, view.OwnerKey, actor.Key))) is { } wrong)
            {
                return wrong;
            }

            var (kind, key, owner) = (view.Kind, SavedViewRules.KeyOf(input.Name), view.OwnerKey);
            if (await scope.Db.SavedViews.AnyAsync(
                other => other.AccountId == account && other.OwnerKey == owner && other.Kind == kind && other.NameKey == key && other.Id != input.ViewId, cancellation))
            {
                return Taken(input.Name.Trim());
            }

            (view.Name, view.NameKey, view.IsShared) = (input.Name.Trim(), key, input.Shared);
            if (mail != view.Mail)
            {
                (view.Mail, view.MailDueAt) = (mail, mail.After(scope.Now));
            }

            return SavedViewLine.From(view, actor.Key);
        }, cancellation);
    }

    public async Task<Verdict<Done>> DeleteAsync(Command command, DeleteInput input, CancellationToken cancellation = default) =>
        await writePath.RunAsync<Done>(command, async scope =>
        {
            var (view, refusal) = await FindAsync(scope, command.Actor, command.Accounts[0], input.ViewId, cancellation);
            if (view is null)
            {
                return refusal!;
            }

            scope.Db.SavedViews.Remove(view);
            return Verdict.Done;
        }, cancellation);

    /// <summary>What somebody does not see is not there for her.</summary>
    private static async Task<(SavedView? View, Refusal? Refusal)> FindAsync(WriteScope scope, Actor actor, long account, long id, CancellationToken cancellation)
    {
        var view = await scope.Db.SavedViews.FirstOrDefaultAsync(row => row.AccountId == account && row.Id == id && (row.OwnerKey == actor.Key || row.IsShared), cancellation);
        var refusal = view is null
            ? Verdict.Refused(RefusalCode.NotFound, "There is no such saved view. It may have been deleted, or its owner keeps it for himself now.")
            : SavedViewRules.JudgeChange(view, actor.Key, actor.ReachOf(Permission.ViewManage, account).IsWhole);
        return refusal is null ? (view, null) : (null, refusal);
    }

    private static Refusal Taken(string name) => Verdict.Refused(RefusalCode.AlreadyExists, $"There is a saved view “{name}” already. Choose another name, or replace it.", "name");
}
