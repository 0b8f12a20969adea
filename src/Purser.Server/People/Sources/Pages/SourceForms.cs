using Purser.Server.Commands;
using Purser.Server.Http;
using Purser.Server.People.Provisioning;
using Purser.Server.Web;

namespace Purser.Server.People.Sources.Pages;

/// <summary>What the operator's pages about sign-in sources post to.</summary>
internal static class SourceForms
{
    private const string List = "/operator/sign-in";

    public static void Map(IEndpointRouteBuilder routes)
    {
        routes.MapPost(List + "/new", (IFormCollection form, HttpContext context, SaveSource save) => SaveAsync(null, form, context, save)).Requires(Permission.SignInManage);
        routes.MapPost(List + "/{source:long}/edit", (long source, IFormCollection form, HttpContext context, SaveSource save) =>
            SaveAsync(source, form, context, save)).Requires(Permission.SignInManage);
        routes.MapPost(List + "/{source:long}/remove", RemoveAsync).Requires(Permission.SignInManage);
        routes.MapPost(List + "/{source:long}/check", CheckAsync).Requires(Permission.SignInManage);
        routes.MapPost(List + "/{source:long}/roles/new", AddRoleAsync).Requires(Permission.SignInManage);
        routes.MapPost(List + "/{source:long}/roles/{role:long}/remove", RemoveRoleAsync).Requires(Permission.SignInManage);
        routes.MapPost(List + "/{source:long}/provisioning", OpenAsync).Requires(Permission.SignInManage);
        routes.MapPost(List + "/{source:long}/provisioning/end", CloseAsync).Requires(Permission.SignInManage);
    }

    private static async Task<IResult> SaveAsync(long? source, IFormCollection fields, HttpContext context, SaveSource save)
    {
        var form = SourceForm.From(fields, source);
        var command = context.Command(source is null ? SaveSource.Create : SaveSource.Edit, form.Source);
        var saved = await save.HandleAsync(command, form.Source, fields["secret"].ToString(), context.RequestAborted);
        return saved.IsOk
            ? PageAnswer.Done(context, $"{List}/{saved.Value.Id}", new Toast($"“{form.Source.Name.Trim()}” was saved."))
            : PageAnswer.Refused<SourceFormPage>(new() { ["Source"] = source, ["Form"] = form, ["Errors"] = FormErrors.Of(saved.Refusal!) });
    }

    private static async Task<IResult> RemoveAsync(long source, IFormCollection _, HttpContext context, RemoveSource remove)
    {
        var input = new RemoveSource.Input(source);
        var done = await remove.HandleAsync(context.Command(RemoveSource.Name, input), input, context.RequestAborted);
        return done.IsOk
            ? PageAnswer.Done(context, List, new Toast("The source was removed. Its people stay; make them links for choosing a password."))
            : PageAnswer.Refused<ConfirmSourcePage>(new() { ["Source"] = source, ["Errors"] = FormErrors.Of(done.Refusal!) });
    }

    private static async Task<IResult> CheckAsync(long source, IFormCollection _, HttpContext context, CheckSource check)
    {
        var found = await check.HandleAsync(source, context.RequestAborted);
        return PageAnswer.Page<SourcePage>(new() { ["Source"] = source, ["Check"] = found.IsOk ? found.Value.Found : found.Refusal!.Detail, ["CheckIsGood"] = found.IsOk });
    }

    private static async Task<IResult> AddRoleAsync(long source, IFormCollection form, HttpContext context, ChangeSourceRoles change)
    {
        var role = Enum.TryParse<Role>(form["role"], out var chosen) && Enum.IsDefined(chosen) ? chosen : Role.VirtualAccountViewer;
        var input = new ChangeSourceRoles.Input(form["groupName"].ToString(), form["account"].ToString(), role)
        {
            SourceId = source, VirtualAccount = form["virtualAccount"].ToString(), IncludesChildren = form["includesChildren"] == "true",
        };
        var added = await change.AddAsync(context.Command(ChangeSourceRoles.Add, input), input, context.RequestAborted);
        return added.IsOk
            ? PageAnswer.Done(context, $"{List}/{source}", new Toast($"The group “{input.GroupName.Trim()}” gives the role {role.Display()} at the next sign-in."))
            : PageAnswer.Refused<SourceRolePage>(new() { ["Source"] = source, ["Input"] = input, ["Errors"] = FormErrors.Of(added.Refusal!) });
    }

    private static async Task<IResult> OpenAsync(long source, IFormCollection _, HttpContext context, ManageProvisioning manage)
    {
        var input = new ManageProvisioning.Input(source);
        var made = await manage.OpenAsync(context.Command(ManageProvisioning.Open, input), input, Scim.BaseUrl(context), context.RequestAborted);
        return made.IsOk
            ? PageAnswer.Page<ProvisioningTokenPage>(new() { ["Source"] = source, ["Made"] = made.Value })
            : PageAnswer.Refused<ProvisioningTokenPage>(new() { ["Source"] = source, ["Errors"] = FormErrors.Of(made.Refusal!) });
    }

    private static async Task<IResult> CloseAsync(long source, IFormCollection _, HttpContext context, ManageProvisioning manage)
    {
        var input = new ManageProvisioning.Input(source);
        var done = await manage.CloseAsync(context.Command(ManageProvisioning.Close, input), input, context.RequestAborted);
        return done.IsOk
            ? PageAnswer.Done(context, $"{List}/{source}", new Toast("Provisioning has ended; the token works no longer."))
            : PageAnswer.Refused<ConfirmSourcePage>(new() { ["Source"] = source, ["Errors"] = FormErrors.Of(done.Refusal!) });
    }

    private static async Task<IResult> RemoveRoleAsync(long source, long role, IFormCollection _, HttpContext context, ChangeSourceRoles change)
    {
        var input = new ChangeSourceRoles.Removed(source, role);
        var done = await change.RemoveAsync(context.Command(ChangeSourceRoles.Remove, input), input, context.RequestAborted);
        return done.IsOk
            ? PageAnswer.Done(context, $"{List}/{source}", new Toast("The group gives this role no longer."))
            : PageAnswer.Refused<ConfirmSourcePage>(new() { ["Source"] = source, ["Role"] = role, ["Errors"] = FormErrors.Of(done.Refusal!) });
    }
}
