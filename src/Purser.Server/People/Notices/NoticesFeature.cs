using Purser.Server.Http;
using Purser.Server.People.Notices.Pages;
using Purser.Server.Web;

namespace Purser.Server.People;

/// <summary>Notifications and their preferences (SA-12).</summary>
internal static class NoticesFeature
{
    public static void Add(IServiceCollection services)
    {
        services.AddSingleton<ListNotices>();
        services.AddSingleton<ChooseNotices>();
        services.AddNavigation(new NavigationItem(NavigationGroup.Work, 95, "Notifications", "inbox", "/notifications", Permission.SignedIn));
    }

    public static void Map(IEndpointRouteBuilder routes)
    {
        ListNotices.Map(routes);
        ChooseNotices.Map(routes);
        routes.MapPost("/notifications/preferences", SaveAsync).Requires(Permission.SignedIn);
    }

    private static async Task<IResult> SaveAsync(IFormCollection fields, HttpContext context, ChooseNotices choose)
    {
        var input = new ChooseNotices.Input(
            fields["account"].ToString() is { Length: > 0 } account ? account : null,
            [.. fields["byMail"].Select(text => Enum.TryParse<NoticeKind>(text, out var kind) && Enum.IsDefined(kind) ? (NoticeKind?)kind : null).OfType<NoticeKind>()]);
        var done = await choose.HandleAsync(context.Command(ChooseNotices.Name, input), input, context.RequestAborted);
        return done.IsOk
            ? PageAnswer.Done(context, $"/notifications?tab=preferences&account={Uri.EscapeDataString(input.Account ?? "")}", new Toast("Your preferences were saved."))
            : PageAnswer.Refused<NotificationsPage>(new() { ["Of"] = input.Account ?? "", ["Errors"] = FormErrors.Of(done.Refusal!) });
    }
}
