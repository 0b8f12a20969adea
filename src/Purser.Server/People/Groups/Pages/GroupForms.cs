using Purser.Server.Commands;
using Purser.Server.Http;
using Purser.Server.People.Pages;
using Purser.Server.Web;

namespace Purser.Server.People.Groups.Pages;

/// <summary>What the dialogs on user groups post to.</summary>
public static class GroupForms
{
    private const string All = "/accounts/{account}/groups";

    public static void Map(IEndpointRouteBuilder routes)
    {
        Post("/new", CreateAsync);
        Post("/{group:long}/edit", EditAsync);
        Post("/{group:long}/delete", DeleteAsync);
        Post("/{group:long}/members/new", AddMembersAsync);
        Post("/{group:long}/members/{person:long}/remove", RemoveMemberAsync);
        Post("/{group:long}/roles/new", GiveRoleAsync);
        Post("/{group:long}/roles/{grant:long}/take", TakeRoleAsync);
        Post("/{group:long}/request-access", RequestAsync);
        Post("/external", AnswerAsync);
        Post("/{group:long}/access/{domain}/end", EndAsync);

        void Post(string path, Delegate handler) => routes.MapPost(All + path, handler).Requires(Permission.GroupManage);
    }

    private static async Task<IResult> CreateAsync(IFormCollection fields, HttpContext context, SaveGroup save)
    {
        var form = GroupForm.From(fields);
        var input = new SaveGroup.Input(form.Name) { Description = form.Description, Emails = EmailList.Read(form.Emails), Access = form.Access.Chosen };
        var done = await save.HandleAsync(context.Command(SaveGroup.Create, input), input, context.RequestAborted);
        return done.IsOk
            ? Added(context, done.Value.NewSignIns, $"{ListOf(context)}/{done.Value.Id}", "group-form", $"The user group “{done.Value.Name}” was created.")
            : PageAnswer.Refused<EditGroupPage>(new() { ["Form"] = form, ["Errors"] = FormErrors.Of(done.Refusal!) });
    }

    private static async Task<IResult> EditAsync(long group, IFormCollection fields, HttpContext context, SaveGroup save)
    {
        var form = GroupForm.From(fields);
        var input = new SaveGroup.Input(form.Name) { GroupId = group, Description = form.Description };
        var done = await save.HandleAsync(context.Command(SaveGroup.Edit, input), input, context.RequestAborted);
        return done.IsOk
            ? PageAnswer.Done(context, ListOf(context), new Toast($"The user group “{done.Value.Name}” was saved."))
            : PageAnswer.Refused<EditGroupPage>(new() { ["Group"] = group, ["Form"] = form, ["Errors"] = FormErrors.Of(done.Refusal!) });
    }

    private static async Task<IResult> DeleteAsync(long group, IFormCollection _, HttpContext context, DeleteGroup delete)
    {
        var input = new DeleteGroup.Input(group);
        var done = await delete.HandleAsync(context.Command(DeleteGroup.Name, input), input, context.RequestAborted);
        return done.IsOk
            ? PageAnswer.Done(context, ListOf(context), new Toast("The user group was deleted."))
            : PageAnswer.Refused<EndGroupPage>(new() { ["Group"] = group, ["Errors"] = FormErrors.Of(done.Refusal!) });
    }

    private static async Task<IResult> AddMembersAsync(long group, IFormCollection fields, HttpContext context, ChangeGroupMembers change)
    {
        var typed = fields["emails"].ToString();
        var input = new ChangeGroupMembers.AddInput(EmailList.Read(typed)) { GroupId = group };
        var done = await change.AddAsync(context.Command(ChangeGroupMembers.Add, input), input, context.RequestAborted);
        return done.IsOk
            ? Added(context, done.Value.NewSignIns, $"{ListOf(context)}/{group}", "group-members-form", done.Value.Added == 1 ? "1 person was added." : $"{done.Value.Added} people were added.")
            : PageAnswer.Refused<GroupMembersPage>(new() { ["Group"] = group, ["Emails"] = typed, ["Errors"] = FormErrors.Of(done.Refusal!) });
    }

    private static async Task<IResult> RemoveMemberAsync(long group, long person, IFormCollection fields, HttpContext context, ChangeGroupMembers change)
    {
        var input = new ChangeGroupMembers.RemoveInput([person]) { GroupId = group };
        var done = await change.RemoveAsync(context.Command(ChangeGroupMembers.Remove, input), input, context.RequestAborted);
        return Back(fields, context, done.Refusal, "The person is not in this group any more.");
    }

