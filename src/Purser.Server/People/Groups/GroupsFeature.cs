using Purser.Server.People.Groups.Pages;
using Purser.Server.Web;

namespace Purser.Server.People;

/// <summary>User groups (SA-09).</summary>
internal static class GroupsFeature
{
    public static void Add(IServiceCollection services)
    {
        services.AddSingleton<GroupBook>();
        services.AddSingleton<SaveGroup>();
        services.AddSingleton<DeleteGroup>();
        services.AddSingleton<ChangeGroupMembers>();
        services.AddSingleton<ChangeGroupAccess>();
        services.AddSingleton<RequestGroupSpan>();
        services.AddSingleton<AnswerGroupSpan>();
        services.AddSingleton<WithdrawGroupSpan>();
        services.AddSingleton<ListGroups>();
        services.AddNavigation(new NavigationItem(NavigationGroup.Account, 32, "User groups", "users-group", "/accounts/{account}/groups", Permission.PeopleView));
    }

    public static void Map(IEndpointRouteBuilder routes)
    {
        GroupForms.Map(routes);
        SaveGroup.Map(routes);
        DeleteGroup.Map(routes);
        ChangeGroupMembers.Map(routes);
        ChangeGroupAccess.Map(routes);
        RequestGroupSpan.Map(routes);
        AnswerGroupSpan.Map(routes);
        WithdrawGroupSpan.Map(routes);
        ListGroups.Map(routes);
    }
}
