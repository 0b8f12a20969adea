using Purser.Server.Http;
using Purser.Server.People.SignIn;
using Purser.Server.Web;

namespace Purser.Server.People.Profile;

/// <summary>What the dialogs on one's own name and address post to.</summary>
public static class ProfileForms
{
    public static void Map(IEndpointRouteBuilder routes)
    {
        routes.MapPost("/me/name", RenameAsync).Requires(Permission.ProfileEdit);
        routes.MapPost("/me/address", AskAsync).Requires(Permission.ProfileEdit);
        routes.MapPost(NewAddressLink.Path, ConfirmAsync).Requires(Permission.ProfileEdit);
    }

    private static async Task<IResult> RenameAsync(IFormCollection form, HttpContext context, ChangeProfile profile)
    {
        var input = new ChangeProfile.Input(form["displayName"].ToString());
        var done = await profile.HandleAsync(context.Command(ChangeProfile.Name, input), input, context.RequestAborted);
        return done.IsOk
            ? PageAnswer.Done(context, "/me", new Toast("Your name was changed."))
            : PageAnswer.Refused<NamePage>(new() { ["Typed"] = input.DisplayName, ["Errors"] = FormErrors.Of(done.Refusal!) });
    }

    private static async Task<IResult> AskAsync(IFormCollection form, HttpContext context, ChangeAddress change)
    {
        var email = form["email"].ToString();
        var done = await change.AskAsync(context.Actor(), email, form["password"].ToString(), context.RequestAborted);
        return done.IsOk
            ? PageAnswer.Done(context, "/me", new Toast($"A mail was written to {email.Trim()}. The link in it changes your address.", Tone: ToastTone.Notice))
            : PageAnswer.Refused<AddressPage>(new() { ["Typed"] = email, ["Errors"] = FormErrors.Of(done.Refusal!) });
    }

    private static async Task<IResult> ConfirmAsync(IFormCollection form, HttpContext context, ChangeAddress change, SignInPerson signIn)
    {
        var code = form["code"].ToString();
        var changed = await change.ConfirmAsync(context.Actor(), code, context.RequestAborted);
        if (!changed.IsOk)
        {
            return PageAnswer.Refused<ConfirmNewAddressPage>(new() { ["Code"] = code, ["Errors"] = FormErrors.Of(changed.Refusal!) });
        }

        await signIn.OpenAsync(context, changed.Value, "New e-mail address");
        return PageAnswer.Done(context, "/me", new Toast($"Your address is {changed.Value.Email}. All other browsers are signed out."));
    }
}
