using Purser.Server.Jobs;

namespace Purser.Server.Accounts;

/// <summary>Smart Accounts, virtual accounts, the agreement.</summary>
public static class AccountsFeature
{
    public static void Add(IServiceCollection services)
    {
        services.AddSingleton<AccountLookup>();
        services.AddSingleton<AgreementGate>();
        services.AddJob<AnnounceAgreement>("agreement.announce", TimeSpan.FromMinutes(10), JobClock.Machine);
        services.AddSingleton<CreateAccount>();
        services.AddSingleton<EditAccount>();
        services.AddSingleton<ListAccounts>();
        services.AddSingleton<ListMyAccounts>();
        services.AddSingleton<CreateVirtualAccount>();
        services.AddSingleton<EditVirtualAccount>();
        services.AddSingleton<MoveVirtualAccount>();
        services.AddSingleton<MakeVirtualAccountDefault>();
        services.AddSingleton<DeleteVirtualAccount>();
        services.AddSingleton<ListVirtualAccounts>();
        services.AddSingleton<PublishAgreement>();
        services.AddSingleton<AcceptAgreement>();
        services.AddSingleton<ViewAgreement>();
        services.AddSingleton<ListAgreements>();
    }

    public static void Map(IEndpointRouteBuilder routes)
    {
        CreateAccount.Map(routes);
        EditAccount.Map(routes);
        ListAccounts.Map(routes);
        ListMyAccounts.Map(routes);
        CreateVirtualAccount.Map(routes);
        EditVirtualAccount.Map(routes);
        MoveVirtualAccount.Map(routes);
        MakeVirtualAccountDefault.Map(routes);
        DeleteVirtualAccount.Map(routes);
        ListVirtualAccounts.Map(routes);
        PublishAgreement.Map(routes);
        AcceptAgreement.Map(routes);
        ViewAgreement.Map(routes);
        ListAgreements.Map(routes);
    }
}
