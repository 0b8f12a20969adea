using Purser.Server.Commands;
using Purser.Server.Http;
using Purser.Server.Web;

namespace Purser.Server.People.Pages;

/// <summary>What the dialogs on the operator's staff post to.</summary>
public static class StaffForms
{
    private const string List = "/operator/staff";

    public static void Map(IEndpointRouteBuilder routes)
    {
        routes.MapPost(List + "/new", AddAsync).Requires(Permission.StaffManage);
        routes.MapPost(List + "/{person:long}/remove", RemoveAsync).Requires(Permission.StaffManage);
        routes.MapPost(List + "/clients/new", CreateClientAsync).Requires(Permission.StaffManage);
        routes.MapPost(List + "/clients/{client:long}/secret", RotateClientAsync).Requires(Permission.StaffManage);
        routes.MapPost(List + "/clients/{client:long}/previous-secret", EndPreviousAsync).Requires(Permission.StaffManage);
        routes.MapPost(List + "/clients/{client:long}/revoke", RevokeClientAsync).Requires(Permission.StaffManage);
        routes.MapPost("/operator/people/{person:long}/reset-second-factor", ResetAsync).Requires(Permission.PersonHelp);
    }

    private static async Task<IResult> ResetAsync(long person, IFormCollection _, HttpContext context, ResetSecondFactor reset)
    {
        var input = new ResetSecondFactor.Input(person);
        var done = await reset.HandleAsync(context.Command(ResetSecondFactor.Name, input), input, context.RequestAborted);
        return done.IsOk
            ? PageAnswer.Done(context, "/operator/people", new Toast("App, recovery codes and passkeys were taken away. The password alone opens the account now."))
            : PageAnswer.Refused<ResetSecondFactorPage>(new() { ["Person"] = person, ["Errors"] = FormErrors.Of(done.Refusal!) });
    }

    private static async Task<IResult> AddAsync(IFormCollection form, HttpContext context, AddStaff add)
    {
        var input = new AddStaff.Input(form["email"].ToString(), RoleOf(form)) { DisplayName = form["displayName"].ToString() };
        var done = await add.HandleAsync(context.Command(AddStaff.Name, input), input, context.RequestAborted);
        var values = new Dictionary<string, object?> { ["Email"] = input.Email, ["DisplayName"] = input.DisplayName, ["Role"] = input.Role.ToString() };
        if (!done.IsOk)
        {
            values["Errors"] = FormErrors.Of(done.Refusal!);
            return PageAnswer.Refused<NewStaffPage>(values);
        }

        values["SetPasswordPath"] = done.Value.SetPasswordPath;
        return done.Value.SetPasswordPath is null
            ? PageAnswer.Done(context, List, new Toast($"{input.Email} has the role {input.Role.Display()}."))
            : PageAnswer.Page<NewStaffPage>(values);
    }

    private static async Task<IResult> RemoveAsync(long person, IFormCollection _, HttpContext context, RemoveStaff remove)
    {
        var input = new RemoveStaff.Input(person);
        var done = await remove.HandleAsync(context.Command(RemoveStaff.Name, input), input, context.RequestAborted);
        return Answer(context, done, new() { ["Person"] = person }, "The person was removed from the staff.");
    }

    private static async Task<IResult> CreateClientAsync(IFormCollection fields, HttpContext context, CreateOperatorClient create)
    {
        var form = ClientForm.From(fields);
        var input = new CreateOperatorClient.Input(form.Name, RoleOf(fields), form.Scopes) { ExpiresInDays = form.Days };
        var made = await create.HandleAsync(context.Command(CreateOperatorClient.Name, input), input, context.RequestAborted);
        return made.IsOk
            ? PageAnswer.Page<NewOperatorClientPage>(new() { ["Form"] = form, ["Made"] = made.Value })
            : PageAnswer.Refused<NewOperatorClientPage>(new() { ["Form"] = form, ["Errors"] = FormErrors.Of(made.Refusal!) });
    }

    private static async Task<IResult> RotateClientAsync(long client, IFormCollection fields, HttpContext context, RotateApiClient rotate)
    {
        var form = SecretForm.From(fields);
        var input = form.ToInput(client);
        var made = await rotate.HandleAsync(context.Command(RotateApiClient.Name, input), input, context.RequestAborted);
        return made.IsOk
            ? PageAnswer.Page<NewOperatorSecretPage>(new() { ["Client"] = client, ["Made"] = made.Value })
            : PageAnswer.Refused<NewOperatorSecretPage>(new() { ["Client"] = client, ["Form"] = form, ["Errors"] = FormErrors.Of(made.Refusal!) });
    }

    private static async Task<IResult> EndPreviousAsync(long client, IFormCollection _, HttpContext context, EndPreviousSecret end)
    {
        var input = new EndPreviousSecret.Input(client);
        var done = await end.HandleAsync(context.Command(EndPreviousSecret.Name, input), input, context.RequestAborted);
        return Answer(context, done, new() { ["Client"] = client }, "The old secret was ended.");
    }

    private static async Task<IResult> RevokeClientAsync(long client, IFormCollection _, HttpContext context, RevokeApiClient revoke)
    {
        var input = new RevokeApiClient.Input(client);
        var done = await revoke.HandleAsync(context.Command(RevokeApiClient.Name, input), input, context.RequestAborted);
        return Answer(context, done, new() { ["Client"] = client }, "The API client was revoked.");
    }

    private static IResult Answer(HttpContext context, Verdict<Done> done, Dictionary<string, object?> values, string text)
    {
        if (done.IsOk)
        {
            return PageAnswer.Done(context, List, new Toast(text));
        }

        values["Errors"] = FormErrors.Of(done.Refusal!);
        return PageAnswer.Refused<ConfirmStaffPage>(values);
    }

    /// <summary>The lesser role where none was chosen.</summary>
    private static OperatorRole RoleOf(IFormCollection form) =>
        Enum.TryParse<OperatorRole>(form["role"], out var role) && Enum.IsDefined(role) ? role : OperatorRole.Support;
}
