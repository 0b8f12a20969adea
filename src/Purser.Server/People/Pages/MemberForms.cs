using Purser.Server.Http;
using Purser.Server.Web;

namespace Purser.Server.People.Pages;

/// <summary>What the dialogs on the people of an account post to.</summary>
public static class MemberForms
{
    private const string All = "/accounts/{account}/people";

    public static void Map(IEndpointRouteBuilder routes)
    {
        routes.MapPost(All + "/new", AddAsync).Requires(Permission.PeopleManage);
        routes.MapPost(All + "/roles/{grant:long}", ChangeAsync).Requires(Permission.PeopleManage);
        routes.MapPost(All + "/{person:long}/remove", RemoveAsync).Requires(Permission.PeopleManage);
        routes.MapPost(All + "/{person:long}/password-link", RenewLinkAsync).Requires(Permission.PeopleManage);
        routes.MapPost(All + "/message", MessageAsync).Requires(Permission.PeopleManage);
    }

    private static async Task<IResult> AddAsync(IFormCollection fields, HttpContext context, AddPerson add)
    {
        var form = RoleForm.From(fields);
        var input = new AddPerson.Input(fields["email"].ToString(), form.Chosen)
        {
            DisplayName = fields["displayName"].ToString(),
            VirtualAccountId = form.Place,
            IncludesChildren = form.IncludesChildren,
        };
        var done = await add.HandleAsync(context.Command(AddPerson.Name, input), input, context.RequestAborted);
        var values = new Dictionary<string, object?> { ["Email"] = input.Email, ["DisplayName"] = input.DisplayName, ["Form"] = form };
        if (!done.IsOk)
        {
            values["Errors"] = FormErrors.Of(done.Refusal!);
            return PageAnswer.Refused<AddPersonPage>(values);
        }

        values["SetPasswordPath"] = done.Value.SetPasswordPath;
        return done.Value.SetPasswordPath is null
            ? PageAnswer.Done(context, ListOf(context), new Toast($"{input.Email} has the role {form.Chosen.Display()}."))
            : PageAnswer.Page<AddPersonPage>(values);
    }

    private static async Task<IResult> ChangeAsync(long grant, IFormCollection fields, HttpContext context, ChangeRole change, RemovePerson remove)
    {
        var form = RoleForm.From(fields);
        if (fields["act"] == "remove")
        {
            var taken = new RemovePerson.Input(null, grant);
            var removed = await remove.HandleAsync(context.Command(RemovePerson.Name, taken), taken, context.RequestAborted);
            return removed.IsOk
                ? PageAnswer.Done(context, ListOf(context), new Toast("The role was taken away."))
                : PageAnswer.Refused<RolePage>(new() { ["Grant"] = grant, ["Form"] = form, ["Errors"] = FormErrors.Of(removed.Refusal!) });
        }

        var input = new ChangeRole.Input(form.Chosen) { GrantId = grant, VirtualAccountId = form.Place, IncludesChildren = form.IncludesChildren };
        var done = await change.HandleAsync(context.Command(ChangeRole.Name, input), input, context.RequestAborted);
        return done.IsOk
            ? PageAnswer.Done(context, ListOf(context), new Toast("The role was changed."))
            : PageAnswer.Refused<RolePage>(new() { ["Grant"] = grant, ["Form"] = form, ["Errors"] = FormErrors.Of(done.Refusal!) });
    }

    private static async Task<IResult> RemoveAsync(long person, IFormCollection _, HttpContext context, RemovePerson remove)
    {
        var input = new RemovePerson.Input(person, null);
        var done = await remove.HandleAsync(context.Command(RemovePerson.Name, input), input, context.RequestAborted);
        return done.IsOk
            ? PageAnswer.Done(context, ListOf(context), new Toast(done.Value.StaysThrough is [_, ..] groups
                ? $"The person's own roles were taken away. She or he still works here through {(groups.Count == 1 ? "the user group" : "the user groups")} {string.Join(", ", groups)}."
                : "The person was removed."))
            : PageAnswer.Refused<ConfirmPersonPage>(new() { ["Person"] = person, ["Errors"] = FormErrors.Of(done.Refusal!) });
    }

    private static async Task<IResult> RenewLinkAsync(long person, IFormCollection _, HttpContext context, RenewPasswordLink renew)
    {
        var input = new RenewPasswordLink.Input(person);
        var done = await renew.HandleAsync(context.Command(RenewPasswordLink.Name, input), input, context.RequestAborted);
        return !done.IsOk ? PageAnswer.Refused<ConfirmPersonPage>(new() { ["Person"] = person, ["Errors"] = FormErrors.Of(done.Refusal!) })
            : done.Value.SetPasswordPath is null ? PageAnswer.Done(context, ListOf(context), new Toast($"A mail with the link was written to {done.Value.Email}."))
            : PageAnswer.Page<ConfirmPersonPage>(new() { ["Person"] = person, ["SetPasswordPath"] = done.Value.SetPasswordPath });
    }

    private static async Task<IResult> MessageAsync(IFormCollection fields, HttpContext context, SendMessage send)
    {
        var form = MessageForm.From(fields);
        var input = new SendMessage.Input(form.Subject, form.Text) { PersonIds = form.People, GroupId = form.Group };
        var done = await send.HandleAsync(context.Command(SendMessage.Name, input), input, context.RequestAborted);
        return done.IsOk
            ? PageAnswer.Done(
                context, form.Group is null ? ListOf(context) : $"/accounts/{context.Account().Domain}/groups/{form.Group}",
                new Toast(done.Value.Recipients == 1 ? "The message goes to 1 person." : $"The message goes to {done.Value.Recipients} people."))
            : PageAnswer.Refused<MessagePage>(new() { ["Form"] = form, ["Errors"] = FormErrors.Of(done.Refusal!) });
    }

    private static string ListOf(HttpContext context) => $"/accounts/{context.Account().Domain}/people";
}
