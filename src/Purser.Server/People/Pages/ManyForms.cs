using System.Globalization;
using Purser.Server.Accounts;
using Purser.Server.Http;
using Purser.Server.Web;

namespace Purser.Server.People.Pages;

/// <summary>What the pages on many people at once post to.</summary>
public static class ManyForms
{
    private const string All = "/accounts/{account}/people";

    public static void Map(IEndpointRouteBuilder routes)
    {
        routes.MapPost(All + "/import", ImportAsync).Requires(Permission.PeopleManage);
        routes.MapPost(All + "/assign", AssignAsync).Requires(Permission.PeopleManage);
    }

    private static async Task<IResult> ImportAsync(IFormCollection fields, HttpContext context, ImportPeople import, ListVirtualAccounts virtualAccounts)
    {
        var form = await ImportForm.FromAsync(fields, context.RequestAborted);
        var names = (await virtualAccounts.AllAsync(context.Actor(), context.Account().Id, context.RequestAborted))
            .ToDictionary(row => row.Id.ToString(CultureInfo.InvariantCulture), row => row.Name);
        var (input, unreadable) = form.Read(names);
        var isPreview = fields["act"] != "add";
        var done = await import.HandleAsync(context.Command(ImportPeople.Name, input) with { DryRun = isPreview }, input, unreadable, context.RequestAborted);
        if (!done.IsOk)
        {
            return PageAnswer.Refused<ImportPage>(new() { ["Form"] = form, ["Errors"] = FormErrors.Of(done.Refusal!) });
        }

        if (isPreview)
        {
            return PageAnswer.Page<ImportPage>(new() { ["Form"] = form, ["Report"] = done.Value });
        }

        return done.Value.NewSignIns.Count == 0
            ? PageAnswer.Done(context, ListOf(context), new Toast(done.Value.People == 1 ? "1 person got the role." : $"{done.Value.People} people got their roles."))
            : PageAnswer.Page<Groups.Pages.NewSignInsPage>(new() { ["Links"] = done.Value.NewSignIns, ["FormId"] = "import" });
    }

    private static async Task<IResult> AssignAsync(IFormCollection fields, HttpContext context, ChangeAccess change)
    {
        var form = AssignForm.From(fields);
        if (form.Act == AssignForm.Assign)
        {
            if (form.Access.Chosen is not { } access)
            {
                return Refused(form, FormErrors.At("role", "Choose a role."));
            }

            var assign = new ChangeAccess.AssignInput(form.People, access);
            var assigned = await change.AssignAsync(context.Command(ChangeAccess.Assign, assign), assign, context.RequestAborted);
            return assigned.IsOk
                ? PageAnswer.Done(context, ListOf(context), new Toast($"{assigned.Value.RolesGiven} new roles were given."))
                : Refused(form, FormErrors.Of(assigned.Refusal!));
        }

        var places = form.Act == AssignForm.UnassignSelected ? (form.Access with { Role = nameof(Role.VirtualAccountUser) }).Chosen!.VirtualAccountIds : null;
        if (places is { Count: 0 })
        {
            return Refused(form, FormErrors.At("virtualAccountIds", "Choose the virtual accounts to unassign."));
        }

        var input = new ChangeAccess.UnassignInput(form.People, places);
        var done = await change.UnassignAsync(context.Command(ChangeAccess.Unassign, input), input, context.RequestAborted);
        return done.IsOk
            ? PageAnswer.Done(context, ListOf(context), new Toast($"{done.Value.RolesTaken} roles were taken away."))
            : Refused(form, FormErrors.Of(done.Refusal!));
    }

    private static IResult Refused(AssignForm form, FormErrors errors) => PageAnswer.Refused<AssignPage>(new() { ["Form"] = form, ["Errors"] = errors });

    private static string ListOf(HttpContext context) => $"/accounts/{context.Account().Domain}/people";
}
