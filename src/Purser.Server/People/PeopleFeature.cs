using Microsoft.AspNetCore.Authentication.Cookies;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.AspNetCore.DataProtection.KeyManagement;
using Microsoft.AspNetCore.Identity;
using Purser.Server.Jobs;
using Purser.Server.People.OAuth;
using Purser.Server.People.Pages;
using Purser.Server.People.SignIn;
using Purser.Server.Pki;
using Purser.Server.Settings;
using Purser.Server.Store;
using Purser.Server.Web;

namespace Purser.Server.People;

/// <summary>People, programs, how both prove who they are, and what they may do.</summary>
public static class PeopleFeature
{
    public static void Add(IServiceCollection services, PurserSettings settings)
    {
        AddIdentity(services, settings.Security);
        AddSessions(services, settings.Security);
        services.AddSingleton<ActorSource>();
        services.AddSingleton<BearerTokens>();
        services.AddSingleton<Delegations>();
        services.AddSingleton<AllowProgram>();
        services.AddSingleton<UserInfo>();
        services.AddSingleton<FailureBrake>();
        services.AddSingleton<Sessions>();
        services.AddScoped<PasswordCheck>();
        services.AddScoped<SignInPerson>();
        services.AddScoped<SetPassword>();
        services.AddScoped<SetupLink>();
        services.AddScoped<IssueToken>();
        services.AddJob<SweepSignIns>("people.sweep-sign-ins", TimeSpan.FromMinutes(15), JobClock.Machine);
        Limits.Add(services);
        services.AddNavigation(
            new NavigationItem(NavigationGroup.Account, 30, "People", "users", "/accounts/{account}/people", Permission.PeopleView),
            new NavigationItem(NavigationGroup.Account, 40, "API clients", "terminal", "/accounts/{account}/clients", Permission.ClientManage),
            new NavigationItem(NavigationGroup.Operator, 50, "Staff", "users-group", "/operator/staff", Permission.StaffManage));
        services.AddSingleton<AddPerson>();
        services.AddSingleton<ChangeRole>();
        services.AddSingleton<RemovePerson>();
        services.AddSingleton<RenewPasswordLink>();
        services.AddSingleton<ListPeople>();
        services.AddSingleton<FindRole>();
        services.AddSingleton<CreateApiClient>();
        services.AddSingleton<RotateApiClient>();
        services.AddSingleton<RevokeApiClient>();
        services.AddSingleton<ListApiClients>();
        services.AddSingleton<AddStaff>();
        services.AddSingleton<RemoveStaff>();
        services.AddSingleton<ListStaff>();
        services.AddSingleton<CreateOperatorClient>();
    }

    public static void Map(IEndpointRouteBuilder routes)
    {
        OAuthEndpoints.Map(routes);
        AuthorizeForms.Map(routes);
        UserInfo.Map(routes);
        SignInForms.Map(routes);
        MemberForms.Map(routes);
        ClientForms.Map(routes);
        StaffForms.Map(routes);
        AddPerson.Map(routes);
        ChangeRole.Map(routes);
        RemovePerson.Map(routes);
        RenewPasswordLink.Map(routes);
        ListPeople.Map(routes);
        CreateApiClient.Map(routes);
        RotateApiClient.Map(routes);
        RevokeApiClient.Map(routes);
        ListApiClients.Map(routes);
        AddStaff.Map(routes);
        RemoveStaff.Map(routes);
        ListStaff.Map(routes);
        CreateOperatorClient.Map(routes);
    }

    private static void AddIdentity(IServiceCollection services, SecuritySettings security)
    {
        services.AddScoped(provider => provider.GetRequiredService<Database>().Open());
        services.AddIdentityCore<Person>(options =>
            {
                options.Stores.SchemaVersion = IdentitySchemaVersions.Version3;
                options.User.RequireUniqueEmail = true;
                options.Password.RequiredLength = PasswordRules.MinimumLength;
                options.Password.RequireDigit = false;
                options.Password.RequireLowercase = false;
                options.Password.RequireUppercase = false;
                options.Password.RequireNonAlphanumeric = false;
                options.Lockout.MaxFailedAccessAttempts = security.LockoutAttempts;
                options.Lockout.DefaultLockoutTimeSpan = TimeSpan.FromMinutes(security.LockoutMinutes);
            })
            .AddEntityFrameworkStores<PurserContext>()
            .AddSignInManager();
    }

    private static void AddSessions(IServiceCollection services, SecuritySettings security)
    {
        services.AddDataProtection().SetApplicationName("purser");
        services.AddOptions<KeyManagementOptions>().Configure<Database, SecretBox>((options, database, box) =>
        {
            options.XmlRepository = new ProtectionKeyRows(database);
            options.XmlEncryptor = new ProtectionKeySeal(box);
        });
        services.AddSingleton<SessionStore>();
        services.AddAuthentication(IdentityConstants.ApplicationScheme).AddCookie(IdentityConstants.ApplicationScheme, options =>
        {
            options.Cookie.Name = "purser-session";
            options.Cookie.HttpOnly = true;
            options.Cookie.SameSite = SameSiteMode.Lax;
            options.Cookie.SecurePolicy = CookieSecurePolicy.SameAsRequest;
            options.ExpireTimeSpan = TimeSpan.FromHours(security.SessionHours);
            options.SlidingExpiration = false;
        });
        services.AddOptions<CookieAuthenticationOptions>(IdentityConstants.ApplicationScheme)
            .Configure<SessionStore>((options, store) => options.SessionStore = store);
    }
}
