using Purser.Server.People.AccessRequests.Pages;
using Purser.Server.Web;

namespace Purser.Server.People;

/// <summary>Requests for access to a Smart Account (SA-10).</summary>
internal static class AccessRequestsFeature
{
    public static void Add(IServiceCollection services)
    {
        services.AddSingleton<AccessRequestMail>();
        services.AddSingleton<AccessRuleAnswer>();
        services.AddSingleton<ConfirmAddress>();
        services.AddSingleton<RequestAccess>();
        services.AddSingleton<DecideAccessRequest>();
        services.AddSingleton<ListAccessRequests>();
        services.AddSingleton<ListOwnAccessRequests>();
        services.AddSingleton<SaveAccessRule>();
        services.AddSingleton<ListAccessRules>();
        services.AddNavigation(new NavigationItem(
            NavigationGroup.Account, 34, "Access requests", "inbox", "/accounts/{account}/access-requests", Permission.AccessRequestView) { Waiting = shell => shell.AccessRequests });
    }

    public static void Map(IEndpointRouteBuilder routes)
    {
        AccessRequestForms.Map(routes);
        RequestAccess.Map(routes);
        DecideAccessRequest.Map(routes);
        ListAccessRequests.Map(routes);
        ListOwnAccessRequests.Map(routes);
        SaveAccessRule.Map(routes);
        ListAccessRules.Map(routes);
    }
}
