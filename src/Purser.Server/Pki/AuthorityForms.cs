using System.Globalization;
using Purser.Server.Http;
using Purser.Server.People;
using Purser.Server.Web;

namespace Purser.Server.Pki;

/// <summary>What the dialog on the authority's keys posts to.</summary>
internal static class AuthorityForms
{
    public static void Map(IEndpointRouteBuilder routes) => routes.MapPost("/operator/authority/rotate", RotateAsync).Requires(Permission.AuthorityRotate);

    private static async Task<IResult> RotateAsync(IFormCollection _, HttpContext context, RotateAuthority rotate)
    {
        var done = await rotate.HandleAsync(context.Command(RotateAuthority.Name, new RotateAuthority.Input()), context.RequestAborted);
        return done.IsOk
            ? PageAnswer.Done(context, "/operator/authority", new Toast(string.Create(CultureInfo.InvariantCulture, $"The issuing key {done.Value.IssuingKeyId} is in use.")))
            : PageAnswer.Refused<RotateAuthorityPage>(new() { ["Errors"] = FormErrors.Of(done.Refusal!) });
    }
}
