using Purser.Server.Commands;
using Purser.Server.Http;
using Purser.Server.Inventory;
using Purser.Server.People;
using Purser.Server.Web;

namespace Purser.Server.Accounts.Pages;

/// <summary>What the dialogs on virtual accounts post to.</summary>
public static class VirtualAccountForms
{
    private const string All = "/accounts/{account}/virtual-accounts";
    private const string One = All + "/{virtualAccount:long}";

    public static void Map(IEndpointRouteBuilder routes)
    {
        routes.MapGet(All + "/virtual-accounts.csv", (string? q, string? tag, ListVirtualAccounts list, HttpContext context) =>
            ListVirtualAccounts.File(context, list, q, string.IsNullOrEmpty(tag) ? [] : [tag])).Requires(Permission.VirtualAccountView);
        routes.MapPost(All + "/new", CreateAsync).Requires(Permission.VirtualAccountCreateNested);
        routes.MapPost(One + "/edit", EditAsync).Requires(Permission.VirtualAccountEdit);
        routes.MapPost(One + "/parent", MoveAsync).Requires(Permission.VirtualAccountEdit);
        routes.MapPost(One + "/default", MakeDefaultAsync).Requires(Permission.VirtualAccountEdit);
        routes.MapPost(One + "/delete", DeleteAsync).Requires(Permission.VirtualAccountEdit);
    }

    private static async Task<IResult> CreateAsync(IFormCollection fields, HttpContext context, CreateVirtualAccount create, ListTags tags)
    {
        var form = VirtualAccountForm.From(fields, await tags.HandleAsync(context.Actor(), context.Account().Id, context.RequestAborted));
        var input = new CreateVirtualAccount.Input(form.Name) { Description = form.Description, AccessLevel = form.Level, ParentId = form.Parent, Tags = form.Tags };
        var made = await create.HandleAsync(context.Command(CreateVirtualAccount.Name, input), input, context.RequestAborted);
        return made.IsOk
            ? PageAnswer.Done(
                context,
                ListOf(context),
                new Toast($"The virtual account “{made.Value.Name}” was created.", InventoryLinks.Tab(context.Account().Domain, made.Value.Id, "general"), "Open it"))
            : PageAnswer.Refused<NewVirtualAccountPage>(new() { ["Form"] = form, ["Errors"] = FormErrors.Of(made.Refusal!) });
    }

    private static async Task<IResult> EditAsync(long virtualAccount, IFormCollection fields, HttpContext context, EditVirtualAccount edit, ListTags tags)
    {
        var form = VirtualAccountForm.From(fields, await tags.HandleAsync(context.Actor(), context.Account().Id, context.RequestAborted));
        var input = new EditVirtualAccount.Input
        {
            VirtualAccountId = virtualAccount,
            Name = form.Name,
            Description = form.Description,
            AccessLevel = form.Level,
            Tags = form.Tags,
        };
        var done = await edit.HandleAsync(context.Command(EditVirtualAccount.Name, input), input, context.RequestAborted);
        return done.IsOk
            ? PageAnswer.Done(context, BackOf(context, virtualAccount), new Toast($"The virtual account “{done.Value.Name}” was saved."))
            : PageAnswer.Refused<EditVirtualAccountPage>(new() { ["VirtualAccount"] = virtualAccount, ["Form"] = form, ["Errors"] = FormErrors.Of(done.Refusal!) });
    }

    private static async Task<IResult> MoveAsync(long virtualAccount, IFormCollection fields, HttpContext context, MoveVirtualAccount move)
    {
        var form = VirtualAccountForm.From(fields);
        var input = new MoveVirtualAccount.Input(form.Parent) { VirtualAccountId = virtualAccount };
        var done = await move.HandleAsync(context.Command(MoveVirtualAccount.Name, input), input, context.RequestAborted);
        return done.IsOk
            ? PageAnswer.Done(context, ListOf(context), new Toast($"The virtual account “{done.Value.Name}” was moved."))
            : PageAnswer.Refused<MoveVirtualAccountPage>(
                new() { ["VirtualAccount"] = virtualAccount, ["ParentId"] = form.ParentId, ["Errors"] = FormErrors.Of(done.Refusal!) });
    }

    private static async Task<IResult> MakeDefaultAsync(long virtualAccount, IFormCollection _, HttpContext context, MakeVirtualAccountDefault make)
    {
        var input = new MakeVirtualAccountDefault.Input(virtualAccount);
        var done = await make.HandleAsync(context.Command(MakeVirtualAccountDefault.Name, input), input, context.RequestAborted);
        return done.IsOk
            ? PageAnswer.Done(context, BackOf(context, virtualAccount), new Toast($"“{done.Value.Name}” is the default virtual account now."))
            : Refused(virtualAccount, done.Refusal!);
    }

    private static async Task<IResult> DeleteAsync(long virtualAccount, IFormCollection _, HttpContext context, DeleteVirtualAccount delete)
    {
        var input = new DeleteVirtualAccount.Input(virtualAccount);
        var done = await delete.HandleAsync(context.Command(DeleteVirtualAccount.Name, input), input, context.RequestAborted);
        return done.IsOk
            ? PageAnswer.Done(context, ListOf(context), new Toast("The virtual account was deleted."))
            : Refused(virtualAccount, done.Refusal!);
    }

    private static IResult Refused(long virtualAccount, Refusal refusal) =>
        PageAnswer.Refused<ConfirmVirtualAccountPage>(new() { ["VirtualAccount"] = virtualAccount, ["Errors"] = FormErrors.Of(refusal) });

    private static string ListOf(HttpContext context) => $"/accounts/{context.Account().Domain}/virtual-accounts";

    /// <summary>Dialogs that the General tab opens lead back to it.</summary>
    private static string BackOf(HttpContext context, long virtualAccount) =>
        context.Request.Headers["HX-Current-URL"].ToString().Contains("/inventory", StringComparison.Ordinal)
            ? InventoryLinks.Tab(context.Account().Domain, virtualAccount, "general")
            : ListOf(context);
}
