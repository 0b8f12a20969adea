
namespace Purser.Server.Accounts;

/// <summary>Smart Accounts, virtual accounts, the agreement.</summary>
public static class AccountsFeature
{
    public static void Add(IServiceCollection services)
    {
        services.AddSingleton<AccountLookup>();
        services.AddSingleton<AgreementGate>();
        services.AddSingleton<CreateAccount>();
        services.AddSingleton<EditAccount>();
        services.AddSingleton<ListMyAccounts>();
    }

    public static void Map(IEndpointRouteBuilder routes)
    {
        CreateAccount.Map(routes);
        EditAccount.Map(routes);
        ListMyAccounts.Map(routes);
    }
}
