using Microsoft.AspNetCore.Authentication.Cookies;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.AspNetCore.DataProtection.KeyManagement;
using Microsoft.AspNetCore.Identity;
using Purser.Server.Jobs;
using Purser.Server.People.OAuth;
using Purser.Server.People.Pages;
using Purser.Server.People.Profile;
using Purser.Server.People.SignIn;
using Purser.Server.People.SignIn.Log;
using Purser.Server.People.SignIn.Passkeys;
using Purser.Server.People.SignIn.SecondFactor;
using Purser.Server.People.Sources;
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
        AddIdentity(services, settings);
        AddSessions(services, settings.Security);
        services.AddSingleton<ActorSource>();
        services.AddSingleton<StartedBy>();
        services.AddSingleton<BearerTokens>();
        services.AddSingleton<Delegations>();
        services.AddSingleton<AllowProgram>();
        services.AddSingleton<UserInfo>();
        services.AddSingleton<FailureBrake>();
        services.AddSingleton<UnknownNames>();
        services.AddSingleton<Sessions>();
        services.AddSingleton<SignInLog>();
        services.AddSingleton<ListSignIns>();
        services.AddSingleton<PasswordRules>();
        SourcesFeature.Add(services);
        services.AddSingleton<SecondFactorRule>();
        services.AddScoped<PasswordCheck>();
        services.AddScoped<SecondFactorCheck>();
        services.AddScoped<ManageSecondFactor>();
        services.AddScoped<SecondStep>();
        services.AddSingleton<ManagePasskeys>();
        services.AddScoped<SignInPerson>();
        services.AddScoped<SetPassword>();
        services.AddScoped<SetupLink>();
        services.AddSingleton<ChangeProfile>();
        services.AddScoped<ChangeAddress>();
        services.AddSingleton<ClientProof>();
        services.AddScoped<IssueToken>();
        services.AddJob<SweepSignIns>("people.sweep-sign-ins", TimeSpan.FromMinutes(15), JobClock.Machine);
        Limits.Add(services);
        services.AddNavigation(
            new NavigationItem(NavigationGroup.Work, 96, "Your sign-in", "key", "/me", Permission.SignedIn) { ForGuests = true },
            new NavigationItem(NavigationGroup.Account, 30, "People", "users", "/accounts/{account}/people", Permission.PeopleView),
            new NavigationItem(NavigationGroup.Account, 40, "API clients", "terminal", "/accounts/{account}/clients", Permission.ClientManage),
            new NavigationItem(NavigationGroup.Operator, 50, "Staff", "users-group", "/operator/staff", Permission.StaffManage),
            new NavigationItem(NavigationGroup.Operator, 60, "All people", "users", "/operator/people", Permission.PersonHelp),
            new NavigationItem(NavigationGroup.Operator, 62, "Sign-in log", "key", "/operator/sign-ins", Permission.AuditView));
        services.AddSingleton<AddPerson>();
        services.AddSingleton<ChangeRole>();
        services.AddSingleton<RemovePerson>();
        services.AddSingleton<RenewPasswordLink>();
        services.AddSingleton<ListPeople>();
        services.AddSingleton<NamesHere>();
        services.AddSingleton<FindRole>();
        services.AddSingleton<Invitation>();
        services.AddSingleton<SendMessage>();
        services.AddSingleton<ImportPeople>();
        services.AddSingleton<ChangeAccess>();
        services.AddSingleton<ListCompanyPeople>();
        services.AddSingleton<ExportPeople>();
        GroupsFeature.Add(services);
        AccessRequestsFeature.Add(services);
        NoticesFeature.Add(services);
        services.AddSingleton<CreateApiClient>();
        services.AddSingleton<RotateApiClient>();
        services.AddSingleton<EndPreviousSecret>();
        services.AddSingleton<RevokeApiClient>();
        services.AddJob<TellClientEnds>("people.tell-client-ends", TimeSpan.FromHours(6), JobClock.Machine);
        services.AddSingleton<ListApiClients>();
        services.AddSingleton<AddStaff>();
        services.AddSingleton<RemoveStaff>();
        services.AddSingleton<ListStaff>();
        services.AddSingleton<ListEverybody>();
        services.AddSingleton<ResetSecondFactor>();
        services.AddSingleton<CreateOperatorClient>();
    }

    public static void Map(IEndpointRouteBuilder routes)
    {
        OAuthEndpoints.Map(routes);
        AuthorizeForms.Map(routes);
        UserInfo.Map(routes);
        SignInForms.Map(routes);
        ProfileForms.Map(routes);
        Sessions.Map(routes);
        ListSignIns.Map(routes);
        ChangeProfile.Map(routes);
        ChangeAddress.Map(routes);
        SecondFactorForms.Map(routes);
        PasskeyForms.Map(routes);
        SourcesFeature.Map(routes);
        MemberForms.Map(routes);
        ClientForms.Map(routes);
        StaffForms.Map(routes);
        AddPerson.Map(routes);
        ChangeRole.Map(routes);
        RemovePerson.Map(routes);
        RenewPasswordLink.Map(routes);
        ListPeople.Map(routes);
        SendMessage.Map(routes);
        ManyForms.Map(routes);
        ImportPeople.Map(routes);
        ChangeAccess.Map(routes);
        ListCompanyPeople.Map(routes);
        ExportPeople.Map(routes);
        GroupsFeature.Map(routes);
        AccessRequestsFeature.Map(routes);
        NoticesFeature.Map(routes);
        CreateApiClient.Map(routes);
        RotateApiClient.Map(routes);
        EndPreviousSecret.Map(routes);
        RevokeApiClient.Map(routes);
        ListApiClients.Map(routes);
        AddStaff.Map(routes);
        RemoveStaff.Map(routes);
        ListStaff.Map(routes);
        ListEverybody.Map(routes);
        ResetSecondFactor.Map(routes);
        CreateOperatorClient.Map(routes);
    }

    private static void AddIdentity(IServiceCollection services, PurserSettings settings)
    {
        var security = settings.Security;
        services.Configure<IdentityPasskeyOptions>(options =>
        {
            // A passkey belongs to the domain that people type; behind a proxy the request does not know it.
            options.ServerDomain = settings.Http.PublicUrl.Length > 0 ? new Uri(settings.Http.PublicUrl).Host : null;

            // It stands for password and second factor, so it must find its owner and make sure of her.
            options.ResidentKeyRequirement = "required";
            options.UserVerificationRequirement = "required";
        });
        services.AddScoped(provider => provider.GetRequiredService<Database>().Open());
        services.AddIdentityCore<Person>(options =>
            {
                options.Stores.SchemaVersion = IdentitySchemaVersions.Version3;
                options.User.RequireUniqueEmail = true;
                options.Password.RequiredLength = security.PasswordLength;
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

    /// <summary>A cookie that holds, sealed, what one sign-in in several steps has come to. It opens nothing.</summary>
    private static void AddPassingCookie(IServiceCollection services, string scheme, string name, TimeSpan lifetime) =>
        services.AddAuthentication().AddCookie(scheme, options =>
        {
            options.Cookie.Name = name;
            options.Cookie.HttpOnly = true;
            options.Cookie.SameSite = SameSiteMode.Strict;
            options.Cookie.SecurePolicy = CookieSecurePolicy.SameAsRequest;
            options.ExpireTimeSpan = lifetime;
            options.SlidingExpiration = false;
        });

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
        AddPassingCookie(services, IdentityConstants.TwoFactorUserIdScheme, "purser-passkey", SecondStep.Lifetime);
        AddPassingCookie(services, SecondStep.Scheme, "purser-second-step", SecondStep.Lifetime);
        services.AddOptions<CookieAuthenticationOptions>(IdentityConstants.ApplicationScheme)
            .Configure<SessionStore>((options, store) => options.SessionStore = store);
    }
}