    private static async Task<IResult> GiveRoleAsync(long group, IFormCollection fields, HttpContext context, ChangeGroupAccess change)
    {
        var form = AccessForm.From(fields);
        if (form.Chosen is not { } access)
        {
            return PageAnswer.Refused<GroupRolePage>(new() { ["Group"] = group, ["Form"] = form, ["Errors"] = FormErrors.At("role", "Choose a role.") });
        }

        var input = new ChangeGroupAccess.GiveInput(access) { GroupId = group };
        var done = await change.GiveAsync(context.Command(ChangeGroupAccess.Give, input), input, context.RequestAborted);
        return done.IsOk
            ? PageAnswer.Done(context, ListOf(context), new Toast("The user group has the role."))
            : PageAnswer.Refused<GroupRolePage>(new() { ["Group"] = group, ["Form"] = form, ["Errors"] = FormErrors.Of(done.Refusal!) });
    }

    private static async Task<IResult> TakeRoleAsync(long group, long grant, IFormCollection fields, HttpContext context, ChangeGroupAccess change)
    {
        var input = new ChangeGroupAccess.TakeInput(group, grant);
        var done = await change.TakeAsync(context.Command(ChangeGroupAccess.Take, input), input, context.RequestAborted);
        return Back(fields, context, done.Refusal, "The role was taken away.");
    }

    private static async Task<IResult> RequestAsync(long group, IFormCollection fields, HttpContext context, RequestGroupSpan request)
    {
        var input = new RequestGroupSpan.Input(fields["domain"].ToString()) { GroupId = group, Note = fields["note"].ToString() };
        var done = await request.HandleAsync(context.Command(RequestGroupSpan.Name, input), input, context.RequestAborted);
        return done.IsOk
            ? PageAnswer.Done(context, $"{ListOf(context)}/{group}?tab=accounts", new Toast($"The administrators of {input.Domain} were asked. The request lookup ID is {done.Value.LookupId}."))
            : PageAnswer.Refused<RequestGroupAccessPage>(new() { ["Group"] = group, ["Domain"] = input.Domain, ["Note"] = input.Note, ["Errors"] = FormErrors.Of(done.Refusal!) });
    }

    private static async Task<IResult> AnswerAsync(IFormCollection fields, HttpContext context, AnswerGroupSpan answer)
    {
        var (form, declines) = (AccessForm.From(fields), fields["act"] == "decline");
        var lookup = fields["lookup"].ToString();
        if (!declines && form.Chosen is null)
        {
            return PageAnswer.Refused<ExternalGroupPage>(new() { ["Lookup"] = lookup, ["Form"] = form, ["Errors"] = FormErrors.At("role", "Choose a role.") });
        }

        var input = new AnswerGroupSpan.Input(lookup, declines ? null : form.Chosen) { Reason = fields["reason"].ToString() };
        var done = await answer.HandleAsync(context.Command(declines ? AnswerGroupSpan.Decline : AnswerGroupSpan.Grant, input), input, context.RequestAborted);
        return done.IsOk
            ? PageAnswer.Done(context, ListOf(context), new Toast(declines ? "The request was declined. Who asked gets a mail." : "The user group has access. Who asked gets a mail."))
            : PageAnswer.Refused<ExternalGroupPage>(new() { ["Lookup"] = lookup, ["Form"] = form, ["Reason"] = input.Reason, ["Errors"] = FormErrors.Of(done.Refusal!) });
    }

    private static async Task<IResult> EndAsync(long group, string domain, IFormCollection _, HttpContext context, WithdrawGroupSpan withdraw)
    {
        var input = new WithdrawGroupSpan.Input(group, domain);
        var done = await withdraw.HandleAsync(context.Command(WithdrawGroupSpan.Name, input), input, context.RequestAborted);
        return done.IsOk
            ? PageAnswer.Done(context, ListOf(context), new Toast("The access has ended."))
            : PageAnswer.Refused<EndGroupPage>(new() { ["Group"] = group, ["Domain"] = domain, ["Errors"] = FormErrors.Of(done.Refusal!) });
    }

    /// <summary>Where no mail is sent, the links of new people are shown before anything else.</summary>
    private static IResult Added(HttpContext context, IReadOnlyList<NewSignIn> links, string back, string formId, string text) => links.Count == 0
        ? PageAnswer.Done(context, back, new Toast(text))
        : PageAnswer.Page<NewSignInsPage>(new() { ["Links"] = links, ["Back"] = back, ["FormId"] = formId });

    private static IResult Back(IFormCollection fields, HttpContext context, Refusal? refusal, string text) => PageAnswer.Done(
        context, BackTo.Of(fields, ListOf(context)), refusal is null ? new Toast(text) : new Toast(refusal.Detail, Tone: ToastTone.Failure));

    private static string ListOf(HttpContext context) => $"/accounts/{context.Account().Domain}/groups";
}
