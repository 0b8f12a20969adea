using System.Globalization;
using Purser.Server.Commands;
using Purser.Server.Http;
using Purser.Server.Orders;
using Purser.Server.People;
using Purser.Server.Store;
using Purser.Server.Web;

namespace Purser.Server.Accounts.Pages;

/// <summary>What the dialogs on mergers and splits post to: first for the preview, then, confirmed, to carry it out.</summary>
public static class MergerForms
{
    private const string List = "/operator/mergers";

    public static void Map(IEndpointRouteBuilder routes)
    {
        routes.MapPost("/operator/accounts/{account}/merge", MergeAsync).Requires(Permission.AccountMerge);
        routes.MapPost("/operator/accounts/{account}/split", SplitAsync).Requires(Permission.AccountMerge);
        routes.MapPost(List + "/{merger:long}/undo", UndoAsync).Requires(Permission.AccountMerge);
        routes.MapPost(List + "/{merger:long}/confirm", ConfirmAsync).Requires(Permission.AccountMerge);
    }

    private static async Task<IResult> MergeAsync(IFormCollection fields, HttpContext context, MergeAccounts merge, AccountLookup accounts, Database database)
    {
        var form = MergerForm.From(fields);
        long? parent = null;
        if (form.Below.Length > 0)
        {
            parent = await ParentAsync(form, accounts, database, context.RequestAborted);
            if (parent is null)
            {
                var refusal = Verdict.Refused(RefusalCode.NotFound, "There is no such virtual account over there.", "below");
                return PageAnswer.Refused<MergeAccountsPage>(new() { ["Form"] = form, ["Errors"] = FormErrors.Of(refusal) });
            }
        }

        var input = form.ToInput(MergerKind.Merge, context.Account().Domain) with { ParentId = parent };
        var verdict = await RunAsync(form, input, context, merge);
        return !verdict.IsOk ? PageAnswer.Refused<MergeAccountsPage>(new() { ["Form"] = form, ["Errors"] = FormErrors.Of(verdict.Refusal!) })
            : form.IsConfirmed ? PageAnswer.Done(context, List, new Toast($"{verdict.Value.From} was merged into {verdict.Value.Into}. It can be undone."))
            : PageAnswer.Page<MergeAccountsPage>(new() { ["Form"] = form, ["Preview"] = verdict.Value });
    }

    private static async Task<IResult> SplitAsync(IFormCollection fields, HttpContext context, MergeAccounts merge)
    {
        var form = MergerForm.From(fields);
        var verdict = await RunAsync(form, form.ToInput(MergerKind.Split, context.Account().Domain), context, merge);
        return !verdict.IsOk ? PageAnswer.Refused<SplitAccountPage>(new() { ["Form"] = form, ["Errors"] = FormErrors.Of(verdict.Refusal!) })
            : !form.IsConfirmed ? PageAnswer.Page<SplitAccountPage>(new() { ["Form"] = form, ["Preview"] = verdict.Value })
            : verdict.Value.SetPasswordPath is not null ? PageAnswer.Page<SplitAccountPage>(new() { ["Form"] = form, ["Made"] = verdict.Value })
            : PageAnswer.Done(context, List, new Toast($"The virtual accounts went to {verdict.Value.Into}. It can be undone."));
    }

    private static Task<Verdict<MergeAccounts.Answer>> RunAsync(MergerForm form, MergeAccounts.Input input, HttpContext context, MergeAccounts merge) =>
        merge.HandleAsync(context.Command(MergeAccounts.NameOf(input.Kind), input) with { Accounts = [], DryRun = !form.IsConfirmed }, input, context.RequestAborted);

    private static async Task<long?> ParentAsync(MergerForm form, AccountLookup accounts, Database database, CancellationToken cancellation)
    {
        if (await accounts.FindAsync(form.Into, cancellation) is not { } into)
        {
            return null;
        }

        await using var db = database.Read(into.Id);
        return (await VirtualAccounts.FindAsync(db, into.Id, form.Below))?.Id;
    }

    private static async Task<IResult> UndoAsync(long merger, IFormCollection _, HttpContext context, UndoMerger undo)
    {
        var input = new UndoMerger.Input(merger);
        var done = await undo.HandleAsync(context.Command(UndoMerger.Name, input), input, context.RequestAborted);
        return Answer(done.Refusal, merger, context, "It was undone: everything is back.");
    }

    private static async Task<IResult> ConfirmAsync(long merger, IFormCollection _, HttpContext context, ConfirmMergers confirm)
    {
        var input = new ConfirmMergers.Input(merger);
        var done = await confirm.HandleAsync(context.Command(ConfirmMergers.Name, input), input, context.RequestAborted);
        return Answer(done.Refusal, merger, context, "It is final.");
    }

    private static IResult Answer(Refusal? refusal, long merger, HttpContext context, string text) => refusal is null
        ? PageAnswer.Done(context, List, new Toast(text))
        : PageAnswer.Refused<MergerActionPage>(new() { ["Merger"] = merger, ["Errors"] = FormErrors.Of(refusal) });
}

/// <summary>The dialogs as they were typed.</summary>
public sealed record MergerForm(string Into, string Below, WholeRoles WholeRoles, string Note, bool IsConfirmed)
{
    public static readonly MergerForm Empty = new("", "", WholeRoles.VirtualAccounts, "", false);

    public IReadOnlyList<string> VirtualAccountIds { get; init; } = [];
    public IReadOnlyList<string> People { get; init; } = [];
    public string Name { get; init; } = "";
    public string Domain { get; init; } = "";
    public string AdministratorEmail { get; init; } = "";
    public string AdministratorName { get; init; } = "";

    public static MergerForm From(IFormCollection form) => new(
        form["into"].ToString().Trim(), form["below"].ToString().Trim(),
        Enum.TryParse<WholeRoles>(form["wholeRoles"], out var roles) && Enum.IsDefined(roles) ? roles : WholeRoles.VirtualAccounts,
        form["note"].ToString(), form["confirmed"] == "true")
    {
        VirtualAccountIds = [.. form["virtualAccountIds"].OfType<string>().Where(id => id.Length > 0)],
        People = [.. form["people"].OfType<string>().Where(email => email.Length > 0)],
        Name = form["name"].ToString(),
        Domain = form["domain"].ToString(),
        AdministratorEmail = form["administratorEmail"].ToString(),
        AdministratorName = form["administratorName"].ToString(),
    };

    public MergeAccounts.Input ToInput(MergerKind kind, string from) => new(kind, from)
    {
        Into = Into,
        WholeRoles = WholeRoles,
        Note = Note,
        VirtualAccountIds = [.. VirtualAccountIds.Select(id => long.TryParse(id, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : 0)],
        People = People,
        NewAccount = kind == MergerKind.Split && Into.Length == 0 ? new(Name, Domain, new NewPerson(AdministratorEmail, AdministratorName)) : null,
    };

    public IEnumerable<(string Name, string Value)> Fields() =>
    [
        ("into", Into), ("below", Below), ("wholeRoles", WholeRoles.ToString()), ("note", Note), ("name", Name), ("domain", Domain),
        ("administratorEmail", AdministratorEmail), ("administratorName", AdministratorName),
        .. VirtualAccountIds.Select(id => ("virtualAccountIds", id)), .. People.Select(email => ("people", email)),
    ];
}
