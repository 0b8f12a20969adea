using Purser.Server.Jobs;
using Purser.Server.People.Provisioning;
using Purser.Server.People.Sources.Ldap;
using Purser.Server.People.Sources.OpenId;
using Purser.Server.People.Sources.Pages;
using Purser.Server.Web;

namespace Purser.Server.People.Sources;

/// <summary>Sign-in through what an organization has already: identity providers and directories.</summary>
internal static class SourcesFeature
{
    public static void Add(IServiceCollection services)
    {
        services.AddSingleton<SourceBook>();
        services.AddSingleton<ListSources>();
        services.AddSingleton<SaveSource>();
        services.AddSingleton<RemoveSource>();
        services.AddSingleton<ChangeSourceRoles>();
        services.AddSingleton<CheckSource>();
        services.AddSingleton<AdmitPerson>();
        services.AddSingleton<ManageProvisioning>();
        services.AddSingleton<ScimDoor>();
        services.AddSingleton<ProvisionPeople>();
        services.AddSingleton<ProvisionGroups>();
        services.AddSingleton<OpenIdMetadata>();
        services.AddSingleton<OpenIdDoor>();
        services.AddSingleton<DirectoryDoor>();
        services.AddScoped<DirectoryCheck>();
        services.AddJob<CheckDirectories>(CheckDirectories.Name, CheckDirectories.Period, JobClock.Machine);
        services.AddNavigation(new NavigationItem(NavigationGroup.Operator, 55, "Sign-in", "login", "/operator/sign-in", Permission.SignInManage));
    }

    public static void Map(IEndpointRouteBuilder routes)
    {
        ListSources.Map(routes);
        SaveSource.Map(routes);
        RemoveSource.Map(routes);
        ChangeSourceRoles.Map(routes);
        CheckSource.Map(routes);
        ManageProvisioning.Map(routes);
        ScimDoor.Map(routes);
        OpenIdForms.Map(routes);
        SourceForms.Map(routes);
    }
}
