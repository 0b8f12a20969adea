using Purser.Server.Http;
using Purser.Server.People.OAuth;
using Purser.Server.Web;

namespace Purser.Server.People.Pages;

/// <summary>What the dialogs on API clients post to.</summary>
public static class ClientForms
{
    private const string All = "/accounts/{account}/clients";

    public static void Map(IEndpointRouteBuilder routes)
    {
        routes.MapPost(All + "/new", CreateAsync).Requires(Permission.ClientManage);
        routes.MapPost(All + "/{client:long}/secret", RotateAsync).Requires(Permission.ClientManage);
        routes.MapPost(All + "/{client:long}/previous-secret", EndPreviousAsync).Requires(Permission.ClientManage);
        routes.MapPost(All + "/{client:long}/revoke", RevokeAsync).Requires(Permission.ClientManage);
    }

    private static async Task<IResult> CreateAsync(IFormCollection fields, HttpContext context, CreateApiClient create)
    {
        var form = ClientForm.From(fields);
        var grant = new CreateApiClient.ClientGrant(form.Role.Chosen, form.Role.Place, form.Role.IncludesChildren);
        var input = new CreateApiClient.Input(form.Name, form.Scopes, [grant]) { ExpiresInDays = form.Days, RedirectUris = RedirectAddresses.Read(form.RedirectUris) };
        var made = await create.HandleAsync(context.Command(CreateApiClient.Name, input), input, context.RequestAborted);
        return made.IsOk
            ? PageAnswer.Page<NewClientPage>(new() { ["Form"] = form, ["Made"] = made.Value })
            : PageAnswer.Refused<NewClientPage>(new() { ["Form"] = form, ["Errors"] = FormErrors.Of(made.Refusal!) });
    }

    private static async Task<IResult> RotateAsync(long client, IFormCollection fields, HttpContext context, RotateApiClient rotate)
    {
        var form = SecretForm.From(fields);
        var input = form.ToInput(client);
        var made = await rotate.HandleAsync(context.Command(RotateApiClient.Name, input), input, context.RequestAborted);
        return made.IsOk
            ? PageAnswer.Page<NewSecretPage>(new() { ["Client"] = client, ["Made"] = made.Value })
            : PageAnswer.Refused<NewSecretPage>(new() { ["Client"] = client, ["Form"] = form, ["Errors"] = FormErrors.Of(made.Refusal!) });
    }

    private static async Task<IResult> EndPreviousAsync(long client, IFormCollection _, HttpContext context, EndPreviousSecret end)
    {
        var input = new EndPreviousSecret.Input(client);
        var done = await end.HandleAsync(context.Command(EndPreviousSecret.Name, input), input, context.RequestAborted);
        return done.IsOk
            ? PageAnswer.Done(context, $"/accounts/{context.Account().Domain}/clients", new Toast("The old secret was ended."))
            : PageAnswer.Refused<ConfirmClientPage>(new() { ["Client"] = client, ["Errors"] = FormErrors.Of(done.Refusal!) });
    }

    private static async Task<IResult> RevokeAsync(long client, IFormCollection _, HttpContext context, RevokeApiClient revoke)
    {
        var input = new RevokeApiClient.Input(client);
        var done = await revoke.HandleAsync(context.Command(RevokeApiClient.Name, input), input, context.RequestAborted);
        return done.IsOk
            ? PageAnswer.Done(context, $"/accounts/{context.Account().Domain}/clients", new Toast("The API client was revoked."))
            : PageAnswer.Refused<ConfirmClientPage>(new() { ["Client"] = client, ["Errors"] = FormErrors.Of(done.Refusal!) });
    }
}
