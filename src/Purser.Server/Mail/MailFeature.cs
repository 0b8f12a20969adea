using Purser.Server.Jobs;
using Purser.Server.People;
using Purser.Server.Web;

namespace Purser.Server.Mail;

/// <summary>The outbox and the operator's view of it.</summary>
public static class MailFeature
{
    public static void Add(IServiceCollection services)
    {
        services.AddSingleton<Outbox>();
        services.AddSingleton<ListMail>();
        services.AddSingleton<ResendMail>();
        services.AddJob<SendMail>(SendMail.Name, TimeSpan.FromSeconds(10), JobClock.Machine);
        services.AddJob<ForgetMail>(ForgetMail.Name, TimeSpan.FromHours(1));
        services.AddNavigation(new NavigationItem(NavigationGroup.Operator, 60, "Mail", "mail", "/operator/mail", Permission.MailManage));
    }

    public static void Map(IEndpointRouteBuilder routes)
    {
        ListMail.Map(routes);
        ResendMail.Map(routes);
        MailForms.Map(routes);
    }
}
